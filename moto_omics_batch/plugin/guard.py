"""The guard: a test fails if it would send a HealthOmics request to AWS.

Requests are looked at where botocore hands them to the network. Requests that moto answers never
get there.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from functools import wraps
from ipaddress import ip_address
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import httpsession
from moto.core.models import MockAWS

from ..omics.urls import url_bases

#: The class that sends all requests of botocore.
_Sender: Any = httpsession.URLLib3Session
_HOSTS = [re.compile(base) for base in url_bases]
#: The scope of a signature (SigV4, SigV4A), in a header or in the query of a presigned URL.
_SCOPE = re.compile(r"/omics(?:/|%2F)aws4_request", re.IGNORECASE)


class Guard:
    """A pytest plugin that fails tests whose HealthOmics requests would leave the process."""

    def __init__(self, config: pytest.Config) -> None:
        """Watch requests until pytest ends."""
        self._lock = Lock()
        self._messages: list[str] = []
        original, guard = _Sender.send, self
        self._original = original

        @wraps(original)
        def send(session: Any, request: Any) -> Any:
            if _leaves(session, request):
                guard.fail(request)
            return original(session, request)

        _Sender.send = send
        config.add_cleanup(self._restore)

    def _restore(self) -> None:
        _Sender.send = self._original

    def fail(self, request: Any) -> None:
        """Fail in this thread, and keep the message for the end of the phase of the test.

        pytest's exception is no Exception, so that the code under test does not handle it.
        """
        message = _message(request)
        with self._lock:
            self._messages.append(message)
        pytest.fail(message, pytrace=True)

    def _fail_later(self) -> None:
        """Fail in the thread of the test if a request was stopped in another one."""
        with self._lock:
            messages, self._messages = self._messages, []
        if messages:
            pytest.fail("\n".join(dict.fromkeys(messages)), pytrace=False)

    def _forget(self) -> None:
        with self._lock:
            self._messages.clear()

    def _phase(self) -> Generator[None, object, object]:
        try:
            result = yield
        except BaseException:
            self._forget()
            raise
        self._fail_later()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Fail the set-up of a test if a request was stopped in it."""
        return (yield from self._phase())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Fail a test if a request was stopped in it."""
        return (yield from self._phase())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Fail the teardown of a test if a request was stopped in it."""
        return (yield from self._phase())


def _leaves(session: Any, request: Any) -> bool:
    """Tell whether this is a HealthOmics request to another machine."""
    url = str(request.url)
    if not any(host.match(url) for host in _HOSTS) and not _is_signed_for_omics(request):
        return False
    proxies = getattr(session, "_proxy_config", None)
    return not _is_loopback(url) and not _is_loopback(
        proxies.proxy_url_for(url) if proxies is not None else None
    )


def _is_signed_for_omics(request: Any) -> bool:
    value = request.headers.get("Authorization", "")
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return bool(_SCOPE.search(text) or _SCOPE.search(str(request.url)))


def _is_loopback(url: str | None) -> bool:
    host = urlsplit(url or "").hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _message(request: Any) -> str:
    why = (
        "a mock is active, and this client does not use it: it was created before moto was "
        "imported, or moto's setting `passthrough` excludes it"
        if MockAWS._mocks_active
        else "no mock is active"
    )
    url = str(request.url).partition("?")[0]
    return (
        f"a HealthOmics request would leave the mock: {request.method} {url} ({why}). "
        "It was not sent (moto_omics_guard)"
    )
