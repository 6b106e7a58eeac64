"""Archives for the tests of definitions."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from moto_omics_batch.definitions.inspection import Inspection, inspect


def archive_of(files: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive with these files: name → text. Equal files give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text, compression)
    return buffer.getvalue()


def inspect_files(files: dict[str, str], *, infer: bool = True, **given: Any) -> Inspection:
    """Return the inspection of a definition with these files, for a request with ``given``."""
    return inspect(given, archive_of(files), infer=infer)
