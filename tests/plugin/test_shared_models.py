"""Sessions that share models: what they share, and that no change of a test reaches the next."""

from __future__ import annotations

import gzip
import json
import logging
import os
import shutil
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import boto3
import botocore
import pytest
from boto3.session import Session as BotoSession
from botocore import hooks
from botocore.exceptions import NoRegionError, UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader
from botocore.regions import EndpointResolver
from botocore.session import Session

from moto_omics_batch.plugin import shared_models
from moto_omics_batch.plugin.shared_models import share_models

from .conftest import Project, run_script

DATA = Path(botocore.__file__).parent / "data"
MODEL = next((DATA / "omics").iterdir()) / "service-2.json.gz"

pytestmark = pytest.mark.usefixtures("aws")


def new_session() -> Any:
    """Return a session as boto3 creates one, with the search path that it adds."""
    return BotoSession(region_name="us-east-1")._session


def loader_of(session: Any) -> Any:
    return session.get_component("data_loader")


def on_disk(path: Path) -> Any:
    """Return the content of a model file as botocore would parse it."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return json.loads(text, object_pairs_hook=OrderedDict)


def types_of(value: Any) -> Any:
    """Return a value as nested tuples with the types of all containers."""
    if isinstance(value, dict):
        return type(value), tuple((key, types_of(each)) for key, each in value.items())
    if isinstance(value, list):
        return type(value), tuple(types_of(each) for each in value)
    return type(value), value


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


def copy_model(folder: Path, service: str, title: str) -> Path:
    """Copy the model of HealthOmics under another name of a service, and return its path."""
    version = folder / service / MODEL.parent.name
    version.mkdir(parents=True, exist_ok=True)
    for file in MODEL.parent.iterdir():
        shutil.copy(file, version)
    model = on_disk(MODEL)
    model["metadata"]["serviceFullName"] = title
    (version / MODEL.name).unlink()
    path = version / "service-2.json"
    path.write_text(json.dumps(model), encoding="utf-8")
    return path


def title_of(session: Any, service: str = "omics") -> str:
    return str(session.get_service_model(service).metadata["serviceFullName"])


AMAZON = "Amazon Omics"


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
    with pytest.raises(botocore.exceptions.DataNotFoundError):
        Session().get_available_partitions()


# -- endpoints --


def resolver_of(session: Any) -> Any:
    return session._get_internal_component("endpoint_resolver")


def test_endpoints_are_those_of_botocore() -> None:
    data = on_disk(DATA / "endpoints.json")
    shared = resolver_of(new_session())
    for partition in data["partitions"]:
        name = partition["partition"]
        region = next(iter(partition["regions"]))
        plain = EndpointResolver(on_disk(DATA / "endpoints.json"))
        assert shared.get_partition_for_region(region) == name
        assert shared.get_partition_dns_suffix(name) == plain.get_partition_dns_suffix(name)
        for service in ("omics", "s3", "iam", "sts", "no-such-service"):
            for _ in range(2):
                assert shared.construct_endpoint(service, region) == plain.construct_endpoint(
                    service, region
                )
            assert shared.get_available_endpoints(
                service, partition_name=name
            ) == plain.get_available_endpoints(service, partition_name=name)
            assert shared.get_service_endpoints_data(service, name) == (
                plain.get_service_endpoints_data(service, name)
            )
    assert shared.get_available_partitions() == [p["partition"] for p in data["partitions"]]


def test_a_changed_endpoint_stays_in_its_session() -> None:
    changed = resolver_of(new_session()).construct_endpoint("s3", "eu-west-1")
    changed["hostname"] = "elsewhere.example.com"
    changed["protocols"].clear()
    expected = EndpointResolver(on_disk(DATA / "endpoints.json")).construct_endpoint(
        "s3", "eu-west-1"
    )
    assert resolver_of(new_session()).construct_endpoint("s3", "eu-west-1") == expected


def test_endpoint_data_changed_in_a_session_are_used_by_it_alone() -> None:
    session = new_session()
    data = session.get_data("endpoints")
    data["partitions"][0]["services"]["s3"]["endpoints"]["moon-1"] = {"hostname": "moon.example"}
    assert resolver_of(session)._endpoint_data is data
    assert resolver_of(session).construct_endpoint("s3", "moon-1")["hostname"] == "moon.example"
    assert "moon-1" in session.get_available_regions("s3", allow_non_regional=True)
    other = new_session()
    assert resolver_of(other).construct_endpoint("s3", "moon-1") is None
    assert "moon-1" not in other.get_available_regions("s3", allow_non_regional=True)


def test_each_use_of_a_deprecated_endpoint_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    resolver = resolver_of(new_session())
    caplog.set_level(logging.WARNING, logger="botocore.regions")
    for _ in range(2):
        assert resolver.construct_endpoint("sts", "us-east-1-fips")["deprecated"]
    assert len(caplog.records) == 2
    with pytest.raises(NoRegionError):
        resolver.construct_endpoint("omics")


def test_results_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_models, "MAX_NAMES", 0)
    monkeypatch.setattr(shared_models, "_results", {})
    names: dict[str, str] = {}
    monkeypatch.setattr(shared_models, "_event_names", names)
    session = new_session()
    assert "aws" in session.get_available_partitions()
    session.register("before-call.logs", lambda **keywords: None)
    assert (shared_models._results, names) == ({}, {})


# -- events --


def test_aliases_of_events_that_a_test_changes_are_not_shared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, current = "before-call.logs.Changed", hooks.EVENT_ALIASES["logs"]
    with monkeypatch.context() as change:
        change.setitem(hooks.EVENT_ALIASES, "logs", "changed")
        aliaser: Any = hooks.EventAliaser(hooks.HierarchicalEmitter())
        assert aliaser._alias_event_name(name) == "before-call.changed.Changed"
    for _ in range(2):
        aliaser = hooks.EventAliaser(hooks.HierarchicalEmitter())
        assert aliaser._alias_event_name(name) == f"before-call.{current}.Changed"
    own: Any = hooks.EventAliaser(hooks.HierarchicalEmitter(), {"logs": "own"})
    assert own._alias_event_name(name) == "before-call.own.Changed"


def test_handlers_of_a_session_are_not_those_of_the_next() -> None:
    calls: list[str] = []

    def without(params: Any, model: Any, context: Any) -> None: ...

    def with_keywords(**keywords: Any) -> None:
        calls.append(keywords["model"].name)

    session = boto3.Session(region_name="us-east-1")
    for _ in range(2):
        with pytest.raises(ValueError, match="must accept keyword arguments"):
            session.events.register("provide-client-params.omics", without)
    session.events.register("provide-client-params.omics", with_keywords)
    session.client("omics").list_batch()
    boto3.Session(region_name="us-east-1").client("omics").list_batch()
    assert calls == ["ListBatch"]


def test_a_handler_with_a_signature_of_its_own_is_asked_each_time() -> None:
    import inspect

    def handler() -> None: ...

    handler.__signature__ = inspect.signature(lambda **kw: None)  # type: ignore[attr-defined]
    hooks.HierarchicalEmitter().register("before-call", handler)
    assert handler not in shared_models._keywords


# -- on and off --


def methods() -> list[Any]:
    return [vars(each.owner)[each.name] for each in shared_models._REPLACEMENTS]


def test_all_replaced_methods_exist_in_this_botocore() -> None:
    assert len(methods()) == 6


def test_the_last_block_restores_the_methods() -> None:
    sharing = shared_models._Sharing()
    before = methods()
    sharing.start()
    sharing.start()
    during = methods()
    sharing.stop()
    assert methods() == during
    assert not set(during) & set(before)
    sharing.stop()
    assert methods() == before


def test_a_method_that_somebody_else_replaced_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sharing = shared_models._Sharing()
    before = vars(JSONFileLoader)["_load_file"]
    sharing.start()
    below = vars(JSONFileLoader)["_load_file"]

    def somebody(*arguments: Any) -> Any:
        return below(*arguments)

    monkeypatch.setattr(JSONFileLoader, "_load_file", somebody)
    sharing.stop()
    assert vars(JSONFileLoader)["_load_file"] is somebody
    assert JSONFileLoader().load_file(str(DATA / "_retry")) == on_disk(DATA / "_retry.json")
    monkeypatch.setattr(JSONFileLoader, "_load_file", before)


def test_threads_that_start_and_stop_sharing_do_not_disturb_each_other() -> None:
    threads, rounds = 4, 5
    barrier = Barrier(threads)
    before = methods()

    def work(number: int) -> int:
        barrier.wait(timeout=60)
        found = 0
        for _ in range(rounds):
            with share_models():
                model = loader_of(Session()).load_service_model("omics", "service-2")
                found += len(model["operations"])
                model["operations"].clear()
        return found

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(work, range(threads)))
    assert found == [len(on_disk(MODEL)["operations"]) * rounds] * threads
    assert methods() == before


DESCRIBE = """
import json, sys
from moto import mock_aws
from moto_omics_batch.plugin.shared_models import share_models

