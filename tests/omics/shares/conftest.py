"""Clients of several accounts, and a workflow that one shares with another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, Answer, Client, MakeClient, definition
from tests.omics.shares.accounts import STRANGER, SUBSCRIBER, in_account, shared_settings

MakeShare = Callable[..., str]
StartTheirs = Callable[..., str]

#: The reference of stores.
STORE_ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:referenceStore/1234567890"
REFERENCE = {"referenceArn": f"{STORE_ARN}/reference/1234567890"}


@pytest.fixture
def subscriber(client: MakeClient) -> Client:
    """A client of the account with which resources are shared; `omics` is that of the owner."""
    return in_account(client, SUBSCRIBER)


@pytest.fixture
def stranger(client: MakeClient) -> Client:
    """A client of an account with which nothing is shared."""
    return in_account(client, STRANGER)


@pytest.fixture
def workflow_arn(omics: Client, workflow_id: str) -> str:
    """The ARN of a workflow of the owner."""
    return str(omics.get_workflow(id=workflow_id)["arn"])


@pytest.fixture
def offer(omics: Client, workflow_arn: str) -> MakeShare:
    """``offer(arn, shareName="x")`` shares a resource, the workflow by default; returns the id."""

    def create(arn: str = "", **params: Any) -> str:
        created: Answer = omics.create_share(
            **{"resourceArn": arn or workflow_arn, "principalSubscriber": SUBSCRIBER, **params}
        )
        return str(created["shareId"])

    return create


@pytest.fixture
def share(offer: MakeShare, subscriber: Client) -> MakeShare:
    """``share(arn)`` offers a resource, accepts the offer, and returns the id of the share."""

    def offer_and_accept(arn: str = "", **params: Any) -> str:
        share_id = offer(arn, **params)
        subscriber.accept_share(shareId=share_id)
        return share_id

    return offer_and_accept


@pytest.fixture
def variant_store_arn(omics: Client) -> str:
    """The ARN of an ACTIVE variant store of the owner."""
    return str(make_variant_store(omics))


@pytest.fixture
def annotation_store_arn(omics: Client) -> str:
    """The ARN of an ACTIVE annotation store of the owner."""
    omics.create_annotation_store(name="clinvar", storeFormat="TSV", reference=REFERENCE)
    return str(omics.get_annotation_store(name="clinvar")["storeArn"])


def make_variant_store(omics: Client, name: str = "variants") -> str:
    """Create a variant store and return its ARN."""
    omics.create_variant_store(name=name, reference=REFERENCE)
    return str(omics.get_variant_store(name=name)["storeArn"])


@pytest.fixture
def version(omics: Client, workflow_id: str) -> str:
    """The name of a version of the workflow."""
    omics.create_workflow_version(
        workflowId=workflow_id,
        versionName="v1",
        definitionZip=definition("main.wdl", "tasks.wdl"),
        tags={"stage": "test"},
    )
    return "v1"


@pytest.fixture
def start_theirs(subscriber: Client, workflow_id: str) -> StartTheirs:
    """``start_theirs(name="HG002")`` starts a run of the subscriber, and returns its id."""

    def start(**settings: Any) -> str:
        return str(subscriber.start_run(**shared_settings(workflow_id, **settings))["id"])

    return start


@pytest.fixture
def start_their_batch(subscriber: Client, workflow_id: str) -> StartTheirs:
    """``start_their_batch(3)`` starts a batch of the subscriber with three entries."""

    def start(entries: int = 2, **default: Any) -> str:
        inline = [{"runSettingId": f"s{n}"} for n in range(entries)]
        batch: Answer = subscriber.start_run_batch(
            defaultRunSetting=shared_settings(workflow_id, **default),
            batchRunSettings={"inlineSettings": inline},
        )
        return str(batch["id"])

    return start
