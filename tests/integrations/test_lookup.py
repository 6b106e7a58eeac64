"""Looking up backends creates none."""

from __future__ import annotations

from moto.sqs.models import sqs_backends

from moto_omics_batch.omics.integrations.lookup import backend_in_use

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, MakeClient


def test_a_backend_is_found_once_it_was_used(client: MakeClient) -> None:
    assert backend_in_use("sqs", ACCOUNT, REGION) is None
    assert dict(sqs_backends) == {}
    client("sqs").list_queues()
    assert backend_in_use("sqs", ACCOUNT, REGION) is sqs_backends[ACCOUNT][REGION]
    assert backend_in_use("sqs", ACCOUNT, "eu-west-1") is None
    assert backend_in_use("sqs", OTHER_ACCOUNT, REGION) is None
    assert list(sqs_backends) == [ACCOUNT]


def test_a_service_that_was_not_imported_or_does_not_exist_has_no_backend() -> None:
    assert backend_in_use("no_such_service", ACCOUNT, REGION) is None
