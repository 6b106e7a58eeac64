"""What all resources of one account and region share: names, ids, time, tokens and pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from moto.core.utils import utcnow
from moto.moto_api import state_manager

from ...domain import tags as tagging
from ...domain.ids import DIGITS, IdSpace
from ...domain.life import Progression
from ...domain.ordered import Ordered, Serial
from ...domain.scheduler import BATCH_RUNS
from ...wire import paging
from ..exceptions import BadPageToken, ClientTokenReused, TokenReused, ValidationException
from .random_streams import RandomStream

#: The names of our resources in moto's state manager, and their default transitions.
TRANSITIONS: dict[str, dict[str, Any]] = {
    "omics::batch": {"progression": "manual", "times": 1},
    "omics::run": {"progression": "manual", "times": 1},
    "omics::workflow": {"progression": "immediate"},
    "omics::configuration": {"progression": "immediate"},
    "omics::sequence_store": {"progression": "immediate"},
    "omics::reference_import_job": {"progression": "immediate"},
    "omics::share": {"progression": "immediate"},
    "omics::variant_store": {"progression": "immediate"},
    "omics::annotation_store": {"progression": "immediate"},
    "omics::variant_import_job": {"progression": "immediate"},
    "omics::annotation_import_job": {"progression": "immediate"},
    "omics::read_set": {"progression": "immediate"},
    "omics::read_set_import_job": {"progression": "immediate"},
    "omics::read_set_export_job": {"progression": "immediate"},
    "omics::read_set_activation_job": {"progression": "immediate"},
}

for _name, _transition in TRANSITIONS.items():
    state_manager.register_default_transition(_name, _transition)

#: The default and the largest page of a list, in items (B75, W10).
PAGE = 100

#: The members of a list request that do not select what is listed. The token of the storage and
#: analytics APIs is nextToken.
_TOKENS = ("startingToken", "nextToken")
_OPENING = (*_TOKENS, "maxItems", "maxResults")

Created = TypeVar("Created")


Listed = TypeVar("Listed", bound=Serial)


class Settings(Protocol):
    """The settings of the mock: ``mock_aws(config={"omics": {…}})``."""

    def checks(self, service: str) -> bool:
        """Return whether the checks at another service are on."""
        ...

    def quota(self, name: str) -> int | None:
        """Return a quota, None when it is not set."""
        ...

    @property
    def logs(self) -> bool:
        """Whether runs write logs to CloudWatch."""
        ...

    @property
    def infer_templates(self) -> bool:
        """Whether definitions are read for parameters, tasks and errors (L81)."""
        ...


class StateManagerProgressions:
    """The progressions of moto's state manager, by resource."""

    keys: Sequence[str] = (BATCH_RUNS, *(name.removeprefix("omics::") for name in TRANSITIONS))

    def __init__(self) -> None:
        self._read: dict[str, tuple[dict[str, Any], Progression]] = {}

    def get(self, key: str) -> Progression:
        """Return the present progression of a key. Raises ValueError for an invalid setting."""
        if key == BATCH_RUNS:
            batch = self.get("batch")
            return batch if batch.kind == "immediate" else self.get("run")
        transition = state_manager.get_transition(f"omics::{key}")
        known = self._read.get(key)
        if known is None or known[0] != transition:
            known = dict(transition), Progression.of(transition)
            self._read[key] = known
        return known[1]


