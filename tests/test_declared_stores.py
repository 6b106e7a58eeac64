"""Declared stores, through ``mock_aws``, `omics_config` and `OmicsMock`."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.config import default_user_config
from moto.core.models import MockAWS

from conftest import REGION
from moto_omics_batch import OmicsMock, omics_config

untyped_config: Any = omics_config
untyped_mock: Any = OmicsMock

ID = "1234567890"
SETTINGS: dict[str, Any] = {
    "reference_store": {
        "id": "2222222222",
        "references": [{"id": "3333333333", "name": "hg38", "content": ">chr1\nACGT\n"}],
    },
    "sequence_stores": [
        ID,
        {
            "id": "4444444444",
            "name": "reads",
            "readSets": [
                {
                    "id": "5555555555",
                    "fileType": "FASTQ",
                    "files": {"source1": b"@r1\nACGT\n+\nIIII\n"},
                },
                {"id": "6666666666", "status": "ARCHIVED"},
            ],
        },
    ],
}


def check_stores(omics: Any) -> None:
    """Check that the stores of SETTINGS exist, with what is in them."""
    stores = omics.list_sequence_stores()["sequenceStores"]
    assert [store["id"] for store in stores] == [ID, "4444444444"]
    sets = omics.list_read_sets(sequenceStoreId="4444444444")["readSets"]
    assert [(each["id"], each["status"]) for each in sets] == [
        ("5555555555", "ACTIVE"),
        ("6666666666", "ARCHIVED"),
    ]
    part = omics.get_read_set(sequenceStoreId="4444444444", id="5555555555", partNumber=1)
    assert part["payload"].read() == b"@r1\nACGT\n+\nIIII\n"
    part = omics.get_reference(referenceStoreId="2222222222", id="3333333333", partNumber=1)
    assert part["payload"].read() == b">chr1\nACGT\n"


def test_a_mock_with_declared_stores() -> None:
    with mock_aws(config=omics_config(**SETTINGS)):
        check_stores(boto3.client("omics", region_name=REGION))
    plain: Any = {"omics": SETTINGS}
    with mock_aws(config=plain):
        check_stores(boto3.client("omics", region_name=REGION))
    with mock_aws():
        omics = boto3.client("omics", region_name=REGION)
        assert omics.list_sequence_stores()["sequenceStores"] == []


def test_omics_mock_with_declared_stores() -> None:
    with OmicsMock(**SETTINGS, region=REGION) as mock:
        check_stores(mock.client)


def test_declared_ids_are_not_allocated_again() -> None:
    with OmicsMock(**SETTINGS, region=REGION, seed=1) as mock:
        first = mock.client.create_sequence_store(name="new")["id"]
    with OmicsMock(sequence_stores=[first], region=REGION, seed=1) as mock:
        assert mock.client.create_sequence_store(name="new")["id"] != first


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"sequence_stores": ID},
            f"config['omics']['sequence_stores'] must be a list of ids and of dicts, not '{ID}'",
        ),
        (
            {"sequence_stores": [7]},
            "config['omics'], sequence_stores: a sequence store must have an id of 10 to 36 "
            "digits, not 7",
        ),
        (
            {"sequence_stores": [ID, ID]},
            "config['omics'], sequence_stores: sequence stores must have different ids: "
            f"{ID} is declared twice",
        ),
        (
            {"reference_store": ID, "sequence_stores": [ID]},
            "config['omics'], reference_store and sequence_stores: stores and what is in them "
            f"must have different ids: {ID} is declared twice",
        ),
        (
            {"reference_store": [ID]},
            "config['omics'], reference_store: a reference store must have an id of 10 to 36 "
            f"digits, not ['{ID}']",
        ),
        (
            {"sequence_stores": [{"id": ID, "readSets": [{"id": ID, "files": {}}]}]},
            "config['omics'], sequence_stores: files must have 'source1'",
        ),
    ],
)
def test_invalid_declarations_are_reported_at_once(settings: dict[str, Any], message: str) -> None:
    for build in (untyped_config, untyped_mock):
        with pytest.raises(ValueError, match="omics") as error:
            build(**settings)
        assert str(error.value) == message
    plain: Any = {"omics": settings}
    with pytest.raises(ValueError, match="omics") as error:
        mock_aws(config=plain).start()
    assert str(error.value) == message
    assert not MockAWS._mocks_active
    assert "omics" not in default_user_config
