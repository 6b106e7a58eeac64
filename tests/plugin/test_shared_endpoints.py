"""Endpoints and events of sessions that share them: no change of a test reaches the next one."""

from __future__ import annotations

import inspect
import logging
from typing import Any

import boto3
import pytest
from botocore import hooks
from botocore.exceptions import NoRegionError
from botocore.regions import EndpointResolver

from moto_omics_batch.plugin import shared_models

from .models import (
    DATA,
    new_session,
    on_disk,
    resolver_of,
)

pytestmark = pytest.mark.usefixtures("aws")


# -- endpoints --


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
    def handler() -> None: ...

    handler.__signature__ = inspect.signature(lambda **kw: None)  # type: ignore[attr-defined]
    hooks.HierarchicalEmitter().register("before-call", handler)
    assert handler not in shared_models._keywords
