"""A second import of moto gets the backend too. Each test runs a new process."""

from __future__ import annotations

import pytest

from .conftest import TEST_BODY, Project

#: Removes modules from sys.modules as tests do that need a fresh import.
FORGET = """
import sys

def forget(*packages):
    for name in list(sys.modules):
        if name.partition(".")[0] in packages:
            del sys.modules[name]
"""

#: The state of one mock does not reach the next one, and moto's settings reach the backend.
FULL_CHECK = """
def check():
    import moto, sys
    from asking import ask
    from moto.backend_index import backend_url_patterns
    from moto.moto_api._internal import mock_random

    def uuid():
        with moto.mock_aws(config={"omics": {"workflows": ["1234567"]}}):
            mock_random.seed(42)
            omics = boto3.client("omics", region_name="us-east-1")
            run = omics.start_run(
                workflowId="1234567",
                roleArn="arn:aws:iam::123456789012:role/omics",
                outputUri="s3://results",
            )
            return run["uuid"]

    import boto3
    assert uuid() == uuid()
    with moto.mock_aws():
        assert ask() == 1
    assert [name for name, _ in backend_url_patterns].count("omics") == 1
    from botocore.handlers import BUILTIN_HANDLERS
    names = [getattr(handler, "__name__", "") for _, handler, *_ in BUILTIN_HANDLERS]
    assert names.count("without_host_prefix") == 1
    import moto.omics.models, moto_omics_batch.omics.models, moto_omics_batch.faults
    from moto.core.base_backend import BackendDict
    assert mock_random.seed.__globals__ is vars(sys.modules["moto_omics_batch._install"])
    assert moto.omics.models is moto_omics_batch.omics.models
    assert isinstance(moto.omics.models.omics_backends, BackendDict)
"""


@pytest.mark.parametrize(
    ("first", "packages"),
    [
        ("moto", ("moto",)),
        ("moto_omics_batch", ("moto",)),
        ("moto_omics_batch", ("moto_omics_batch",)),
        ("moto", ("moto", "moto_omics_batch")),
        ("moto", ("moto", "moto_omics_batch", "boto3", "botocore", "responses", "asking")),
    ],
)
def test_modules_are_removed_and_imported_again(
    project: Project, first: str, packages: tuple[str, ...]
) -> None:
    project.write(
        "test_it",
        FORGET,
        FULL_CHECK,
        f"""
def test_it():
    import {first}
    check()
    forget(*{packages!r})
    import {first}
    check()
""",
    )
    project.passes(1)


def test_first_import_within_a_patch_of_sys_modules(project: Project) -> None:
    project.write(
        "test_it",
        FULL_CHECK,
        """
import sys
from unittest.mock import patch

def test_it():
    for _ in range(2):
        with patch.dict(sys.modules):
            check()
        assert not {"moto", "moto_omics_batch"} & set(sys.modules)
    check()
""",
    )
    project.passes(1)


def test_second_import_within_a_patch_of_sys_modules(project: Project) -> None:
    project.write(
        "test_it",
        FORGET,
        FULL_CHECK,
        """
from unittest.mock import patch

def test_it():
    import moto_omics_batch.faults as first
    check()
    with patch.dict(sys.modules):
        forget("moto")
        check()
        import moto_omics_batch.faults as second
        assert second is not first
    check()
    import moto_omics_batch.faults as third
    assert third is first
    assert sys.modules["moto_omics_batch"].omics is sys.modules["moto_omics_batch.omics"]
""",
    )
    project.passes(1)


def test_first_import_that_fails(project: Project) -> None:
    project.write(
        "test_it",
        """
import sys
import pytest

def test_failing_import(monkeypatch):
    monkeypatch.setitem(sys.modules, "moto.core.decorator", None)
    with pytest.raises(ImportError):
        import moto
    assert "moto" not in sys.modules
""",
        TEST_BODY,
    )
    project.passes(2)


def test_first_import_of_the_package_that_fails(project: Project) -> None:
    project.write(
        "test_it",
        """
import sys
import pytest

def test_failing_import(monkeypatch):
    monkeypatch.setitem(sys.modules, "moto_omics_batch.omics.urls", None)
    with pytest.raises(ImportError):
        import moto_omics_batch
    with pytest.raises(ImportError):
        import moto.omics
""",
        """
def test_second_try():
    import moto_omics_batch
""",
        TEST_BODY,
    )
    project.passes(3)


def test_reload(project: Project) -> None:
    project.write(
        "test_it",
        """
import importlib
import moto.omics

def test_reload():
    assert importlib.reload(moto) is moto
    assert importlib.reload(moto) is moto
    assert moto.omics.omics_backends is not None
""",
        TEST_BODY,
    )
    project.passes(2)


def test_submodules_are_imported_again(project: Project) -> None:
    project.write(
        "test_it",
        """
import importlib
import sys
import moto.backend_index

def test_reload():
    importlib.reload(moto.backend_index)
""",
        TEST_BODY.replace("test_it", "test_after_reload"),
        """
def test_remove():
    for name in list(sys.modules):
        if name.startswith("moto."):
            del sys.modules[name]

def test_after_remove():
    from moto.core.decorator import mock_aws
    from asking import ask
    with mock_aws():
        assert ask() == 1
""",
    )
    project.passes(4)


def test_installing_again_after_a_second_import_without_the_plugin(project: Project) -> None:
    project.write(
        "test_it",
        FORGET,
        FULL_CHECK,
        """
def test_it():
    assert "pytest_moto_omics" not in sys.modules
    import moto_omics_batch
    check()
    forget("moto")
    import moto
    moto_omics_batch.install()
    check()
""",
    )
    project.passes(1, "-p", "no:pytest_moto_omics")
