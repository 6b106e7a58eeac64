"""The option ``moto_omics_guard``: no HealthOmics request leaves the test run.

The requests of these tests would go to AWS. They fail before a connection is opened, which the
tests check with a replacement for `socket.create_connection`.
"""

from __future__ import annotations

import pytest

from .conftest import Project

#: A module of each project; no connection can be opened.
HEAD = """
import socket
import boto3
import pytest
from botocore.config import Config

KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
opened = []

def client(service="omics", **arguments):
    config = Config(retries={"total_max_attempts": 1}, **arguments.pop("config", {}))
    return boto3.client(service, region_name="us-east-1", config=config, **KEYS, **arguments)

@pytest.fixture(autouse=True)
def network(monkeypatch):
    def refuse(address, *_, **__):
        opened.append(address)
        raise OSError("there is no network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield
    opened.clear()
"""

STOPPED = """
def test_no_mock():
    client().list_batch()

def test_that_handles_all_exceptions():
    try:
        client().list_batch()
    except Exception:
        pass

def test_other_endpoint():
    client(endpoint_url="https://proxy.example.com").list_batch()

def test_presigned():
    url = client().generate_presigned_url("list_batch")
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    URLLib3Session().send(AWSRequest("GET", url).prepare())

def test_after_the_mock():
    from moto import mock_aws
    with mock_aws():
        omics = client()
        omics.list_batch()
    omics.list_batch()

def test_passthrough():
    from moto import mock_aws
    with mock_aws(config={"core": {"passthrough": {"services": ["omics"]}}}):
        client().list_batch()

def test_in_a_thread():
    from threading import Thread
    def call():
        try:
            client().list_batch()
        except BaseException:
            pass
    thread = Thread(target=call)
    thread.start()
    thread.join()
    assert opened == []

@pytest.fixture
def broken():
    client().list_batch()

def test_in_a_fixture(broken):
    pass

@pytest.fixture
def teardown():
    yield
    try:
        client().list_batch()
    except BaseException:
        pass

def test_in_a_teardown(teardown):
    pass
"""


def _run(project: Project, *parts: str, option: str = "true") -> pytest.RunResult:
    project.write("test_it", HEAD, *parts)
    (project.path / "pytest.ini").write_text(f"[pytest]\nmoto_omics_guard = {option}\n")
    return project.run("-rfE")


def test_requests_are_stopped(project: Project) -> None:
    result = _run(project, STOPPED)
    result.assert_outcomes(failed=7, errors=2, passed=1)
    text = result.stdout.str()
    url = "https://workflows-omics.us-east-1.amazonaws.com/runBatch"
    assert text.count("a HealthOmics request would leave the mock: GET ") >= 9
    result.stdout.fnmatch_lines_random(
        [
            f"*would leave the mock: GET {url} (no mock is active). It was not sent*",
            "*would leave the mock: GET https://*proxy.example.com/runBatch (no mock*",
            f"*would leave the mock: GET {url} (a mock is active, and this client does not use*",
        ]
    )
    assert "there is no network" not in text


def test_client_from_before_moto(project: Project) -> None:
    result = _run(
        project,
        """
import sys
assert "moto" in sys.modules

@pytest.fixture
def early():
    from unittest.mock import patch
    from botocore.handlers import BUILTIN_HANDLERS
    handlers = [h for h in BUILTIN_HANDLERS if "moto" not in type(h[1]).__module__]
    with patch("botocore.handlers.BUILTIN_HANDLERS", handlers):
        return boto3.session.Session().client("omics", region_name="us-east-1", **KEYS)

def test_it(early):
    from moto import mock_aws
    with mock_aws():
        early.list_batch()
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*it was created before moto was imported*"])


def test_requests_that_are_sent(project: Project) -> None:
    result = _run(
        project,
        """
from botocore.exceptions import EndpointConnectionError, ProxyConnectionError

@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_server(host):
    with pytest.raises(EndpointConnectionError):
        client(endpoint_url=f"http://{host}:5000").list_batch()
    assert opened

def test_proxy():
    with pytest.raises(ProxyConnectionError):
        client(config={"proxies": {"https": "http://127.0.0.1:5005"}}).list_batch()
    assert opened

def test_other_service():
    with pytest.raises(EndpointConnectionError):
        client("sqs").list_queues()
    assert opened

def test_mock(omics_mock):
    assert omics_mock.client.list_batch()["items"] == []
    assert not opened
""",
    )
    result.assert_outcomes(passed=6)


STATES = """
import atexit
from botocore.httpsession import URLLib3Session

original = URLLib3Session.send

def state():
    return "the original" if URLLib3Session.send is original else "the guard"

def pytest_sessionstart(session):
    print(f"start: {state()}", flush=True)

atexit.register(lambda: print(f"end: {state()}"))
"""


@pytest.mark.parametrize(("option", "guard"), [("false", "the original"), ("true", "the guard")])
def test_restored(project: Project, option: str, guard: str) -> None:
    project.write("early", STATES)
    project.write(
        "test_it",
        "import sys",
        """
def test_it():
    import moto
    for name in [name for name in sys.modules if name.partition(".")[0] == "moto"]:
        del sys.modules[name]
    import moto
""",
    )
    result = project.run("-s", "-p", "early", "-o", f"moto_omics_guard={option}")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"start: {guard}*", "end: the original"])


def test_without_moto_the_reason_is_reported(project: Project) -> None:
    project.write("moto", "raise ZeroDivisionError")
    project.write("test_it", "def test_it():", "    pass")
    result = project.run("-o", "moto_omics_guard=true")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["moto cannot be imported: ZeroDivisionError*"])
