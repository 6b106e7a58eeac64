"""What all operations of the backend share: state, ids, time, idempotency."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar

from moto.core.base_backend import BaseBackend
from moto.core.utils import utcnow
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random

from ..domain import tags as tagging
from ..domain.batch import Batch as DomainBatch
from ..domain.faults import Faults
from ..domain.ids import IdSpace
from ..domain.life import Progression, look, pass_time
from ..domain.resource import Resource
from ..domain.runs import RunBlock
from ..domain.store import RunStore
from ..wire import paging
from . import config
from .checks import Checks
from .exceptions import BadStartingToken, TokenReused, ValidationException
from .tracked import Batch, Configuration, RunCache, RunGroup, Workflow, WorkflowVersion

#: What moto's state manager calls our resources, and how they move until a user says otherwise.
TRANSITIONS: dict[str, dict[str, Any]] = {
    "omics::batch": {"progression": "manual", "times": 1},
    "omics::run": {"progression": "manual", "times": 1},
    "omics::workflow": {"progression": "immediate"},
    "omics::configuration": {"progression": "immediate"},
}

for _name, _transition in TRANSITIONS.items():
    state_manager.register_default_transition(_name, _transition)

_KINDS = tuple(name.partition("::")[2] for name in TRANSITIONS)


def _way(subject: DomainBatch | RunBlock | Resource) -> str:
    """Whose progression a thing follows: a version moves like a workflow."""
    return subject.kind if subject.kind in _KINDS else "workflow"


#: The default and the largest page of a list (B75, W10).
PAGE = 100

Made = TypeVar("Made")
Listed = TypeVar("Listed", Batch, Workflow, WorkflowVersion, RunGroup, RunCache, Configuration)


class OmicsCore(BaseBackend):
    """The state of HealthOmics in one account and region.

    Requests hold ``lock`` while they work. Ids and UUIDs come from moto's seedable source.
    """

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.lock = RLock()
        self.batches: dict[str, Batch] = {}
        self.runs = RunStore()
        self.workflows: dict[str, Workflow] = {}
        self.versions: dict[str, dict[str, WorkflowVersion]] = {}
        self.run_groups: dict[str, RunGroup] = {}
        self.run_caches: dict[str, RunCache] = {}
        self.configurations: dict[str, Configuration] = {}
        self.faults = Faults(mock_random.random)
        self._ids = IdSpace(mock_random.randint)
        self._serial = 0
        self._tokens: dict[tuple[str, str], tuple[bytes, Any]] = {}
        self._token_of: dict[int, tuple[str, str]] = {}
        self._moving: dict[str, dict[int, DomainBatch | RunBlock | Resource]] = {
            kind: {} for kind in _KINDS
        }
        self.config: Mapping[str, Any] = {}
        self.checks = Checks(account_id, region_name, self.partition)

    # -- settings of the mock --

    def take_config(self) -> None:
        """Let the settings of an active mock take effect. Raises ValueError."""
        given = config.current()
        if given is not self.config:
            config.check(given)
            self.config = given
            self.adopt(given)

    def checked(self, service: str) -> bool:
        """Whether the settings of the mock turn the checks at a service on."""
        return service in self.config.get("check", ())

    def quota(self, name: str, default: int | None = None) -> int | None:
        """A quota of the settings of the mock, or the default."""
        return self.config.get("quotas", {}).get(name, default)  # type: ignore[no-any-return]

    def adopt(self, given: Mapping[str, Any]) -> None:
        """Make the resources that the settings of the mock name."""
        raise NotImplementedError

    # -- names --

    def arn(self, kind: str, name: str) -> str:
        """``arn:aws:omics:us-east-1:123456789012:run/1234567`` (B1, B2)."""
        return f"arn:{self.partition}:omics:{self.region_name}:{self.account_id}:{kind}/{name}"

    def take_ids(self, count: int = 1) -> int:
        return self._ids.take(count)

    def claim_id(self, number: str) -> None:
        """An id that was given from outside is taken."""
        self._ids.claim(int(number))

    def take_serials(self, count: int = 1) -> int:
        """The place in the order of creation for ``count`` new things."""
        self._serial += count
        return self._serial - count

    @staticmethod
    def new_uuid() -> str:
        return str(mock_random.uuid4())

    # -- time --

    @staticmethod
    def now() -> datetime:
        """UTC, without a time zone, as moto's own clock has it."""
        return utcnow()

    @staticmethod
    def progression(resource: str) -> Progression:
        return Progression.of(state_manager.get_transition(f"omics::{resource}"))

    def stir(self, subject: DomainBatch | RunBlock | Resource) -> None:
        """Something may move by itself from now on."""
        self._moving[_way(subject)][id(subject)] = subject

    def settle(self) -> None:
        """Let pass what time has passed, once a request: the only place where that happens.

        What moves only when it is described (manual) costs nothing here.
        """
        self.take_config()
        moving = [kind for kind in _KINDS if self._moving[kind]]
        if not moving:
            return
        # A batch moves on when its runs do.
        ways = {kind: self.progression(kind) for kind in {*moving, "run"}}
        for kind in moving:
            if ways[kind].kind == "manual" and (kind != "batch" or ways["run"].kind == "manual"):
                continue
            for key, subject in list(self._moving[kind].items()):
                self._settle_one(subject, ways)
                if subject.settled:
                    del self._moving[kind][key]
                    self.settled(subject)

    def _settle_one(
        self, subject: DomainBatch | RunBlock | Resource, ways: Mapping[str, Progression]
    ) -> None:
        way, now = ways[_way(subject)], self.now()
        if isinstance(subject, DomainBatch):
            subject.settle(way, ways["run"], now)
        elif isinstance(subject, RunBlock):
            subject.pass_time(way, now)
        else:
            pass_time(subject, way, now)

    def describe(self, subject: Resource) -> None:
        """One look at a workflow, a version or a configuration."""
        look(subject, self.progression(_way(subject)), self.now())
        if subject.settled:
            self.settled(subject)

    def settled(self, subject: DomainBatch | RunBlock | Resource) -> None:
        """It will not move by itself any more."""

    # -- requests --

    def once(self, operation: str, params: Mapping[str, Any], make: Callable[[], Made]) -> Made:
        """What ``make`` makes, or what it made for the same requestId before (B18).

        Raises TokenReused when the other parameters differ from those of the first call. A token
        is good while what it made exists.
        """
        token = params["requestId"]
        payload = {name: value for name, value in params.items() if name != "requestId"}
        # As text, in which 1 and true differ; as a digest, because payloads may be large.
        text = json.dumps(payload, sort_keys=True, default=bytes.hex)
        digest = hashlib.sha256(text.encode()).digest()
        if known := self._tokens.get((operation, token)):
            if known[0] != digest:
                raise TokenReused(token)
            return known[1]  # type: ignore[no-any-return]
        made = make()
        self._tokens[operation, token] = (digest, made)
        self._token_of[id(made)] = (operation, token)
        return made

    def forget(self, made: object) -> None:
        """What was made is deleted: its token is free again, and it moves no more."""
        for moving in self._moving.values():
            moving.pop(id(made), None)
        if key := self._token_of.pop(id(made), None):
            del self._tokens[key]

    def page(
        self,
        operation: str,
        params: Mapping[str, Any],
        items_after: Callable[[int], Any],
        limit: int = PAGE,
    ) -> tuple[list[Any], str | None]:
        """One page of a list and the token of the next. Raises BadStartingToken (B75)."""
        asked = {
            k: v for k, v in params.items() if k not in ("startingToken", "maxItems", "maxResults")
        }
        scope = paging.scope_of(self.account_id, self.region_name, operation, sorted(asked.items()))
        size = params.get("maxItems") or params.get("maxResults") or limit
        try:
            return paging.page(scope, params.get("startingToken"), size, items_after)
        except paging.BadToken:
            raise BadStartingToken() from None

    def page_of(
        self,
        operation: str,
        params: Mapping[str, Any],
        resources: Iterable[Listed],
        wanted: Callable[[Listed], bool] = lambda _: True,
        limit: int = PAGE,
    ) -> tuple[list[Listed], str | None]:
        """One page of the resources that are ``wanted``, in order of creation (B75)."""

        def after(position: int) -> Iterator[tuple[int, Listed]]:
            return ((r.serial, r) for r in resources if r.serial > position and wanted(r))

        return self.page(operation, params, after, limit)

    @staticmethod
    def check_tags(given: Mapping[str, Any], member: str = "tags") -> None:
        """Raises ValidationException (W9)."""
        if wrong := tagging.problem(given.get(member) or {}):
            raise ValidationException(f"{member}: {wrong}")
