"""Documents and lists that sessions share: no change of a test reaches the next one."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from botocore.session import Session

from moto_omics_batch.plugin import shared_models

from .models import (
    AMAZON,
    DATA,
    MODEL,
    copy_model,
    loader_of,
    new_session,
    on_disk,
    title_of,
    types_of,
)

pytestmark = pytest.mark.usefixtures("aws")


# -- documents --


def test_each_session_gets_its_own_objects_with_the_content_of_the_file() -> None:
    first, second = (
        loader_of(new_session()).load_service_model("omics", "service-2") for _ in range(2)
    )
    assert types_of(first) == types_of(on_disk(MODEL))
    assert types_of(second) == types_of(first)
    assert second["shapes"] is not first["shapes"]
    endpoints = loader_of(new_session()).load_data("endpoints")
    assert types_of(endpoints) == types_of(on_disk(DATA / "endpoints.json"))


def test_a_loader_returns_the_same_objects_each_time() -> None:
    loader = loader_of(new_session())
    assert loader.load_service_model("omics", "service-2") is loader.load_service_model(
        "omics", "service-2"
    )
    assert loader.list_available_services("service-2") is loader.list_available_services(
        type_name="service-2"
    )


def test_changes_of_a_parsed_model_stay_in_their_session() -> None:
    loader = loader_of(new_session())
    loader.load_service_model("omics", "service-2")["operations"].clear()
    loader.load_service_model("omics", "waiters-2")["waiters"].clear()
    loader.load_service_model("omics", "endpoint-rule-set-1").clear()
    loader.load_data("partitions")["partitions"].clear()
    loader.load_data("sdk-default-configuration").clear()
    loader.load_data("_retry").clear()
    loader.list_available_services("service-2").clear()
    client: Any = boto3.client("omics")
    assert client.list_batch()["items"] == []
    assert "run_running" in client.waiter_names
    fresh = loader_of(new_session())
    for name in ("partitions", "sdk-default-configuration", "_retry"):
        assert fresh.load_data(name) == on_disk(DATA / f"{name}.json")
    assert "omics" in fresh.list_available_services("service-2")


def test_model_extras_are_merged_once_for_each_session() -> None:
    models = [loader_of(new_session()).load_service_model("s3", "service-2") for _ in range(3)]
    assert models[0] == models[1] == models[2]


# -- places where sessions look for models --


def test_a_search_path_added_to_a_loader_stays_in_its_session(tmp_path: Path) -> None:
    copy_model(tmp_path, "genomes", "Genomes")
    session = new_session()
    paths = list(loader_of(new_session()).search_paths)
    loader_of(session).search_paths.append(str(tmp_path))
    assert title_of(session, "genomes") == "Genomes"
    assert loader_of(new_session()).search_paths == paths
    with pytest.raises(UnknownServiceError):
        title_of(new_session(), "genomes")


def test_models_in_aws_data_path_are_used_while_it_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_model(tmp_path, "omics", "Own model")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert title_of(new_session()) == "Own model"
    monkeypatch.delenv("AWS_DATA_PATH")
    assert title_of(new_session()) == AMAZON


def test_customer_models_are_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path))
    path = copy_model(tmp_path, "omics", "First")
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    assert title_of(new_session()) == "First"
    path.write_text(path.read_text(encoding="utf-8").replace("First", "Third"), encoding="utf-8")
    os.utime(path, ns=times)
    assert title_of(new_session()) == "Third"
    shutil.rmtree(tmp_path / "omics")
    assert title_of(new_session()) == AMAZON


def test_a_loader_component_of_a_test_is_used_by_its_session_only() -> None:
    class Own(Loader):
        def load_data_with_path(self, name: str) -> Any:
            data, path = super().load_data_with_path(name)
            if name == "endpoints":
                data["partitions"] = data["partitions"][:1]
            return data, path

        def list_available_services(self, type_name: str) -> Any:
            return [*super().list_available_services(type_name), "genomes"]

    session = new_session()
    session.register_component("data_loader", Own())
    assert session.get_available_partitions() == ["aws"]
    assert session.get_available_services()[-1] == "genomes"
    assert "aws-cn" in new_session().get_available_partitions()
    assert "genomes" not in new_session().get_available_services()


def test_a_changed_file_of_a_package_is_parsed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_models, "_DIRECTORIES", (str(tmp_path),))
    monkeypatch.setattr(Loader, "BUILTIN_DATA_PATH", str(tmp_path))
    shutil.copy(DATA / "endpoints.json", tmp_path)
    path = copy_model(tmp_path, "omics", "First")
    assert [title_of(new_session()) for _ in range(2)] == ["First", "First"]
    path.write_text(path.read_text(encoding="utf-8").replace("First", "Later"), encoding="utf-8")
    assert title_of(new_session()) == "Later"
    os.utime(tmp_path, ns=(1, 1))
    assert new_session().get_available_services() == ["omics"]
    copy_model(tmp_path, "genomes", "Genomes")
    assert new_session().get_available_services() == ["genomes", "omics"]
    session = new_session()
    assert session.get_available_partitions()[0] == "aws"
    data = on_disk(DATA / "endpoints.json")
    data["partitions"] = data["partitions"][1:]
    resolver = new_session()._get_internal_component("endpoint_resolver")
    (tmp_path / "endpoints.json").write_text(json.dumps(data), encoding="utf-8")
    assert resolver.get_available_partitions()[0] == "aws-cn"
    assert new_session().get_available_partitions()[0] == "aws-cn"


def test_endpoints_of_another_place_or_compressed_are_left_to_botocore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = on_disk(DATA / "endpoints.json")
    data["partitions"] = data["partitions"][:2]
    (tmp_path / "endpoints.json.gz").write_bytes(gzip.compress(json.dumps(data).encode()))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = new_session()
    assert session.get_available_partitions() == ["aws", "aws-cn"]
    assert type(session._get_internal_component("endpoint_resolver")) is EndpointResolver
    monkeypatch.setattr(Loader, "BUILTIN_DATA_PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("AWS_DATA_PATH")
    with pytest.raises(DataNotFoundError):
        Session().get_available_partitions()
