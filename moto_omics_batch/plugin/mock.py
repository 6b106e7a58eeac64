"""`OmicsMock`: a mock of AWS with the client of HealthOmics and the test controls."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import boto3
from moto import mock_aws, settings
from moto.core.config import DefaultConfig, default_user_config

from .. import faults, results
from .._config import omics_config
from .._mock import require_mock
from ..domain.keywords import lists_keywords
from ..domain.life import Progression as ReadProgression
from ..omics.models import omics_backends
from ..omics.resources.context import TRANSITIONS
from ..omics.resources.random_streams import temporarily_seeded
from ..omics.testing.backends import DEFAULT_REGION, default_account_id, find_backend
from . import transitions, waiters
from .shared_models import share_models

if TYPE_CHECKING:
    from types import TracebackType

    from ..types import (
        BatchStatus,
        Check,
        OmicsClient,
        OutputsDeclaration,
        Progression,
        ProgressionByResource,
        Quotas,
        ReferenceStoreDeclaration,
        RunStatus,
        SequenceStoreDeclaration,
        TaskDeclaration,
        WorkflowDeclaration,
    )

_REGION = "AWS_DEFAULT_REGION"


class Faults:
    """The functions of `moto_omics_batch.faults`."""

    active = staticmethod(faults.active)
    advance = staticmethod(faults.advance)
    batch_fails = staticmethod(faults.batch_fails)
    call_fails = staticmethod(faults.call_fails)
    cancel_fails = staticmethod(faults.cancel_fails)
    clear = staticmethod(faults.clear)
    delete_fails = staticmethod(faults.delete_fails)
    history = staticmethod(faults.history)
    release = staticmethod(faults.release)
    run_fails = staticmethod(faults.run_fails)
    run_hangs = staticmethod(faults.run_hangs)
    slow_submission = staticmethod(faults.slow_submission)
    submission_fails = staticmethod(faults.submission_fails)


class Results:
    """The functions of `moto_omics_batch.results`."""

    clear = staticmethod(results.clear)
    outputs = staticmethod(results.outputs)
    task = staticmethod(results.task)


class OmicsMock:
    """``mock_aws`` for HealthOmics, with a client and the test controls; a context manager.

    - ``workflows`` … ``submissions_per_tick``: as in `moto_omics_batch.omics_config`
    - ``config``: settings of moto for other services
    - ``progression``: "manual" or "immediate" for all resources, or a progression or a transition
      for each: ``{"batch": "immediate", "run": {"progression": "time", "seconds": 60}}``
    - ``region``: the region of the client, and of clients without a region of their own (default:
      AWS_DEFAULT_REGION, or us-east-1)
    - ``seed``: makes ids reproducible
    - ``waiters_sleep``: whether waiters of botocore sleep between two attempts
    - ``shared_models``: whether boto3 sessions share the models that botocore reads
    - ``assert_all_faults_matched``: whether a fault that never matched is an error at the end

    At the end everything is as it was before: environment, state transitions, random source and
    settings of moto. Raises TypeError for an unknown keyword and ValueError for an invalid value.
    """

    faults = Faults()
    results = Results()
    #: The region and the account of the mock; empty before it was started.
    region = ""
    account_id = ""
    _client: OmicsClient | None = None
    _stack: ExitStack | None = None

    @lists_keywords
    def __init__(
        self,
        *,
        workflows: Sequence[str | WorkflowDeclaration] | None = None,
        configurations: Sequence[str] | None = None,
        reference_store: str | ReferenceStoreDeclaration | None = None,
        sequence_stores: Sequence[str | SequenceStoreDeclaration] | None = None,
        check: Sequence[Check] | None = None,
        quotas: Quotas | None = None,
        logs: bool | None = None,
        outputs: Sequence[OutputsDeclaration] | None = None,
        tasks: Sequence[TaskDeclaration] | None = None,
        infer_templates: bool | None = None,
        submissions_per_tick: int | None = None,
        config: DefaultConfig | None = None,
        progression: Progression | ProgressionByResource | None = None,
        region: str | None = None,
        seed: int | None = None,
        waiters_sleep: bool = False,
        shared_models: bool = True,
        assert_all_faults_matched: bool = True,
    ) -> None:
        omics = omics_config(
            workflows=workflows,
            configurations=configurations,
            reference_store=reference_store,
            sequence_stores=sequence_stores,
            check=check,
            quotas=quotas,
            logs=logs,
            outputs=outputs,
            tasks=tasks,
            infer_templates=infer_templates,
            submissions_per_tick=submissions_per_tick,
        )
        self._config = _combined(config, omics)
        self._transitions = _transitions_of(progression)
        self._given_region, self._seed = region, seed
        self._waiters_sleep, self._shared_models = waiters_sleep, shared_models
        self._asserts_at_end = assert_all_faults_matched

    # -- start and end --

    def __enter__(self) -> OmicsMock:
        """Start the mock. Raises RuntimeError if it is active, or if moto uses a server."""
        _refuse_a_server()
        if self._stack is not None:
            raise RuntimeError("this OmicsMock is active: each `with` needs one of its own")
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def _start(self, stack: ExitStack) -> None:
        self.region = self._given_region or os.environ.get(_REGION) or DEFAULT_REGION
        self.account_id = default_account_id()
        stack.enter_context(_restored_transitions())
        # moto restores its settings with the outermost mock only.
        stack.enter_context(patch.dict(default_user_config))
        stack.enter_context(_default_region(self.region))
        if self._seed is not None:
            stack.enter_context(temporarily_seeded(self._seed))
        if not self._waiters_sleep:
            stack.enter_context(waiters.without_sleep())
        if self._shared_models:
            stack.enter_context(share_models())
        stack.enter_context(mock_aws(config=self._config))
        transitions.apply(self._transitions)
        # Raises ValueError for a region that does not exist.
        find_backend(self.account_id, self.region)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the mock. Raises AssertionError if faults never matched; an error has precedence."""
        __tracebackhide__ = True
        stack, self._stack, self._client = self._stack, None, None
        if stack is not None:
            with stack:
                if kind is None and self._asserts_at_end:
                    self.assert_all_faults_matched()

    # -- the client and the controls --

    @property
    def client(self) -> OmicsClient:
        """The boto3 client for HealthOmics in `region`. Raises RuntimeError without a mock."""
        if self._stack is None:
            raise RuntimeError("this OmicsMock is not active: use it in a `with` statement")
        if self._client is None:
            self._client = cast("OmicsClient", boto3.client("omics", region_name=self.region))
        return self._client

    def advance(self, id: str, *, to: BatchStatus | RunStatus, region: str | None = None) -> None:
        """Move a batch or a run until its status is ``to``: `faults.advance`.

        ``region`` is that of the mock unless another is named.
        """
        faults.advance(id, to=to, region=region or self.region)

    def history(
        self, id: str, *, region: str | None = None
    ) -> list[tuple[BatchStatus | RunStatus, datetime]]:
        """Return the statuses of a batch or a run with times: `faults.history`.

        ``region`` is that of the mock unless another is named.
        """
        return faults.history(id, region=region or self.region)

    def complete(self, id: str) -> dict[str, Any]:
        """Move a batch to PROCESSED or a run to COMPLETED; return GetBatch's or GetRun's response.

        Raises ValueError if it cannot reach that status, or if nothing in `region` has this id.
        """
        require_mock("batches and runs")
        backend = find_backend(self.account_id, self.region)
        with backend.request_scope():
            is_batch = backend.batches.lookup(id) is not None
        self.advance(id, to="PROCESSED" if is_batch else "COMPLETED")
        client: Any = self.client
        response = client.get_batch(batchId=id) if is_batch else client.get_run(id=id)
        return cast("dict[str, Any]", response)

    def assert_all_faults_matched(self) -> None:
        """Raise AssertionError if injected faults never matched; it lists them and near misses.

        Faults of all accounts and regions count, those that were removed do not.
        """
        __tracebackhide__ = True
        message = unmatched_faults()
        if message:
            raise AssertionError(message)


