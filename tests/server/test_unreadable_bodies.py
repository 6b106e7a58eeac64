"""Request bodies that end early or have invalid chunks. They are sent through a raw socket."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from conftest import REGION, Client
from tests.wire.raw import SIGNED

from .controls import TIMEOUT

CHUNKED = "Transfer-Encoding: chunked"
OMICS_HOST = f"workflows-omics.{REGION}.amazonaws.com"

#: (header of the body, body)
UNREADABLE = [
    pytest.param(CHUNKED, b"zz\r\n{}\r\n0\r\n\r\n", id="invalid chunk size"),
    pytest.param(CHUNKED, b"-5\r\n{}\r\n0\r\n\r\n", id="negative chunk size"),
    pytest.param(CHUNKED, b'40\r\n{"na', id="end within a chunk"),
    pytest.param(CHUNKED, b"2\r\n{}\r\n", id="no last chunk"),
    pytest.param(CHUNKED, b"", id="no chunk"),
    pytest.param("Content-Length: 40", b'{"na', id="shorter than Content-Length"),
]


def send_raw(url: str, path: str, headers: list[str], body: bytes) -> tuple[int, str, str]:
    """Send a POST request and no more data; return HTTP status, content type and body."""
    address = urlsplit(url)
    assert address.hostname is not None
    head = "\r\n".join([f"POST {path} HTTP/1.1", *headers, "", ""])
    with socket.create_connection((address.hostname, address.port or 80), TIMEOUT) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        response = HTTPResponse(connection)
        response.begin()
        return response.status, response.headers["content-type"], response.read().decode()


@pytest.mark.parametrize(("body_header", "body"), UNREADABLE)
@pytest.mark.parametrize("host", [None, OMICS_HOST], ids=["address of the server", "AWS host"])
@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
def test_unreadable_body_is_answered_with_a_json_error(
    url: str, host: str | None, content_type: str, body_header: str, body: bytes, omics: Client
) -> None:
    headers = [
        f"Host: {host or urlsplit(url).netloc}",
        f"Authorization: {SIGNED['Authorization']}",
        f"Content-Type: {content_type}",
        body_header,
    ]
    status, response_type, text = send_raw(url, "/runGroup", headers, body)
    assert (status, response_type) == (400, "application/json")
    assert json.loads(text) == {"message": "The request body could not be read"}
    assert omics.list_run_groups()["items"] == []


@pytest.mark.parametrize("path", ["/nowhere", "/runBatch/1/2/3"])
def test_unreadable_body_for_an_unknown_path(url: str, path: str) -> None:
    headers = [
        f"Host: {urlsplit(url).netloc}",
        f"Authorization: {SIGNED['Authorization']}",
        CHUNKED,
    ]
    status, response_type, text = send_raw(url, path, headers, b"zz\r\n")
    assert (status, response_type) == (404, "application/json")
    assert json.loads(text)["message"].startswith("HealthOmics has no operation POST /")


@pytest.mark.parametrize(("body_header", "body"), UNREADABLE)
@pytest.mark.parametrize("control", ["faults", "advance"])
def test_unreadable_body_of_a_test_control(
    url: str, control: str, body_header: str, body: bytes
) -> None:
    headers = [f"Host: {urlsplit(url).netloc}", body_header]
    path = f"/moto-api/static/omics/{control}"
    status, response_type, text = send_raw(url, path, headers, body)
    assert (status, response_type) == (400, "application/json")
    assert json.loads(text) == {"message": "the body could not be read"}


def test_readable_chunks_are_accepted(url: str, omics: Client) -> None:
    document = b'{"requestId": "r", "name": "chunked"}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (document[:9], document[9:], b""))
    headers = [
        f"Host: {urlsplit(url).netloc}",
        f"Authorization: {SIGNED['Authorization']}",
        CHUNKED,
    ]
    assert send_raw(url, "/runGroup", headers, chunks)[0] == 201
    assert [group["name"] for group in omics.list_run_groups()["items"]] == ["chunked"]
