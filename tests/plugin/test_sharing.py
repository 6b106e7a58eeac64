"""Where sharing of models begins and ends, and that clients are the same with and without."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader
from botocore.session import Session

from moto_omics_batch.plugin import shared_models
from moto_omics_batch.plugin.shared_models import share_models

from .conftest import Project, run_script
from .models import (
    DATA,
    MODEL,
    loader_of,
    on_disk,
)

pytestmark = pytest.mark.usefixtures("aws")


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
        for service in ("omics", "s3", "iam"):
            for region in ("us-east-1", "cn-north-1", "mars-1"):
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
assert plain == first == second
assert len(plain[0]) == 12
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
