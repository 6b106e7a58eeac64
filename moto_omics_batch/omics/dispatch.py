"""The protocol: from a request of moto to a validated call, and back to status, headers and body.

moto's own parser, validator and serializer are not used: they guess attribute names, check no
constraints, and are slow for long responses. moto determines the account, the region and the
caller, and authorises requests.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import zlib
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from botocore.model import OperationModel
from moto import settings
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException

from ..domain.call_log import Call
from ..wire import model, request, router
from ..wire.validation import message
from ..wire.views import render
from .authorization import required_permissions
from .body import read_body
from .exceptions import (
    AccessDeniedException,
    InternalServerException,
    OmicsException,
    UnknownPath,
    ValidationException,
)
from .models import OmicsBackend, omics_backends

log = logging.getLogger(__name__)

Response = tuple[int, dict[str, str], str | bytes]

#: moto's codes for a request that it does not authorise → the codes of the service.
_REFUSALS = {
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "AuthFailure": "UnrecognizedClientException",
}

#: A signature that moto can read: its credential has a key, day, region, service and end.
_SIGNED = re.compile(r"Credential=[^,/]+/[^,/]+/[^,/]+/[^,/]+/aws4_request\b.*Signature=")

#: The domains of AWS and of its partitions.
_AWS_HOST = re.compile(
    r"\.(amazonaws\.(com|com\.cn|eu)|api\.aws|ic\.gov|sgov\.gov|adc-e\.uk)$", re.IGNORECASE
)

#: The messages of `call_fails` by error, for faults without a message.
FAULT_TEXTS = {
    "AccessDeniedException": "Access is denied",
    "InternalServerException": "An internal error has occurred",
    "RequestTimeoutException": "The request has timed out",
    "ServiceQuotaExceededException": "The request exceeds a service quota",
    "ThrottlingException": "Rate exceeded",
}


class OmicsDispatcher(BaseResponse):
    """Handles one request; the operations are methods of the subclass."""

    params: dict[str, Any]
    backend: OmicsBackend

    def __init__(self) -> None:
        super().__init__(service_name="omics")
        # Decompressed here, where a broken body becomes an error of the service.
        self.allow_request_decompression = False
        self._action = ""
        self._route: tuple[OperationModel, dict[str, str]] | None = None

    @property
    def origin(self) -> str | None:
        """Scheme and host of the server that got the request, None for a host of AWS.

        URLs in responses lead to the same server (L90).
        """
        parts = urlsplit(self.uri)
        if _AWS_HOST.search(parts.hostname or ""):
            return None
        return f"{parts.scheme}://{parts.netloc}"

    def _find_backend(self) -> OmicsBackend:
        regions = omics_backends[self.current_account]
        try:
            return regions[self.region]
        except KeyError:
            raise ValidationException(
                f"HealthOmics does not exist in region {self.region}: it is in "
                f"{', '.join(regions.regions)}; MOTO_ALLOW_NONEXISTENT_REGION=true lifts this"
            ) from None

    def _dispatch(self, request: Any, full_url: str | None = None, headers: Any = None) -> Response:
        # The body is read before moto looks at it: a form parser would consume what a client
        # without a JSON content type sends.
        body = read_body(request)
        self.setup_class(request, full_url, headers, use_raw_body=True)
        self._route = router.match(self.method, self.raw_path or "/")
        try:
            response = self._respond(body)
        except OmicsException as error:
            response = self._error(error.code, str(error.message))
        except Exception:
            if not self.is_werkzeug_request:
                raise
            log.exception("%s %s", self.method, self.uri)
            return self._error(InternalServerException.code, "An internal error has occurred")
        self._log_call(response)
        return response

    def _log_call(self, response: Response) -> None:
        """Add the call to the calls of its account and region."""
        if self._route is None:
            return
        status, headers, text = response
        code = headers.get("x-amzn-errortype")
        message = json.loads(text)["message"] if code else ""
        # Nothing is kept for a region that does not exist.
        with suppress(OmicsException):
            self._find_backend().calls.add(Call(self._route[0].name, code or str(status), message))

    def _get_action(self) -> str:
        return self._action or (self._route[0].name if self._route else "")

    def _respond(self, body: bytes | None) -> Response:
        if self._route is None:
            raise UnknownPath(self.method, self.path)
        operation, labels = self._route
        if body is None:
            raise ValidationException("The request body could not be read")
        if refusal := self._authorize(operation, labels, body):
            return refusal
        self.backend = self._find_backend()
        self._raise_injected_error(operation.name)
        method = getattr(self, camelcase_to_underscores(operation.name), None)
        if method is None or operation.name not in model.plane():
            return self._error(
                "NotImplemented", f"{operation.name} is not implemented by this mock", 501
            )
        try:
            if not operation.has_streaming_input:
                body = self._unzipped(body)
            self.params, violations = request.parameters(
                operation, labels, urlsplit(self.uri).query, body, self.headers
            )
        except request.BadBody as bad:
            raise ValidationException(str(bad)) from None
        if violations:
            raise ValidationException(message(violations))
        with self.backend.request_scope():
            self.backend.advance()
            result = method()
            status = int(operation.http["responseCode"])
            if isinstance(result, memoryview):
                return status, self._stream_headers(result), _content(result)
            rendered = render(operation.output_shape, result)
            text = "" if rendered is None else json.dumps(rendered)
        return status, self._headers(), text

    def _raise_injected_error(self, operation: str) -> None:
        """Raise the error of a `call_fails` fault that matches, if there is one."""
        with self.backend.lock:
            fault = self.backend.engine.faults.match_call(operation)
        if fault is not None:
            code = fault.effect["error"]
            raise OmicsException(code, fault.effect["message"] or FAULT_TEXTS[code])

    def _unzipped(self, body: bytes) -> bytes:
        if self.headers.get("Content-Encoding", "") != "gzip":
            return body
        try:
            return gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise request.BadBody(f"The request body is not valid gzip: {error}") from None

    def _authorize(
        self, operation: OperationModel, labels: dict[str, str], body: bytes
    ) -> Response | None:
        """Let moto authorise each action that the request needs (B98)."""
        if self.request_count < settings.INITIAL_NO_AUTH_ACTION_COUNT:
            # Nothing is enforced yet: moto only counts the request.
            self._authenticate_and_authorize_normal_action()
            return None
        if problem := self._unsigned():
            return problem
        if not body:
            # moto would sign its headers instead of the empty body, and refuse every GET.
            self.data = {}
        with suppress(request.BadBody):
            body = self._unzipped(body)
        prefix = f"arn:{self.partition}:omics:{self.region}:{self.current_account}:"
        resource = ""
        try:
            query = urlsplit(self.uri).query
            needed = required_permissions(operation, labels, query, body, prefix)
            for self._action, resource in needed:
                self._authorize_action(resource)
        except HTTPException as refused:
            return self._refused(refused, resource)
        finally:
            self._action = ""
        return None

    def _authorize_action(self, resource: str) -> None:
        """Let moto authorise an action. One with a prefix is of another service (L130)."""
        if ":" not in self._action:
            self._authenticate_and_authorize_normal_action(resource)
            return
        # Imported when authorisation is enforced: IAM takes long to import.
        from .integrations.permissions import OtherServiceRequest

        self._authenticate_and_authorize_action(OtherServiceRequest, resource)

    def _unsigned(self) -> Response | None:
        """Refuse a request whose signature moto cannot parse."""
        if "Authorization" not in self.headers:
            return self._error(AccessDeniedException.code, "Missing Authentication Token")
        if _SIGNED.search(self.headers["Authorization"]) and "X-Amz-Date" in self.headers:
            return None
        text = "The request is not signed with AWS Signature Version 4"
        return self._error("InvalidSignatureException", text, 403)

    def _refused(self, refused: HTTPException, resource: str) -> Response:
        text = str(getattr(refused, "message", None) or refused.description)
        code = _REFUSALS.get(str(getattr(refused, "error_type", "")))
        if code is None:
            return self._error(AccessDeniedException.code, f"{text} on resource: {resource}")
        return self._error(code, text, refused.code)

    def _headers(self, content_type: str = "application/json") -> dict[str, str]:
        return {
            **self.response_headers,
            "content-type": content_type,
            "x-amzn-requestid": str(mock_random.uuid4()),
        }

    def _stream_headers(self, body: memoryview) -> dict[str, str]:
        headers = self._headers("application/octet-stream")
        return {**headers, "content-length": str(body.nbytes)}

    def _error(self, code: str, text: str, status: int | None = None) -> Response:
        headers = {**self._headers(), "x-amzn-errortype": code}
        return status or model.error_status(code), headers, json.dumps({"message": text})


def _content(body: memoryview) -> bytes:
    """Return the bytes of a response, which are copied only if they are a part of an object."""
    whole = body.obj
    return whole if isinstance(whole, bytes) and len(whole) == body.nbytes else bytes(body)
