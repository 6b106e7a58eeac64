"""``config={"omics": {"quotas": {…}}}``: runs above a quota wait or are rejected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from conftest import Client, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import (
    PROGRESSIONS,
    Clock,
    SetProgression,
    Settings,
    StartRun,
    UntilRun,
    raises_error,
    raises_not_found,
    run_counts,
    run_ids,
)

VPC = {"vpcConfig": {"securityGroupIds": ["sg-0a1b2c3d"], "subnetIds": ["subnet-0a1b2c3d"]}}


def raises_account_full(maximum: int) -> Any:
    return raises_error(
        "ServiceQuotaExceededException",
        402,
        f"The account stores {maximum} runs, which is the maximum: delete some",
    )


# -- settings --


@pytest.mark.our_choice("W11")
@pytest.mark.parametrize(
    "quotas",
    [{"active_run": 1}, {"active_runs": 0}, {"stored_runs": True}, {"configurations": "3"}, 5, []],
)
def test_unknown_quota_is_rejected_with_the_known_names(settings: Settings, quotas: Any) -> None:
    settings(quotas=quotas)
    with pytest.raises(ValueError, match="for active_runs, configurations, stored_runs, not "):
        faults.history("1")


@pytest.mark.our_choice("W11")
def test_unknown_setting_is_rejected_with_the_known_names(settings: Settings) -> None:
    settings(quota={"active_runs": 1})
    known = "check, configurations, infer_templates, logs, outputs, quotas, reference_store, "
    known += "sequence_stores, submissions_per_tick, tasks, workflows"
    with pytest.raises(ValueError, match=f"has no 'quota'; there are {known}"):
        faults.history("1")


# -- active runs --


@pytest.mark.documented("W2.8", "W11")
def test_runs_above_the_active_runs_quota_stay_pending(
    omics: Client, start_run: StartRun, settings: Settings, until_run: UntilRun
) -> None:
    settings(quotas={"active_runs": 2})
    faults.run_hangs()
    first, second, third = (start_run()["id"] for _ in range(3))
    until_run(first, "RUNNING")
    until_run(second, "RUNNING")
    assert {omics.get_run(id=third)["status"] for _ in range(5)} == {"PENDING"}
    omics.cancel_run(id=first)
    # A STOPPING run is still active.
    assert omics.get_run(id=third)["status"] == "PENDING"
    until_run(first, "CANCELLED")
    assert omics.get_run(id=third)["status"] == "STARTING"


@pytest.mark.documented("W2.8", "W11")
def test_batch_never_exceeds_the_active_runs_quota(
    omics: Client, start_batch: StartBatch, settings: Settings
) -> None:
    settings(quotas={"active_runs": 2})
    batch_id, max_active, status = start_batch([f"s{n}" for n in range(5)]), 0, ""
    for _ in range(40):
        batch = omics.get_batch(batchId=batch_id)
        active = {"starting", "running", "stopping"} & set(run_counts(batch))
        max_active = max(max_active, sum(run_counts(batch)[name] for name in active))
        status = batch["status"]
    assert (status, max_active) == ("PROCESSED", 2)
    assert run_counts(batch) == {"completed": 5}


@pytest.mark.our_choice("W11")
def test_active_runs_quota_covers_batches_and_single_runs(
    omics: Client, start_batch: StartBatch, start_run: StartRun, settings: Settings
) -> None:
    settings(quotas={"active_runs": 3})
    group = omics.create_run_group(maxRuns=2)["id"]
    faults.run_hangs()
    grouped = start_batch(["s1", "s2", "s3"], runGroupId=group)
    ungrouped = start_batch(["s1", "s2", "s3"])
    for each in (grouped, ungrouped):
        for _ in range(8):
            omics.get_batch(batchId=each)
    assert run_counts(omics.get_batch(batchId=grouped)) == {"running": 2, "pending": 1}
    assert run_counts(omics.get_batch(batchId=ungrouped)) == {"running": 1, "pending": 2}
    single = start_run()["id"]
    assert {omics.get_run(id=single)["status"] for _ in range(3)} == {"PENDING"}


@pytest.mark.our_choice("W11")
@pytest.mark.parametrize("mode", ["immediate", "manual"])
def test_all_runs_complete_with_a_quota_of_one(
    omics: Client,
    start_batch: StartBatch,
    settings: Settings,
    progression: SetProgression,
    mode: str,
) -> None:
    settings(quotas={"active_runs": 1})
    progression("batch", **PROGRESSIONS[mode])
    progression("run", **PROGRESSIONS[mode])
    faults.run_fails(runSettingId="s1")
    batch_id = start_batch([f"s{n}" for n in range(4)])
    faults.advance(batch_id, to="PROCESSED")
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"completed": 3, "failed": 1}


@pytest.mark.our_choice("W11")
def test_held_pending_run_does_not_use_the_quota(
    omics: Client, start_batch: StartBatch, settings: Settings
) -> None:
    settings(quotas={"active_runs": 1})
    faults.run_hangs(at="PENDING", runSettingId="s1")
    batch_id = start_batch(["s1", "s2", "s3"])
    for _ in range(20):
        batch = omics.get_batch(batchId=batch_id)
    assert run_counts(batch) == {"pending": 1, "completed": 2}


@pytest.mark.our_choice("W2.8", "W11")
def test_waiting_run_starts_after_an_active_run_completes(
    omics: Client,
    start_run: StartRun,
    settings: Settings,
    progression: SetProgression,
    clock: Clock,
) -> None:
    settings(quotas={"active_runs": 1})
    progression("run", **PROGRESSIONS["time"])
    first, second = (start_run()["id"] for _ in range(2))
    clock.now += timedelta(minutes=20)
    ended, started = (dict(faults.history(run_id)) for run_id in (first, second))
    assert started["STARTING"] >= ended["COMPLETED"]


# -- configurations --


@pytest.mark.documented("W8", "W11")
def test_configurations_quota_is_enforced(omics: Client, settings: Settings) -> None:
    settings(quotas={"configurations": 2})
    for name in ("a", "b"):
        omics.create_configuration(name=name, runConfigurations=VPC)
    with raises_error(
        "ServiceQuotaExceededException",
        402,
        "The account has 2 configurations, which is the maximum",
    ):
        omics.create_configuration(name="c", runConfigurations=VPC)
    omics.delete_configuration(name="a")
    with raises_not_found("Configuration a not found"):
        omics.get_configuration(name="a")
    omics.create_configuration(name="c", runConfigurations=VPC)


@pytest.mark.our_choice("W8", "W11")
def test_configurations_quota_may_exceed_the_service_default(
    omics: Client, settings: Settings
) -> None:
    settings(quotas={"configurations": 12})
    for number in range(12):
        omics.create_configuration(name=f"c{number}", runConfigurations=VPC)
    with raises_error(
        "ServiceQuotaExceededException",
        402,
        "The account has 12 configurations, which is the maximum",
    ):
        omics.create_configuration(name="c12", runConfigurations=VPC)


# -- stored runs --


@pytest.mark.documented("W2.6")
@pytest.mark.parametrize("retention", [{}, {"retentionMode": "RETAIN"}])
def test_retained_run_is_rejected_if_the_account_is_full(
    omics: Client, start_run: StartRun, settings: Settings, until_run: UntilRun, retention: Any
) -> None:
    settings(quotas={"stored_runs": 2})
    first, _ = start_run(**retention)["id"], start_run(**retention)
    with raises_account_full(2):
        start_run(**retention)
    until_run(first, "COMPLETED")
    with raises_account_full(2):
        start_run(**retention)
    omics.delete_run(id=first)
    assert start_run(**retention)["status"] == "PENDING"


@pytest.mark.documented("W2.6")
def test_removable_run_replaces_the_oldest_removable_run(
    omics: Client, start_run: StartRun, settings: Settings, until_run: UntilRun
) -> None:
    settings(quotas={"stored_runs": 3})
    retained = start_run()["id"]
    old, new = (start_run(retentionMode="REMOVE")["id"] for _ in range(2))
    for run_id in (retained, old, new):
        until_run(run_id, "COMPLETED")
    third = start_run(retentionMode="REMOVE")["id"]
    with raises_not_found(f"Run {old} not found"):
        omics.get_run(id=old)
    assert [run["id"] for run in omics.list_runs()["items"]] == [retained, new, third]


@pytest.mark.our_choice("W2.6")
def test_active_run_is_not_removed(
    omics: Client, start_run: StartRun, settings: Settings, until_run: UntilRun
) -> None:
    settings(quotas={"stored_runs": 2})
    active, completed = (start_run(retentionMode="REMOVE")["id"] for _ in range(2))
    with raises_account_full(2):
        start_run(retentionMode="REMOVE")
    until_run(completed, "COMPLETED")
    third = start_run(retentionMode="REMOVE")["id"]
    assert [run["id"] for run in omics.list_runs()["items"]] == [active, third]


@pytest.mark.our_choice("W2.6")
def test_retained_run_does_not_replace_removable_runs(
    start_run: StartRun, settings: Settings, until_run: UntilRun
) -> None:
    settings(quotas={"stored_runs": 1})
    until_run(start_run(retentionMode="REMOVE")["id"], "COMPLETED")
    with raises_account_full(1):
        start_run()


@pytest.mark.documented("B60", "B61", "W2.6")
def test_entries_above_the_quota_fail(
    omics: Client, start_batch: StartBatch, settings: Settings, until: Until
) -> None:
    settings(quotas={"stored_runs": 3}, submissions_per_tick=2)
    invalid = {"runSettingId": "bad", "outputUri": "nowhere"}
    batch_id = start_batch(["s1", invalid, "s2", "s3", "s4", "s5"])
    batch = until(batch_id, "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [3, 3, 0]
    assert list(submitted_ids(omics, batch_id)) == ["s1", "s2", "s3"]
    failed = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="FAILED")["runs"]
    assert [(e["runSettingId"], e["submissionFailureReason"]) for e in failed] == [
        ("bad", "ValidationException"),
        ("s4", "ServiceQuotaExceededException"),
        ("s5", "ServiceQuotaExceededException"),
    ]
    assert failed[1]["submissionFailureMessage"] == (
        "The account stores 3 runs, which is the maximum: delete some"
    )


def submitted_ids(omics: Client, batch_id: str) -> list[str]:
    """Return the runSettingIds of entries that have a run."""
    listed = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="SUCCESS")["runs"]
    return [entry["runSettingId"] for entry in listed]


@pytest.mark.documented("B82", "W2.6")
def test_removable_batch_replaces_runs_of_an_earlier_batch(
    omics: Client, start_batch: StartBatch, settings: Settings, until: Until
) -> None:
    settings(quotas={"stored_runs": 3})
    first = start_batch(["s1", "s2", "s3"], retentionMode="REMOVE")
    until(first, "PROCESSED")
    ids = run_ids(omics, first)
    second = start_batch(["s4", "s5"], retentionMode="REMOVE")
    batch = until(second, "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [2, 0, 0]
    assert run_counts(omics.get_batch(batchId=first)) == {"deleted": 2, "completed": 1}
    remaining = [ids["s3"], *run_ids(omics, second).values()]
    assert [run["id"] for run in omics.list_runs()["items"]] == remaining


@pytest.mark.our_choice("W2.6")
def test_removed_run_does_not_affect_other_runs(
    omics: Client,
    start_batch: StartBatch,
    start_run: StartRun,
    settings: Settings,
    progression: SetProgression,
    until_run: UntilRun,
) -> None:
    settings(quotas={"stored_runs": 1})
    batch_id = start_batch(["s1"], retentionMode="REMOVE")
    run_id = start_run(retentionMode="REMOVE")["id"]
    until_run(run_id, "COMPLETED")
    progression("batch", progression="immediate")
    assert omics.get_batch(batchId=batch_id)["status"] == "PROCESSED"
    with raises_not_found(f"Run {run_id} not found"):
        omics.get_run(id=run_id)


@pytest.mark.our_choice("W2.6", "W11")
def test_without_quotas_there_is_no_limit(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(100)])
    until(batch_id, "INPROGRESS")
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"starting": 100}
