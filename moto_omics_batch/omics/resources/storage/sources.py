"""The source of a read set, in an import job or in an upload: checks, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....domain.read_files import FILE_TYPES
from ...exceptions import ResourceNotFoundException, ValidationException
from ..context import Context
from .common import missing
from .references import References
from .tags import service_tags


class Sources:
    """Checks sources against the references of an account and region."""

    def __init__(self, context: Context, references: References):
        self._context = context
        self._references = references

    def check(self, source: Mapping[str, Any], path: str) -> None:
        """Check the reference (S72, S73).

        ``path`` names the source in messages. Raises ValidationException,
        ResourceNotFoundException.
        """
        arn = source.get("referenceArn")
        if arn is not None:
            self._check_reference(arn, f"{path}.referenceArn".removeprefix("."))
        elif FILE_TYPES[source["sourceFileType"]].aligned:
            raise ValidationException(
                f"'{path}.referenceArn'".replace("'.", "'")
                + f" is required for {source['sourceFileType']}"
            )

    @staticmethod
    def check_pair(file_type: str, path: str) -> None:
        """Check that a type has a second source (S72, S112). Raises ValidationException."""
        if not FILE_TYPES[file_type].pairs:
            raise ValidationException(f"'{path}': {file_type} has no second source")

    def _check_reference(self, arn: str, path: str) -> None:
        prefix, _, id = arn.partition(":referenceStore/")
        store_id, _, reference_id = id.partition("/reference/")
        if not (prefix.startswith("arn:") and store_id.isdecimal() and reference_id.isdecimal()):
            raise ValidationException(f"'{path}' is not the ARN of a reference: {arn}")
        expected = self._context.arn("referenceStore", id)
        if arn != expected or self._references.tags_of(id) is None:
            raise ResourceNotFoundException(missing("reference"))

    @staticmethod
    def read_set_params(source: Mapping[str, Any], **more: str) -> dict[str, Any]:
        """Return the stored members of the read set of a source."""
        kept = ("subjectId", "sampleId", "generatedFrom", "referenceArn", "description")
        return {
            **{name: source[name] for name in kept if name in source},
            "fileType": source["sourceFileType"],
            "tags": service_tags(source),
            **more,
        }

    @staticmethod
    def distinct(files: Mapping[str, tuple[str, bytes]]) -> dict[str, tuple[str, bytes]]:
        """Return the files of a read set with distinct names (S61)."""
        names = [name for name, _ in files.values()]
        found = {}
        for member, (name, data) in files.items():
            if names.count(name) > 1:
                stem, dot, ending = name.partition(".")
                name = f"{stem}_{member}{dot}{ending}"
            found[member] = name, data
        return found
