"""The keys of files, and the summary of outputs that is derived from them (L51, L52, L58)."""

from __future__ import annotations

from typing import Any

import pytest

from moto_omics_batch.domain.output_files import Outputs, key_problem, summary

URI = "s3://results/1234567"
PARTS = "it must name a file below runOutputUri, and none of its parts may be empty, . or .."


def summary_of(
    *keys: str, engine: str | None = "WDL", values: dict[str, Any] | None = None
) -> dict[str, Any] | None:
    outputs = Outputs(dict.fromkeys(keys, b"body"), values or {})
    return summary(engine, "germline", URI, outputs)


# -- keys --


@pytest.mark.parametrize("key", ["a", "out/vcf/a.vcf.gz", "a b/ü+1", ".a/..b/...", "x" * 1024])
def test_valid_keys(key: str) -> None:
    assert key_problem(key) is None


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/.."]
)
def test_a_key_must_name_a_file_below_the_folder_of_the_run(key: str) -> None:
    assert key_problem(key) == PARTS


def test_a_key_has_at_most_1024_bytes_of_utf8() -> None:
    assert key_problem("ü" * 512) is None
    assert key_problem("ü" * 513) == "it is longer than 1024 bytes"
    assert key_problem("\ud800") == "it has characters that UTF-8 cannot represent"


# -- the summary of WDL --


@pytest.mark.parametrize("engine", ["WDL", "WDL_LENIENT", None])
def test_a_file_of_an_output_is_its_uri(engine: str | None) -> None:
    assert summary_of("out/vcf/a.vcf", "out/bai/b", engine=engine) == {
        "germline.vcf": f"{URI}/out/vcf/a.vcf",
        "germline.bai": f"{URI}/out/bai/b",
    }


def test_numbered_folders_are_a_list_in_the_order_of_the_numbers() -> None:
    keys = [f"out/bams/{number}/{number}.bam" for number in (10, 2, 0)]
    assert summary_of(*keys) == {
        "germline.bams": [f"{URI}/out/bams/{number}/{number}.bam" for number in (0, 2, 10)]
    }
    assert summary_of("out/bams/00/a") == {"germline.bams": [f"{URI}/out/bams/00/a"]}


def test_numbered_folders_may_be_nested() -> None:
    assert summary_of("out/x/0/0/a", "out/x/0/1/b", "out/x/1/0/c") == {
        "germline.x": [[f"{URI}/out/x/0/0/a", f"{URI}/out/x/0/1/b"], [f"{URI}/out/x/1/0/c"]]
    }


def test_several_files_of_an_output_are_a_list() -> None:
    assert summary_of("out/x/b", "out/x/a") == {"germline.x": [f"{URI}/out/x/a", f"{URI}/out/x/b"]}


def test_named_folders_are_an_object() -> None:
    assert summary_of("out/pair/left/a", "out/pair/right/b", "out/pair/c") == {
        "germline.pair": {
            "left": f"{URI}/out/pair/left/a",
            "right": f"{URI}/out/pair/right/b",
            "c": f"{URI}/out/pair/c",
        }
    }


def test_only_files_in_a_folder_below_out_are_outputs() -> None:
    assert summary_of("out/a", "logs/x/y", "pubdir/z", "out") == {}


def test_a_file_in_a_folder_that_is_also_a_file_is_left_out() -> None:
    assert summary_of("out/x/a", "out/x/a/b", "out/x/a/c/d") == {"germline.x": f"{URI}/out/x/a"}


def test_deep_folders_have_no_levels_of_their_own() -> None:
    deep = "/".join("abcdefghijklmno")
    found = summary_of(f"out/{deep}/file")
    assert found is not None
    value = found["germline.a"]
    for name in "bcdefgh":
        value = value[name]
    assert value == f"{URI}/out/{deep}/file"


def test_values_are_added_and_replace_a_file_of_the_same_name() -> None:
    values = {"mean_depth": 31.4, "other.x": [1], "vcf": None, "germline.bam": "b"}
    assert summary_of("out/vcf/a", "out/bam/a", values=values) == {
        "germline.vcf": None,
        "germline.bam": "b",
        "germline.mean_depth": 31.4,
        "other.x": [1],
    }


# -- the summaries of CWL and Nextflow --


def test_the_summary_of_cwl_has_file_objects_and_plain_names() -> None:
    keys = ("out/vcf/a.vcf", "out/bams/0/b.bam")
    found = summary_of(*keys, engine="CWL", values={"depth": 3})
    vcf, bam = (
        {"class": "File", "location": f"{URI}/{key}", "basename": key.rpartition("/")[2], "size": 4}
        for key in keys
    )
    assert found == {"vcf": vcf, "bams": [bam], "depth": 3}


def test_nextflow_has_no_summary() -> None:
    assert summary_of("out/vcf/a", engine="NEXTFLOW", values={"a": 1}) is None
