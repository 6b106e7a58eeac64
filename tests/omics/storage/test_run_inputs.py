"""Inputs of runs that are in storage: ``omics://`` URIs (S180 to S182)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import (
    Clock,
    SetProgression,
    Settings,
    StartRun,
    UntilRun,
    requires_member,
    status_history,
)

STORE = "1234567890"
READS = "1111111111"
ARCHIVED = "2222222222"
REFERENCE = "3333333333"
REFERENCES = "4444444444"

STORES: dict[str, Any] = {
    "sequence_stores": [
        {"id": STORE, "readSets": [{"id": READS}, {"id": ARCHIVED, "status": "ARCHIVED"}]}
    ],
    "reference_store": {"id": REFERENCES, "references": [{"id": REFERENCE}]},
}
INACTIVE = "The HealthOmics storage URI isn't in ACTIVE state. Activate the read set and try again."


def uri(path: str, account: str = ACCOUNT, region: str = REGION) -> str:
    """Return the URI of what is in storage."""
    return f"omics://{account}.storage.{region}.amazonaws.com/{path}"


SET = uri(f"{STORE}/readSet/{READS}")
ARCHIVED_SET = uri(f"{STORE}/readSet/{ARCHIVED}/source1")
GENOME = uri(f"{REFERENCES}/reference/{REFERENCE}")


@pytest.fixture
def stores(settings: Settings) -> None:
    """Stores with an ACTIVE and an ARCHIVED read set and a reference; the inputs are checked."""
    settings(check=["omics"], **STORES)


@pytest.fixture
def run_with(start_run: StartRun, omics: Client) -> Callable[[Any], Answer]:
    """``run_with({"reads": "omics://…"})`` returns GetRun at the end of a run."""

    def run(parameters: Any) -> Answer:
        id = start_run(parameters=parameters)["id"]
        for _ in range(8):
            found: Answer = omics.get_run(id=id)
        return found

    return run


def failure(run: Answer) -> tuple[str | None, str | None]:
    """Return (failureReason, statusMessage) of a run."""
    return run.get("failureReason"), run.get("statusMessage")


@pytest.mark.observed("S180")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    "value",
    [
        SET,
        f"{SET}/source1",
        f"{SET}/source2",
        f"{SET}/index",
        SET.upper(),
        f"{SET.lower()}/SOURCE1",
        GENOME,
        f"{GENOME}/source",
        f"{GENOME}/index",
        GENOME.upper(),
        "omics is a word",
    ],
)
def test_inputs_that_can_be_read(run_with: Callable[[Any], Answer], value: str) -> None:
    run = run_with({"reads": [{"file": value}]})
    assert (run["status"], failure(run)) == ("COMPLETED", (None, None))


@pytest.mark.documented("S181")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("value", [ARCHIVED_SET, ARCHIVED_SET.upper()])
def test_a_set_that_is_not_active_fails_the_run(
    run_with: Callable[[Any], Answer], value: str
) -> None:
    run = run_with({"genome": GENOME, "reads": ["s3://a/b", {"bam": value}]})
    assert (run["status"], failure(run)) == (
        "FAILED",
        ("INACTIVE_OMICS_STORAGE_RESOURCE", INACTIVE),
    )
    assert status_history(run["id"]) == ["PENDING", "STARTING", "STOPPING", "FAILED"]
    assert "startTime" not in run


@pytest.mark.our_choice("S181")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    "path",
    [
        f"{STORE}/readSet/9999999999",
        f"9999999999/readSet/{READS}/source1",
        f"{STORE}/reference/{REFERENCE}/source",
        f"{REFERENCES}/readSet/{READS}",
        f"{REFERENCES}/reference/9999999999",
    ],
)
def test_what_is_not_in_storage_fails_the_run(run_with: Callable[[Any], Answer], path: str) -> None:
    assert failure(run_with({"reads": uri(path)})) == (
        "INPUT_URI_NOT_FOUND",
        f"The provided URI does not exist: {uri(path)}.",
    )


@pytest.mark.our_choice("S181")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    "value",
    [
        "omics://",
        "OMICS://reads",
        f"{SET}/source",
        f"{SET}/source3",
        f"{SET}/source1/more",
        f"{GENOME}/source1",
        f"{SET}\n",
        uri(f"{STORE}/readSets/{READS}"),
        uri(f"{STORE}/readSet/HG002"),
        uri(f"{STORE}/readSet/{READS}", account="12345"),
        uri(f"{STORE}/readSet/" + "\u0661" * 10),
    ],
)
def test_another_form_fails_the_run(run_with: Callable[[Any], Answer], value: str) -> None:
    assert failure(run_with({"reads": value})) == (
        "INVALID_URI_INPUT",
        f"The provided URI is invalid: {value}.",
    )


@pytest.mark.our_choice("S181")
def test_without_any_store_nothing_is_found(
    run_with: Callable[[Any], Answer], settings: Settings
) -> None:
    settings(check=["omics"])
    assert failure(run_with({"reads": SET}))[0] == "INPUT_URI_NOT_FOUND"


@pytest.mark.our_choice("S181")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("other", [{"account": "111111111111"}, {"region": "eu-west-1"}])
def test_other_accounts_and_regions_are_not_looked_at(
    run_with: Callable[[Any], Answer], other: dict[str, str]
) -> None:
    assert run_with({"reads": uri(f"{STORE}/readSet/9999999999", **other)})["status"] == "COMPLETED"


@pytest.mark.our_choice("S181")
@pytest.mark.parametrize("value", [ARCHIVED_SET, f"{SET}/source3", uri("1/readSet/2")])
def test_inputs_are_checked_on_demand_only(
    run_with: Callable[[Any], Answer], settings: Settings, value: str
) -> None:
    settings(**STORES)
    assert run_with({"reads": value})["status"] == "COMPLETED"


@pytest.mark.our_choice("S181")
@pytest.mark.usefixtures("stores")
def test_inputs_are_looked_at_when_the_run_leaves_starting(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    run_id = start_run(parameters={"reads": ARCHIVED_SET})["id"]
    until_run(run_id, "STARTING")
    job = omics.start_read_set_activation_job(
        sequenceStoreId=STORE, sources=[{"readSetId": ARCHIVED}]
    )
    omics.get_read_set_activation_job(sequenceStoreId=STORE, id=job["id"])
    until_run(run_id, "RUNNING")
    omics.batch_delete_read_set(sequenceStoreId=STORE, ids=[ARCHIVED])
    until_run(run_id, "COMPLETED")


@requires_member("StartRunRequest", "parametersUri")
@pytest.mark.documented("S181")
@pytest.mark.usefixtures("stores")
def test_inputs_in_an_object_with_parameters_are_looked_at(
    client: MakeClient, start_run: StartRun, until_run: UntilRun
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="inputs")
    for key, value in (("good.json", SET), ("bad.json", ARCHIVED_SET)):
        s3.put_object(Bucket="inputs", Key=key, Body=json.dumps({"reads": value}).encode())
    good = start_run(parametersUri="s3://inputs/good.json")["id"]
    bad = start_run(parametersUri="s3://inputs/bad.json")["id"]
    until_run(good, "COMPLETED")
    assert failure(until_run(bad, "FAILED")) == ("INACTIVE_OMICS_STORAGE_RESOURCE", INACTIVE)


@pytest.mark.documented("S181")
@pytest.mark.usefixtures("stores")
def test_runs_of_a_batch_fail_one_by_one(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    entries = [
        {"runSettingId": name, "parameters": {"reads": value}}
        for name, value in (("good", SET), ("archived", ARCHIVED_SET), ("odd", "omics://reads"))
    ]
    batch_id = start_batch([*entries, "default"], parameters={"genome": GENOME})
    batch = until(batch_id, "PROCESSED")
    assert batch["runSummary"]["failedRunCount"] == 2
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    reasons = {run["runSettingId"]: failure(omics.get_run(id=run["runId"]))[0] for run in runs}
    assert reasons == {
        "good": None,
        "archived": "INACTIVE_OMICS_STORAGE_RESOURCE",
        "odd": "INVALID_URI_INPUT",
        "default": None,
    }


@pytest.mark.our_choice("S182")
@pytest.mark.parametrize("checked", [True, False])
def test_a_run_is_an_access(
    omics: Client,
    run_with: Callable[[Any], Answer],
    settings: Settings,
    clock: Clock,
    checked: bool,
) -> None:
    settings(**STORES, check=["omics"] if checked else [])
    named = {"sequenceStoreId": STORE, "id": READS}
    omics.get_read_set_metadata(**named)
    clock.now += timedelta(days=29)
    run_with({"reads": f"{SET}/source1"})
    clock.now += timedelta(days=29)
    assert omics.get_read_set_metadata(**named)["status"] == "ACTIVE"
    clock.now += timedelta(days=1)
    assert omics.get_read_set_metadata(**named)["status"] == "ARCHIVED"


@pytest.mark.our_choice("S181", "S96")
def test_a_set_that_was_archived_before_the_run_fails_it(
    omics: Client, run_with: Callable[[Any], Answer], settings: Settings, clock: Clock
) -> None:
    settings(**STORES, check=["omics"])
    omics.get_read_set_metadata(sequenceStoreId=STORE, id=READS)
    clock.now += timedelta(days=30)
    assert failure(run_with({"reads": SET}))[0] == "INACTIVE_OMICS_STORAGE_RESOURCE"


@pytest.mark.our_choice("S181", "S182", "S96")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("polls", [False, True])
def test_a_run_that_started_before_the_30_days_found_the_set_active(
    omics: Client, start_run: StartRun, progression: SetProgression, clock: Clock, polls: bool
) -> None:
    named = {"sequenceStoreId": STORE, "id": READS}
    progression("run", progression="time", seconds=6 * 3600)
    omics.get_read_set_metadata(**named)
    clock.now += timedelta(days=28)
    run_id = start_run(parameters={"reads": SET})["id"]
    clock.now += timedelta(days=1)
    if polls:
        omics.get_run(id=run_id)
    clock.now += timedelta(days=2)
    assert omics.get_run(id=run_id)["status"] == "COMPLETED"
    assert omics.get_read_set_metadata(**named)["status"] == "ACTIVE"
    clock.now += timedelta(days=28)
    assert omics.get_read_set_metadata(**named)["status"] == "ARCHIVED"


@pytest.mark.our_choice("S182")
@pytest.mark.usefixtures("stores")
def test_an_advance_that_is_refused_is_no_access(
    clock: Clock, omics: Client, start_run: StartRun
) -> None:
    named = {"sequenceStoreId": STORE, "id": READS}
    run_id = start_run(parameters={"reads": SET})["id"]
    faults.run_fails(failureReason="RUN_TASK_FAILED", times=1)
    clock.now += timedelta(days=29)
    with pytest.raises(ValueError, match=run_id):
        faults.advance(run_id, to="COMPLETED")
    clock.now += timedelta(days=1)
    assert omics.get_read_set_metadata(**named)["status"] == "ARCHIVED"


@pytest.mark.our_choice("S182")
@pytest.mark.usefixtures("stores")
def test_digests_do_not_name_storage(run_with: Callable[[Any], Answer], client: MakeClient) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="inputs")
    s3.put_object(Bucket="inputs", Key="bed", Body=b"chr1")
    run = run_with({"reads": SET, "bed": "s3://inputs/bed"})
    assert list(run["resourceDigests"]) == ["s3://inputs/bed"]


@pytest.mark.our_choice("S181")
@pytest.mark.usefixtures("stores")
def test_a_start_is_never_refused(omics: Client, workflow_id: str) -> None:
    started = omics.start_run(
        workflowId=workflow_id,
        roleArn=ROLE,
        outputUri="s3://results",
        parameters={"reads": "omics://nothing"},
    )
    assert started["status"] == "PENDING"
