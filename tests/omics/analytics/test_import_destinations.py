"""The destinations of imports: store, version, format."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROLE, Client
from tests.omics.analytics.store_helpers import (
    StartImport,
    Store,
    annotation_job,
    get_annotations,
)
from tests.omics.helpers import (
    SetProgression,
    raises_not_found,
    raises_validation,
    raises_violations,
)


@pytest.mark.our_choice("A55")
@pytest.mark.usefixtures("stores")
def test_destination_of_import_must_exist(
    import_variants: StartImport, import_annotations: StartImport
) -> None:
    with raises_not_found("Variant store genes not found"):
        import_variants(store="genes")
    with raises_not_found("Annotation store variants not found"):
        import_annotations(store="variants")
    with raises_not_found("Annotation store genes version second not found"):
        import_annotations(versionName="second")


@pytest.mark.our_choice("A55")
def test_destination_of_import_must_be_active(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
    progression: SetProgression,
) -> None:
    progression("variant_store", progression="manual", times=9)
    annotation_store("genes")
    assert get_annotations(omics)["status"] == "ACTIVE"
    progression("annotation_store", progression="manual", times=9)
    variant_store("variants")
    annotation_store("others")
    omics.create_annotation_store_version(name="genes", versionName="second")
    with raises_validation("Variant store variants is not ACTIVE: its status is CREATING"):
        import_variants()
    with raises_validation("Annotation store others is not ACTIVE: its status is CREATING"):
        import_annotations(store="others")
    with raises_validation(
        "Annotation store version second of genes is not ACTIVE: its status is CREATING"
    ):
        import_annotations(versionName="second")


@pytest.mark.our_choice("A55")
def test_import_goes_into_the_first_version_of_the_store(
    omics: Client, annotation_store: Store, import_annotations: StartImport
) -> None:
    annotation_store("genes", versionName="release_1")
    omics.create_annotation_store_version(name="genes", versionName="release_2")
    assert annotation_job(omics, import_annotations())["versionName"] == "release_1"
    omics.delete_annotation_store_versions(name="genes", versions=["release_1"])
    with raises_validation(
        "'versionName' is required: Annotation store genes has no version release_1 any more"
    ):
        import_annotations()
    with raises_not_found("Annotation store genes version release_1 not found"):
        import_annotations(versionName="release_1")
    found = annotation_job(omics, import_annotations(versionName="release_2"))
    assert found["versionName"] == "release_2"


READ_OPTIONS = {
    "sep": "\t",
    "encoding": "UTF-8",
    "quote": '"',
    "quoteAll": True,
    "escape": "\\",
    "escapeQuotes": False,
    "comment": "#",
    "header": True,
    "lineSep": "\n",
}


@pytest.mark.documented("A53")
@pytest.mark.parametrize("options", [{"readOptions": READ_OPTIONS}, {"readOptions": {}}, {}])
def test_format_options_of_tsv_files_are_shown_as_given(
    omics: Client,
    annotation_store: Store,
    import_annotations: StartImport,
    options: dict[str, Any],
) -> None:
    annotation_store("genes", storeFormat="TSV")
    job_id = import_annotations(formatOptions={"tsvOptions": options})
    assert annotation_job(omics, job_id)["formatOptions"] == {"tsvOptions": options}


@pytest.mark.our_choice("A53")
@pytest.mark.parametrize(
    ("files", "option"),
    [("TSV", "vcfOptions"), ("VCF", "tsvOptions"), ("GFF", "vcfOptions"), ("GFF", "tsvOptions")],
)
def test_format_options_must_fit_the_store(
    annotation_store: Store, import_annotations: StartImport, files: str, option: str
) -> None:
    annotation_store("genes", storeFormat=files)
    with raises_validation(f"'formatOptions' do not fit a store of {files} files"):
        import_annotations(formatOptions={option: {}})
    assert import_annotations()


@pytest.mark.documented("A6")
@pytest.mark.parametrize(
    ("options", "shown"),
    [({}, "{}"), ({"tsvOptions": {}, "vcfOptions": {}}, "{tsvOptions={}, vcfOptions={}}")],
)
def test_format_options_have_one_member(
    raw_omics: Client, annotation_store: Store, options: dict[str, Any], shown: str
) -> None:
    annotation_store("genes", storeFormat="TSV")
    with raises_violations(
        f"Value '{shown}' at 'formatOptions' must have exactly one of [tsvOptions, vcfOptions]"
    ):
        raw_omics.start_annotation_import_job(
            destinationName="genes",
            roleArn=ROLE,
            items=[{"source": "s3://cohort/a.tsv"}],
            formatOptions=options,
        )
