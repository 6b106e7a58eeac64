"""Direct uploads of read sets (S110 to S116): CreateMultipartReadSetUpload, UploadReadSetPart,
ListReadSetUploadParts, CompleteMultipartReadSetUpload, AbortMultipartReadSetUpload,
ListMultipartReadSetUploads."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....domain.content import PART_SIZE
from ....domain.read_files import named_files
from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ....wire.views import Layers, Page
from ...exceptions import ValidationException
from ..collection import Collection, Kind, Model, ResourceEvents
from ..context import Context
from ..list_filters import in_time
from .common import ID_DIGITS, TOKEN, missing
from .in_store import InStore
from .read_sets import ReadSets
from .sources import Sources


@dataclass
class Part:
    """A part of an upload. ``serial`` is its number, by which parts are listed."""

    source: str
    number: int
    data: bytes
    created: datetime
    updated: datetime

    @property
    def serial(self) -> int:
        return self.number

    @cached_property
    def checksum(self) -> str:
        """The SHA-256 of the part in base64 (S111)."""
        return base64.b64encode(hashlib.sha256(self.data).digest()).decode()

    def members(self) -> dict[str, Any]:
        """Return the members of an item of ListReadSetUploadParts (S113)."""
        return {
            "partNumber": self.number,
            "partSize": len(self.data),
            "partSource": self.source,
            "checksum": self.checksum,
            "creationTime": self.created,
            "lastUpdatedTime": self.updated,
        }


class Upload(Model, BaseModel):
    """An open upload."""

    parts: dict[tuple[str, int], Part]


class Uploads(InStore[Upload]):
    """The open uploads of an account and region."""

    KIND: ClassVar[Kind[Upload]] = Kind(
        label="Upload",
        arn="",
        model=Upload,
        lifecycle=tables.UPLOAD,
        create="CreateMultipartReadSetUpload",
        list="ListMultipartReadSetUploads",
        digits=ID_DIGITS,
        token=TOKEN,
        missing=missing("upload"),
    )
    STORE = "sequenceStoreId"

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        stores: Collection[Any],
        *,
        read_sets: ReadSets,
        sources: Sources,
    ):
        super().__init__(context, scheduler, usage, events, stores)
        self._read_sets = read_sets
        self._sources = sources

    def check(self, params: Mapping[str, Any]) -> None:
        """Check the reference (S110). Raises ValidationException, ResourceNotFoundException."""
        self._sources.check(params, "")

    def store(self, resource: Upload) -> None:
        """Make an upload available, without parts."""
        resource.parts = {}
        super().store(resource)

    def computed(self, resource: Upload) -> Mapping[str, Any]:
        """Return the id by its name in the responses."""
        return {"uploadId": resource.id}

    def _find(self, params: Mapping[str, Any]) -> Upload:
        return self.find_in(params[self.STORE], params["uploadId"])

    def put_part(self, params: Mapping[str, Any]) -> Layers:
        """Store a part, or replace it, and return its checksum: UploadReadSetPart (S111).

        Raises ResourceNotFoundException, ValidationException.
        """
        upload = self._find(params)
        source, number, data = params["partSource"], params["partNumber"], params["payload"]
        if source == "SOURCE2":
            self._sources.check_pair(upload.params["sourceFileType"], "partSource")
        if not 1 <= len(data) <= PART_SIZE:
            raise ValidationException(f"payload: a part has 1 to {PART_SIZE} bytes")
        now = self._context.now()
        known = upload.parts.get((source, number))
        created = now if known is None else known.created
        part = Part(source, number, data, created, now)
        upload.parts[source, number] = part
        return Layers({"checksum": part.checksum})

    def list_parts(self, params: Mapping[str, Any]) -> Page:
        """Return one page of the parts of one source, by number (S113)."""
        upload, filter = self._find(params), params.get("filter") or {}
        parts = sorted(
            (part for part in upload.parts.values() if part.source == params["partSource"]),
            key=lambda part: part.number,
        )
        found, token = self._context.page_of(
            "ListReadSetUploadParts",
            params,
            parts,
            wanted=lambda part: in_time(part.created, filter, "created"),
        )
        return Page([part.members() for part in found], token)

    def abort(self, params: Mapping[str, Any]) -> None:
        """Forget an upload. Raises ResourceNotFoundException."""
        self.move(self._find(params), "end")

    def complete(self, params: Mapping[str, Any]) -> Layers:
        """Create the read set of an upload and end the upload (S114, S115).

        Raises ResourceNotFoundException, ValidationException.
        """
        upload = self._find(params)
        contents = self._contents(upload, params["parts"])
        file_type, name = upload.params["sourceFileType"], upload.params["name"]
        read_set = self._read_sets.add_files(
            self._sources.read_set_params(
                upload.params,
                name=name,
                sequenceStoreId=upload.params[self.STORE],
                creationType="UPLOAD",
            ),
            named_files(file_type, name, contents),
            state=tables.READ_SET.initial,
            at=self._context.now(),
        )
        self.move(upload, "end")
        return Layers({"readSetId": read_set.id})

    @staticmethod
    def _contents(upload: Upload, named: list[Mapping[str, Any]]) -> dict[str, bytes]:
        """Return the content of each source. Raises ValidationException (S114)."""
        chosen: dict[tuple[str, int], Part] = {}
        for position, item in enumerate(named, 1):
            key = item["partSource"], item["partNumber"]
            part, path = upload.parts.get(key), f"parts.{position}.member"
            if part is None:
                raise ValidationException(f"'{path}': part {key[1]} of {key[0]} was not uploaded")
            if part.checksum != item["checksum"]:
                raise ValidationException(f"'{path}.checksum' is not the checksum of the part")
            if key in chosen:
                raise ValidationException(f"'{path}': part {key[1]} of {key[0]} is named twice")
            chosen[key] = part
        if not any(source == "SOURCE1" for source, _ in chosen):
            raise ValidationException("'parts' must name a part of SOURCE1")
        contents: dict[str, list[bytes]] = {}
        for source, number in sorted(chosen):
            contents.setdefault(source.lower(), []).append(chosen[source, number].data)
        return {member: b"".join(parts) for member, parts in contents.items()}
