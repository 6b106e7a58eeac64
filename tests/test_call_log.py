"""Which API calls are logged in the backend, and when the end of a mock is announced."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from conftest import ACCOUNT, REGION
from moto_omics_batch import _mock
from moto_omics_batch.domain.call_log import Call
from moto_omics_batch.omics.models import omics_backends
from moto_omics_batch.omics.storage_responses import StorageResponse


def _calls(region: str = REGION) -> list[Call]:
    return list(omics_backends[ACCOUNT][region].calls.last)


def test_successful_and_failed_calls_are_logged() -> None:
    with mock_aws():
        omics = boto3.client("omics", region_name=REGION)
        omics.create_run_group(name="cohort")
        with pytest.raises(ClientError):
            omics.get_run(id="1234567")
        assert _calls() == [
            Call("CreateRunGroup", "201"),
            Call("GetRun", "ResourceNotFoundException", "Run 1234567 not found"),
        ]
        assert _calls("eu-west-1") == []


def test_calls_that_are_not_implemented_are_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the model had an operation more than the backend.
    monkeypatch.delattr(StorageResponse, "list_reference_stores")
    with mock_aws():
        omics = boto3.client("omics", region_name=REGION)
        with pytest.raises(ClientError, match="not implemented"):
            omics.list_reference_stores()
        (call,) = _calls()
        assert (call.operation, call.outcome) == ("ListReferenceStores", "NotImplemented")


def test_calls_of_a_region_that_does_not_exist_are_not_logged() -> None:
    with mock_aws():
        omics = boto3.client("omics", region_name="mars-north-1")
        with pytest.raises(ClientError, match="does not exist in region mars-north-1"):
            omics.list_batch()
        assert _calls() == []


def test_listeners_are_called_once_before_the_data_of_the_outermost_mock_are_removed() -> None:
    groups: list[int] = []

    def count() -> None:
        groups.append(len(list(omics_backends[ACCOUNT][REGION].run_groups.all())))

    _mock.before_end.append(count)
    try:
        with mock_aws():
            boto3.client("omics", region_name=REGION).create_run_group(name="cohort")
            with mock_aws():
                pass
            assert groups == []
        assert groups == [1]
    finally:
        _mock.before_end.remove(count)