def unmatched_faults() -> str:
    """Return a text that lists the faults that never matched; empty if there are none."""
    lines = []
    for account_id in list(omics_backends):
        for fault in faults.active(account_id=account_id):
            if not fault.matches:
                lines += [f"  {fault}", *(f"    {miss}" for miss in fault.near_misses())]
    if not lines:
        return ""
    title = "injected faults never matched (assert_all_faults_matched=False allows that):"
    return "\n".join([title, *lines])


def _combined(config: DefaultConfig | None, omics: DefaultConfig) -> DefaultConfig:
    """Return the settings of moto with those of HealthOmics, which are absent if there are none.

    Without them, the settings of a mock around this one apply.
    """
    combined: dict[str, Any] = dict(config or {})
    if "omics" in combined:
        raise ValueError("config has 'omics': its keys are keyword arguments of OmicsMock")
    own: Mapping[str, Any] = omics
    if own["omics"]:
        combined.update(own)
    return cast("DefaultConfig", combined)


def _transitions_of(
    progression: Progression | ProgressionByResource | None,
) -> dict[str, dict[str, Any]]:
    """Return the transitions by name in the state manager. Raises ValueError."""
    if progression is None:
        return {}
    names = [name.partition("::")[2] for name in TRANSITIONS]
    if isinstance(progression, str):
        return {f"omics::{name}": _transition(name, progression) for name in names}
    found = {}
    for name, value in progression.items():
        if name not in names:
            raise ValueError(f"progression has no {name!r}; there are {', '.join(names)}")
        found[f"omics::{name}"] = _transition(name, value)
    return found


def _transition(name: str, value: Any) -> dict[str, Any]:
    transition = {"progression": value} if isinstance(value, str) else value
    if not isinstance(transition, Mapping):
        raise ValueError(f"progression of {name!r} must be a text or a dict, not {value!r}")
    try:
        ReadProgression.of(dict(transition))
    except ValueError as wrong:
        raise ValueError(f"progression of {name!r}: {wrong}") from None
    return dict(transition)


def _refuse_a_server() -> None:
    if settings.TEST_SERVER_MODE or settings.is_test_proxy_mode():
        raise RuntimeError(
            "OmicsMock controls a mock in this process, and moto uses a server in another one "
            "(TEST_SERVER_MODE or TEST_PROXY_MODE is set): use mock_aws and the HTTP controls of "
            "the server, see docs/reference/http.md"
        )


@contextmanager
def _restored_transitions() -> Iterator[None]:
    before = transitions.current()
    try:
        yield
    finally:
        transitions.restore(before)


@contextmanager
def _default_region(region: str) -> Iterator[None]:
    """Set AWS_DEFAULT_REGION; other variables, which a test may set meanwhile, are left alone."""
    before = os.environ.get(_REGION)
    os.environ[_REGION] = region
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_REGION, None)
        else:
            os.environ[_REGION] = before
