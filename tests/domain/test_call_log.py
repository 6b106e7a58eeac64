"""The calls that reports about failed tests show."""

from __future__ import annotations

from moto_omics_batch.domain.call_log import KEPT, Call, CallLog


def test_the_last_calls_are_kept_and_all_names() -> None:
    log = CallLog()
    log.add(Call("StartRun", "201"))
    for _ in range(KEPT):
        log.add(Call("GetRun", "ResourceNotFoundException", "Run 1 not found"))
    assert list(log.last) == [Call("GetRun", "ResourceNotFoundException", "Run 1 not found")] * KEPT
    assert log.operations == {"StartRun", "GetRun"}


def test_an_outcome_that_is_no_http_status_is_a_failure() -> None:
    assert Call("GetRun", "ThrottlingException").failed
    assert not Call("GetRun", "200").failed
