"""Resource Groups Tagging API: a backend whose resources GetResources and TagResources find."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from moto.core.base_backend import BackendDict, BaseBackend

from moto_omics_batch.omics.integrations import tagging
from moto_omics_batch.omics.integrations.tagging import (
    TaggableResources,
    TaggedResource,
    tagged_resource,
)

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, Client, MakeClient

PREFIX = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
GROUP, RUN, VERSION = (
    f"{PREFIX}{name}" for name in ("runGroup/1", "run/2", "workflow/3/version/a")
)

needs_mixin = pytest.mark.skipif(
    importlib.util.find_spec("moto.core.resource_tagging") is None,
    reason="this moto has a fixed list of taggable services",
)


class Backend(BaseBackend, TaggableResources):
    """A backend with three resources."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.tags: dict[str, dict[str, str]] = {
            GROUP: {"team": "lab"},
            RUN: {"team": "lab", "sample": "HG1"},
            VERSION: {},
        }

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        for arn, tags in list(self.tags.items()):
            yield tagged_resource(arn, tags)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        self.tags[arn].update(tags)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        for key in tag_keys:
            self.tags[arn].pop(key, None)


backends = BackendDict(Backend, "omics")


@pytest.fixture
def api(client: MakeClient) -> Iterator[Client]:
    """A client, while the backend is in use in the account and region."""
    assert backends[ACCOUNT][REGION].tags
    yield client("resourcegroupstaggingapi")
    backends.clear()


def found(api: Client, **filters: Any) -> dict[str, dict[str, str]]:
    """The answer of GetResources: ARN → tags."""
    answer = api.get_resources(**filters)["ResourceTagMappingList"]
    return {
        item["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in item["Tags"]} for item in answer
    }


@pytest.mark.parametrize(
    ("arn", "resource_type"),
    [
        (GROUP, "omics:runGroup"),
        (RUN, "omics:run"),
        (VERSION, "omics:workflow/version"),
        (f"{PREFIX}configuration/lab.vpc-1", "omics:configuration"),
        (f"{PREFIX}sequenceStore/1/readSet/2", "omics:sequenceStore/readSet"),
    ],
)
def test_the_resource_type_is_the_one_in_the_arn(arn: str, resource_type: str) -> None:
    tags = {"team": "lab"}
    resource = tagged_resource(arn, tags)
    assert (resource.arn, resource.tags, resource.resource_type) == (arn, tags, resource_type)
    tags["team"] = "other"
    assert resource.tags == {"team": "lab"}


@needs_mixin
def test_get_resources_returns_tagged_resources(api: Client) -> None:
    expected = {GROUP: {"team": "lab"}, RUN: {"team": "lab", "sample": "HG1"}}
    assert found(api) == expected
    assert found(api, ResourceTypeFilters=["omics"]) == expected


@needs_mixin
@pytest.mark.parametrize(
    ("filters", "arns"),
    [
        ({"ResourceTypeFilters": ["omics:run"]}, [RUN]),
        ({"ResourceTypeFilters": ["omics:runGroup", "omics:run"]}, [GROUP, RUN]),
        ({"ResourceTypeFilters": ["omics:workflow"]}, []),
        ({"TagFilters": [{"Key": "sample", "Values": ["HG1"]}]}, [RUN]),
        ({"ResourceARNList": [GROUP]}, [GROUP]),
    ],
)
def test_get_resources_filters(api: Client, filters: dict[str, Any], arns: list[str]) -> None:
    assert list(found(api, **filters)) == arns


@needs_mixin
def test_tag_keys_and_values(api: Client) -> None:
    assert set(api.get_tag_keys()["TagKeys"]) == {"team", "sample"}
    assert api.get_tag_values(Key="sample")["TagValues"] == ["HG1"]


@needs_mixin
def test_tag_and_untag_resources(api: Client) -> None:
    tagged = api.tag_resources(ResourceARNList=[VERSION], Tags={"stage": "test"})
    assert tagged["FailedResourcesMap"] == {}
    untagged = api.untag_resources(ResourceARNList=[GROUP], TagKeys=["team"])
    assert untagged["FailedResourcesMap"] == {}
    assert list(found(api, ResourceTypeFilters=["omics:workflow/version"])) == [VERSION]
    assert GROUP not in found(api)


@needs_mixin
@pytest.mark.parametrize(
    ("part", "other"), [(REGION, "eu-west-1"), (ACCOUNT, OTHER_ACCOUNT), ("omics", "s3")]
)
def test_an_arn_of_another_scope_is_a_failed_resource(api: Client, part: str, other: str) -> None:
    arn = RUN.replace(part, other)
    failed = api.tag_resources(ResourceARNList=[arn], Tags={"a": "b"})["FailedResourcesMap"]
    assert failed[arn]["StatusCode"] == 404


def test_a_backend_without_overrides_has_no_resources() -> None:
    class Plain(BaseBackend, TaggableResources):
        pass

    plain = Plain(REGION, ACCOUNT)
    assert list(plain.iter_tagged_resources()) == []
    assert plain.owns_arn(RUN)
    with pytest.raises(NotImplementedError):
        plain.tag_resource(RUN, {})
    with pytest.raises(NotImplementedError):
        plain.untag_resource(RUN, [])


def loaded_again() -> ModuleType:
    """The module, executed again under a name of its own."""
    spec = importlib.util.spec_from_file_location(
        f"{tagging.__package__}.tagging_again", tagging.__file__
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_moto_without_the_mixin_is_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto.core.resource_tagging", None)
    module = loaded_again()
    assert module.TaggableResources.__bases__ == (object,)
    resource = module.tagged_resource(RUN, {"team": "lab"})
    assert (resource.arn, resource.resource_type) == (RUN, "omics:run")
    assert resource.tags == {"team": "lab"}
