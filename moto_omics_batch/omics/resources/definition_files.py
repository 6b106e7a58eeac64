"""Definitions, READMEs and registry maps of workflows: read when one is created, exported later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from ...domain.resource import Resource
from ...domain.tasks import TaskSpec
from ...wire.model import structure
from ...wire.validation import Violations, check_of, message
from ...wire.violations import add
from ..exceptions import ValidationException
from ..integrations.presigned import MockBucket
from ..integrations.s3 import S3
from .collection import Resolved
from .context import Context

#: L89: the maximum size of a README, in bytes.
MAX_README = 500 << 10

#: L112: the maximum number of mappings, which the model lacks.
_MAPPINGS = {"registryMappings": 20, "imageMappings": 100}

#: L115: the members that name a file of a repository.
_IN_REPOSITORY = ("parameterTemplatePath", "readmePath")


def definition_url(
    bucket: MockBucket, resolved: Mapping[str, Any], origin: str | None
) -> str | None:
    """Return the URL of a definition, a ZIP archive (L90); None when its content is not known.

    ``resolved`` are the resolved members of a workflow, of a version, or of runs of one.
    """
    archive = resolved.get("definitionArchive")
    if archive is None:
        return None
    digest = str(resolved["digest"]).partition(":")[2]
    return bucket.serve(f"definitions/{digest}.zip", archive, origin)


class DefinitionFiles:
    """Reads what requests have or name in S3, and serves what responses export.

    Objects of S3 that do not exist are no error: nothing is known then.
    """

    def __init__(self, context: Context, s3: S3, bucket: MockBucket):
        self._context = context
        self._s3 = s3
        self._bucket = bucket

    # -- requests --

    def check(self, params: Mapping[str, Any]) -> None:
        """Check the members that depend on each other. Raises ValidationException.

        There is exactly one definition (W4.1), at most one registry map (L113), a README of at most
        MAX_README bytes (L89), and paths only with a repository (L115).
        """
        # Imported when a workflow is created: it would make every import of the package slower.
        from ...definitions.inspection import source_problem

        if problem := source_problem(params):
            raise ValidationException(problem)
        for name in _IN_REPOSITORY:
            if name in params and "definitionRepository" not in params:
                raise ValidationException(f"'{name}' needs 'definitionRepository'")
        if "containerRegistryMap" in params and "containerRegistryMapUri" in params:
            raise ValidationException(
                "Only one of 'containerRegistryMap' and 'containerRegistryMapUri' can be specified"
            )
        self.check_readme(params)

    def check_readme(self, params: Mapping[str, Any]) -> None:
        """Check the size of readmeMarkdown (L89). Raises ValidationException."""
        if "readmeMarkdown" in params:
            _check_size("readmeMarkdown", _utf8(params["readmeMarkdown"]))

    def resolve(self, params: Mapping[str, Any]) -> Resolved:
        """Return what the definition says, the registry map, and the README.

        Raises ValidationException for a README or a registry map in S3 that is invalid.
        """
        from ...definitions.inspection import inspect

        infer = self._context.settings.infer_templates
        members, problem = inspect(params, self._archive(params), infer=infer)
        if found := self._registry_map(params):
            members["containerRegistryMap"] = found
            members["tasks"] = [self._mapped(task, found) for task in members.get("tasks", ())]
        if readme := self._content(params, "readmeUri"):
            _check_size("readmeUri", readme)
            members["readmeContent"] = readme
        return Resolved(members, problem)

    def _mapped(self, task: TaskSpec, registry_map: Mapping[str, Any]) -> TaskSpec:
        """Return a task with the image in ECR that the registry map gives it (L112)."""
        from ...definitions.images import mapped_image

        if task.image is None:
            return task
        context = self._context
        image, source = mapped_image(
            task.image, registry_map, account_id=context.account_id, region=context.region
        )
        return task._replace(image=image, source_image=source)

    def _archive(self, params: Mapping[str, Any]) -> bytes | None:
        archive: bytes | None = params.get("definitionZip")
        return self._content(params, "definitionUri") if archive is None else archive

    def _content(self, params: Mapping[str, Any], member: str) -> bytes | None:
        """Return the content of the object that a member names, None when it does not exist."""
        found = self._s3.read(params[member]) if member in params else None
        return None if found is None else found[1]

    def _registry_map(self, params: Mapping[str, Any]) -> Any:
        """Return the registry map of a request (L112, L113), None when it is not known."""
        content = self._content(params, "containerRegistryMapUri")
        if content is None:
            given = params.get("containerRegistryMap")
            _check_map(given, "containerRegistryMap", [])
            return given
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            raise ValidationException("'containerRegistryMapUri' is not a JSON document") from None
        violations: Violations = []
        check = check_of(structure("ContainerRegistryMap"))
        document = check(document, "containerRegistryMapUri", violations)
        _check_map(document, "containerRegistryMapUri", violations)
        return document

    # -- responses --

    def exports(
        self, resource: Resource, wanted: Collection[str], origin: str | None
    ) -> dict[str, Any]:
        """Return the URLs of definition and README that a request asks for (L90)."""
        found: dict[str, Any] = {}
        if "DEFINITION" in wanted:
            found["definition"] = definition_url(self._bucket, resource.resolved, origin)
        if "README" in wanted and (readme := _readme(resource)) is not None:
            digest = hashlib.sha256(readme).hexdigest()
            found["readme"] = self._bucket.serve(f"readmes/{digest}.md", readme, origin)
        return found


def _readme(resource: Resource) -> bytes | None:
    """Return the README: readmeMarkdown, which an update may set, is preferred to readmeUri."""
    if "readmeMarkdown" in resource.params:
        return _utf8(resource.params["readmeMarkdown"])
    content: bytes | None = resource.resolved.get("readmeContent")
    return content


def _check_map(registry_map: Any, path: str, violations: Violations) -> None:
    """Check the numbers of mappings (L112), beside other violations. Raises ValidationException."""
    for name, most in _MAPPINGS.items():
        mappings = (registry_map or {}).get(name) or ()
        if len(mappings) > most:
            must = f"Member must have length less than or equal to {most}"
            add(violations, mappings, f"{path}.{name}", must)
    if violations:
        raise ValidationException(message(violations))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _check_size(member: str, readme: bytes) -> None:
    if len(readme) > MAX_README:
        raise ValidationException(
            f"'{member}' takes {len(readme)} bytes; the maximum is {MAX_README}"
        )
