"""The body of a request of moto, from a mock or from a server."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from werkzeug.exceptions import HTTPException


def read_body(request: Any) -> bytes | None:
    """Return the body of a request, None when it cannot be read (broken chunks)."""
    try:
        body = request.get_data() if hasattr(request, "get_data") else request.body
    except (HTTPException, OSError):
        # moto reads the body again.
        request.stream = BytesIO()
        return None
    # moto 5.2.0 passes a file that boto3 uploads on as it is.
    body = body.read() if hasattr(body, "read") else body
    return body.encode() if isinstance(body, str) else body or b""
