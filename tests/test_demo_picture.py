"""Tests of docs/demo.svg. tests/test_docs.py tests that it is up to date."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from docs import demo_picture, generate

FILE = generate.ROOT / "docs" / "demo.svg"


@pytest.fixture(scope="module")
def drawn() -> str:
    return demo_picture.picture("")


def test_the_picture_shows_a_fault_two_batches_and_events(drawn: str) -> None:
    text = " ".join("".join(ElementTree.fromstring(drawn).itertext()).replace("\xa0", " ").split())
    assert 'faults.run_fails(runSettingId="HG005", failureReason="RUN_TASK_FAILED")' in text
    assert "omics.start_run_batch(" in text
    assert "1,565 of 2,504, 3 failed" in text
    assert "6 completed, 1 failed" in text
    assert "EventBridge events in SQS" in text


def test_the_picture_needs_nothing_from_the_network(drawn: str) -> None:
    assert re.findall(r"https?://[^\"]*", drawn.partition(">")[0]) == ["http://www.w3.org/2000/svg"]
    assert not re.findall(r"@font-face|@import|<image|<script|href=|url\((?!#)", drawn)
    assert len(drawn.encode()) < 60_000


def test_a_picture_with_the_same_text_is_kept(drawn: str) -> None:
    other_ids = re.sub(r"\b8104429\b", "1234567", drawn).replace("<defs>", "<defs >")
    assert other_ids != drawn
    assert demo_picture.picture(other_ids) == other_ids


def test_a_picture_with_another_text_is_replaced(drawn: str) -> None:
    other = drawn.replace("CREATING", "STARTING")
    assert other != drawn
    assert demo_picture.picture(other) == drawn


def test_the_file_has_the_drawn_text(drawn: str) -> None:
    present = FILE.read_text(encoding="utf-8")
    assert demo_picture.picture(present) == present