class Context:
    """One account and region. ``now()`` is the only clock."""

    def __init__(self, account_id: str, region: str, partition: str, settings: Settings):
        self.account_id = account_id
        self.region = region
        self.partition = partition
        self.settings = settings
        self.created = self.now()
        self.random = RandomStream(f"{account_id} {region}")
        self._ids = IdSpace(self.random.randint)
        self._serial = 0
        self._tokens: dict[tuple[str, str], tuple[bytes, Any]] = {}
        self._token_of: dict[Any, tuple[str, str]] = {}

    @staticmethod
    def now() -> datetime:
        """Return the time in UTC, without a time zone, as moto's clock has it."""
        return utcnow()

    # -- names --

    def arn(self, kind: str, name: str, owner: str | None = None) -> str:
        """Return an ARN: ``arn:aws:omics:us-east-1:123456789012:run/1234567`` (B1, B2).

        ``owner`` is the account of a shared resource (A80, A93).
        """
        account = owner or self.account_id
        return f"arn:{self.partition}:omics:{self.region}:{account}:{kind}/{name}"

    def new_ids(self, count: int = 1, digits: int = DIGITS) -> int:
        """Allocate ``count`` consecutive ids of at least ``digits`` digits, return the first."""
        return self._ids.take(count, digits)

    def claim_id(self, number: str) -> None:
        """Mark an id that the test chose as taken."""
        self._ids.claim(int(number))

    def new_serial(self) -> int:
        """Return the next place in the order of creation."""
        self._serial += 1
        return self._serial

    # -- idempotency tokens --

    def once(
        self,
        operation: str,
        params: Mapping[str, Any],
        create: Callable[[], Created],
        member: str = "requestId",
    ) -> Created:
        """Return what ``create`` returns, or what it returned for the same requestId (B18).

        ``member`` is the name of the token in the request; without one, a resource is created.
        Raises TokenReused, or ClientTokenReused, when the other parameters differ from those of
        the first call. A token is valid while its resource exists.
        """
        if member not in params:
            return create()
        token = params[member]
        payload = {name: value for name, value in params.items() if name != member}
        # As text, in which 1 and true differ; as a digest, because payloads may be large.
        text = json.dumps(payload, sort_keys=True, default=bytes.hex)
        digest = hashlib.sha256(text.encode()).digest()
        if known := self._tokens.get((operation, token)):
            if known[0] != digest:
                raise TokenReused(token) if member == "requestId" else ClientTokenReused(token)
            return known[1]  # type: ignore[no-any-return]
        created = create()
        self._tokens[operation, token] = digest, created
        self._token_of[created] = operation, token
        return created

    def forget_token(self, created: object) -> None:
        """Free the token of a resource that was deleted."""
        if key := self._token_of.pop(created, None):
            del self._tokens[key]

    # -- lists and tags --

    def page(
        self,
        operation: str,
        params: Mapping[str, Any],
        items_after: Callable[[int], Iterable[tuple[int, Any]]],
        limit: int = PAGE,
    ) -> tuple[list[Any], str | None]:
        """Return one page of a list and the token of the next (B75, S10). Raises BadPageToken.

        ``items_after(position)`` returns (position, item) pairs.
        """
        filters = sorted((k, v) for k, v in params.items() if k not in _OPENING)
        scope = paging.scope_of(self.account_id, self.region, operation, filters)
        member = next((name for name in _TOKENS if name in params), _TOKENS[0])
        token = params.get(member)
        size = params.get("maxItems") or params.get("maxResults") or limit
        try:
            return paging.page(scope, token, size, items_after)
        except paging.BadToken:
            raise BadPageToken(member) from None

    def page_of(
        self,
        operation: str,
        params: Mapping[str, Any],
        resources: Iterable[Listed],
        limit: int = PAGE,
        wanted: Callable[[Listed], bool] | None = None,
    ) -> tuple[list[Listed], str | None]:
        """Return one page of the ``wanted`` resources, in order of creation (B75).

        A late page of an `Ordered` costs as much as the first.
        """

        def after(position: int) -> Iterator[tuple[int, Listed]]:
            younger = (
                resources.after(position)
                if isinstance(resources, Ordered)
                else (r for r in resources if r.serial > position)
            )
            return ((r.serial, r) for r in younger if wanted is None or wanted(r))

        return self.page(operation, params, after, limit)

    @staticmethod
    def check_tags(params: Mapping[str, Any], path: str = "tags") -> None:
        """Check the tags of a structure, whose path in the request ends in the member's name.

        Raises ValidationException (W9).
        """
        if problem := tagging.problem(params.get(path.rpartition(".")[2]) or {}):
            raise ValidationException(f"{path}: {problem}")
