"""`omics_config`: the settings of a mock as keyword arguments with types."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, cast

from .domain.keywords import lists_keywords

if TYPE_CHECKING:
    from moto.core.config import DefaultConfig

    from .types import Check, OutputsDeclaration, Quotas, TaskDeclaration, WorkflowDeclaration


@lists_keywords
def omics_config(
    *,
    workflows: Sequence[str | WorkflowDeclaration] | None = None,
    configurations: Sequence[str] | None = None,
    check: Sequence[Check] | None = None,
    quotas: Quotas | None = None,
    logs: bool | None = None,
    outputs: Sequence[OutputsDeclaration] | None = None,
    tasks: Sequence[TaskDeclaration] | None = None,
    infer_templates: bool | None = None,
    submissions_per_tick: int | None = None,
) -> DefaultConfig:
    """Return ``{"omics": {…}}`` with the settings that are given, for ``mock_aws(config=…)``.

    - ``workflows``: workflows that exist from the start, ids or objects with an id
    - ``configurations``: names of configurations that exist from the start
    - ``check``: the services at which HealthOmics checks what a request names
    - ``quotas``: quotas of each account and region
    - ``logs``: whether runs write logs to CloudWatch (default: False)
    - ``outputs``, ``tasks``: declarations of `moto_omics_batch.results`
    - ``infer_templates``: whether definitions are read for parameters and tasks (default: True)
    - ``submissions_per_tick``: how many entries of a batch one transition submits (default: all)

    The settings apply to all accounts and regions of the mock. None counts as absent. Raises
    ValueError for an invalid value, and TypeError for an unknown keyword; both list what exists.
    """
    settings = {name: value for name, value in locals().items() if value is not None}
    from .omics.testing import config

    config.check(settings)
    copies = {name: copy(value) for name, value in settings.items()}
    return cast("DefaultConfig", {"omics": copies})