def describe():
    with mock_aws():
        assert ask() == 1
        session = boto3.Session()
        services = {}
        for service in ("omics", "s3", "iam", "dynamodb"):
            for region in ("us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "mars-1"):
                client = session.client(service, region_name=region)
                services[service + region] = [
                    client.meta.endpoint_url,
                    client.meta.method_to_api_mapping,
                    client.waiter_names,
                    [name for name in client.meta.method_to_api_mapping
                     if client.can_paginate(name)],
                    [str(client._service_model.operation_model(name).input_shape.members)
                     for name in client._service_model.operation_names
                     if client._service_model.operation_model(name).input_shape],
                ]
            services[service] = [
                session.get_available_regions(service, name, allow_non_regional=each)
                for name in session.get_available_partitions() for each in (True, False)
            ]
        return [
            services, session.get_available_services(), session.get_available_resources(),
            [each.name for each in session.resource("s3").meta.resource_model.actions],
        ]
"""


def test_clients_are_the_same_with_and_without() -> None:
    script = """
plain = describe()
with share_models():
    first, second = describe(), describe()
assert plain == first == second == describe()
assert len(plain[0]) == 24
print(len(plain[0]["omicsus-east-1"][1]) > 90)
"""
    assert run_script(DESCRIBE + script) == "True"


# -- the option --

COUNT = """
import botocore.loaders, botocore.regions, json
from types import SimpleNamespace

parsed = []

def loads(*arguments, **keywords):
    parsed.append(arguments)
    return json.loads(*arguments, **keywords)

botocore.loaders.json = SimpleNamespace(loads=loads)
"""
TESTS = """
import pytest
from asking import ask
from counting import parsed
from moto import mock_aws

@pytest.mark.parametrize("number", range(3))
def test_it(number):
    parsed.clear()
    with mock_aws():
        assert ask() == 1
    assert bool(parsed) is (EXPECTED or number == 0), len(parsed)
"""


def write_tests(project: Project, *, option: bool | None) -> None:
    """Write three tests, of which the first one alone parses files if the option is on."""
    project.write("counting", COUNT)
    project.write("test_parsing", TESTS.replace("EXPECTED", str(not option)))
    if option is not None:
        (project.path / "pytest.ini").write_text(
            f"[pytest]\nmoto_omics_shared_models = {str(option).lower()}\n", encoding="utf-8"
        )


@pytest.mark.parametrize("option", [True, False, None])
def test_the_option_shares_models_between_plain_mocks(
    project: Project, option: bool | None
) -> None:
    write_tests(project, option=option)
    project.passes(3)


def test_the_option_works_in_worker_processes(project: Project) -> None:
    write_tests(project, option=True)
    project.passes(3, "-n", "1")


def test_the_end_of_pytest_restores_the_methods(project: Project) -> None:
    write_tests(project, option=True)
    project.write(
        "test_parsing",
        "import moto",
        "from botocore.loaders import JSONFileLoader",
        "def test_it():",
        "    assert JSONFileLoader._load_file.__code__.co_name == 'replacement'",
    )
    script = f"""
import os, pytest
from botocore.loaders import JSONFileLoader, Loader
os.chdir({str(project.path)!r})
before = JSONFileLoader._load_file, Loader.list_available_services
code = pytest.main(["-q", "-p", "no:cacheprovider"])
print(int(code), before == (JSONFileLoader._load_file, Loader.list_available_services))
"""
    assert run_script(script).splitlines()[-1] == "0 True"
