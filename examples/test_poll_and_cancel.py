"""Poll and cancel a batch, tested without sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from moto.moto_api import state_manager

from moto_omics_batch import omics_config

if TYPE_CHECKING:
    from mypy_boto3_omics import OmicsClient

# -- the code --

STABLE_STATUSES = ("PROCESSED", "FAILED", "CANCELLED", "RUNS_DELETED", "RUNS_DELETE_FAILED")


def wait_for(omics: OmicsClient, batch_id: str, sleep: Callable[[float], None] = time.sleep) -> str:
    """Poll a batch once a minute until its status is stable. Returns the status."""
    while (status := str(omics.get_batch(batchId=batch_id)["status"])) not in STABLE_STATUSES:
        sleep(60)
    return status


def stop(omics: OmicsClient, batch_id: str) -> bool:
    """Cancel a batch. Returns False if its status does not allow it."""
    try:
        omics.cancel_run_batch(batchId=batch_id)
    except omics.exceptions.ConflictException:
        return False
    return True


# -- the tests --


@pytest.fixture
def omics() -> Iterator[OmicsClient]:
    with mock_aws(config=omics_config(workflows=["1234567"])):
        yield boto3.client("omics", region_name="us-east-1")


@pytest.fixture
def batch_id(omics: OmicsClient) -> str:
    batch = omics.start_run_batch(
        defaultRunSetting={
            "workflowId": "1234567",
            "roleArn": "arn:aws:iam::123456789012:role/omics",
            "outputUri": "s3://results/cohort",
        },
        batchRunSettings={"inlineSettings": [{"runSettingId": "HG001"}, {"runSettingId": "HG002"}]},
    )
    return str(batch["id"])


@pytest.fixture
def immediate() -> Iterator[None]:
    state_manager.set_transition("omics::batch", {"progression": "immediate"})
    yield
    state_manager.unset_transition("omics::batch")


def test_an_immediate_batch_is_polled_once(
    immediate: None, omics: OmicsClient, batch_id: str
) -> None:
    pauses: list[float] = []
    assert wait_for(omics, batch_id, sleep=pauses.append) == "PROCESSED"
    assert pauses == []


def test_a_manual_batch_is_polled_seven_times(omics: OmicsClient, batch_id: str) -> None:
    pauses: list[float] = []
    assert wait_for(omics, batch_id, sleep=pauses.append) == "PROCESSED"
    assert pauses == [60.0] * 6


def test_a_running_batch_is_cancelled(omics: OmicsClient, batch_id: str) -> None:
    while omics.get_batch(batchId=batch_id)["status"] != "INPROGRESS":
        pass
    assert stop(omics, batch_id)
    assert omics.get_batch(batchId=batch_id)["status"] == "STOPPING"
    assert wait_for(omics, batch_id, sleep=lambda _: None) == "CANCELLED"
    assert omics.get_batch(batchId=batch_id)["runSummary"]["cancelledRunCount"] == 2


def test_a_batch_in_creating_is_not_cancelled(omics: OmicsClient, batch_id: str) -> None:
    assert not stop(omics, batch_id)
