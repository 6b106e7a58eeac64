"""The errors of HealthOmics: each class carries its AWS code and builds its own text."""

from __future__ import annotations

from collections.abc import Iterable

from moto.core.exceptions import ServiceException


class OmicsException(ServiceException):
    """The base of all errors that this service answers."""


class ValidationException(OmicsException):
    """A request that breaks a rule: 400."""

    code = "ValidationException"


class ResourceNotFoundException(OmicsException):
    """What a request names is not there: 404."""

    code = "ResourceNotFoundException"


class ConflictException(OmicsException):
    """The present state does not allow it: 409."""

    code = "ConflictException"


class ServiceQuotaExceededException(OmicsException):
    """A quota is reached: 402."""

    code = "ServiceQuotaExceededException"


class AccessDeniedException(OmicsException):
    """The caller may not do it: 403."""

    code = "AccessDeniedException"


class RangeNotSatisfiableException(OmicsException):
    """A part or a range that a file does not have: 416."""

    code = "RangeNotSatisfiableException"


class InternalServerException(OmicsException):
    """A fault of the service: 500."""

    code = "InternalServerException"


class ResourceNotFound(ResourceNotFoundException):
    """``Workflow 3910207 not found``: observed for workflows, taken over for the others."""

    def __init__(self, kind: str, name: str):
        super().__init__(f"{kind} {name} not found")


class VersionNotFound(ResourceNotFoundException):
    """B17: names both workflow and version."""

    def __init__(self, workflow_id: str, version: str):
        super().__init__(f"Workflow {workflow_id} version {version} not found")


class UnknownPath(ResourceNotFoundException):
    """A request that no operation of the model has."""

    def __init__(self, method: str, path: str):
        super().__init__(f"HealthOmics has no operation {method} {path}")


_VERBS = {
    "accept": "accept",
    "cancel": "cancel",
    "delete": "delete",
    "delete_runs": "delete the runs of",
}


class WrongState(ConflictException):
    """An event that the present state does not allow (B41)."""

    def __init__(self, kind: str, name: str, event: str, status: str, allowed: Iterable[str]):
        super().__init__(
            f"Cannot {_VERBS[event]} {kind} {name}: its status is {status}, "
            f"and it must be one of {', '.join(allowed)}"
        )


class InUse(ConflictException):
    """A resource that active runs use cannot be deleted."""

    def __init__(self, kind: str, name: str):
        super().__init__(f"{kind} {name} cannot be deleted: active runs use it")


class TokenReused(ConflictException):
    """B18: the same requestId with another payload."""

    def __init__(self, token: str):
        super().__init__(f"The requestId {token} was used before with other parameters")


class ClientTokenReused(ValidationException):
    """S7: the same clientToken with another payload."""

    def __init__(self, token: str):
        super().__init__(f"The clientToken {token} was used before with other parameters")


class TooManyRuns(ServiceQuotaExceededException):
    """W2.6: no more runs can be stored."""

    def __init__(self, most: int | None):
        super().__init__(f"The account stores {most} runs, which is the maximum: delete some")


class HasVersions(ConflictException):
    """W4.2: all versions are deleted before the workflow is."""

    def __init__(self, workflow_id: str):
        super().__init__(f"Workflow {workflow_id} cannot be deleted: it has versions")


class AlreadyExists(ConflictException):
    """A name that must be unique is taken."""

    def __init__(self, kind: str, name: str):
        super().__init__(f"{kind} {name} already exists")


class NotActive(ValidationException):
    """A workflow or configuration that a run names must be ACTIVE."""

    def __init__(self, kind: str, name: str, status: str):
        super().__init__(f"{kind} {name} is not ACTIVE: its status is {status}")


class BadPageToken(ValidationException):
    """B75, S10."""

    def __init__(self, member: str) -> None:
        super().__init__(f"Invalid {member}")


class S3ObjectNotFound(ValidationException):
    """Observed (W12)."""

    def __init__(self, uri: str):
        super().__init__(f"S3 object not found: {uri}")


class S3AccessDenied(ValidationException):
    """Observed (W12)."""

    def __init__(self, uri: str):
        super().__init__(f"S3 access denied for {uri}")
