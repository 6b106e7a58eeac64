"""Delivery to EventBridge: the rules of the default bus in moto's events backend hear of us.

moto's own ``put_events`` raises into the caller when a target is missing or of another kind than it
knows, and hears disabled rules. Here each target is served by itself; what fails is logged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from moto.moto_api._internal import mock_random

from .neighbours import backend_in_use

log = logging.getLogger(__name__)

SOURCE = "aws.omics"

#: The keys of a pattern that can be held against an event before its detail is known.
_ENVELOPE = ("source", "detail-type", "account", "region")


class EventBus:
    """The default bus of one account and region."""

    def __init__(self, account_id: str, region: str):
        self._account_id = account_id
        self._region = region
        self._may_match: dict[tuple[str, str], bool] = {}

    def wants(self, detail_type: str) -> bool:
        """Whether a rule could match events of this kind, whatever their detail."""
        events = backend_in_use("events", self._account_id, self._region)
        if events is None:
            return False
        return any(
            self._could_match(rule, detail_type) for rule in _rules(events.event_buses["default"])
        )

    def _could_match(self, rule: Any, detail_type: str) -> bool:
        from moto.events.models import EventPattern

        pattern = {k: v for k, v in rule.event_pattern.get_pattern().items() if k in _ENVELOPE}
        key = (json.dumps(pattern, sort_keys=True), detail_type)
        if key not in self._may_match:
            envelope: Any = {
                "source": SOURCE,
                "detail-type": detail_type,
                "account": self._account_id,
                "region": self._region,
            }
            self._may_match[key] = EventPattern(None, pattern).matches_event(envelope)
        return self._may_match[key]

    def event(
        self, detail_type: str, arn: str, detail: dict[str, str], time: datetime
    ) -> dict[str, Any]:
        """An event as rules and targets get it."""
        return {
            "version": "0",
            "id": str(mock_random.uuid4()),
            "detail-type": detail_type,
            "source": SOURCE,
            "account": self._account_id,
            "time": f"{time.isoformat(timespec='seconds')}Z",
            "region": self._region,
            "resources": [arn],
            "detail": detail,
        }

    def deliver(self, event: dict[str, Any]) -> None:
        """Hand an event to the targets of all rules that match. Never raises."""
        events = backend_in_use("events", self._account_id, self._region)
        if events is not None:
            _publish(events.event_buses["default"], event)


def _rules(bus: Any) -> Iterator[Any]:
    """The rules that listen: enabled ones that have a pattern."""
    for rule in list(bus.rules.values()):
        if rule.state == "ENABLED" and rule.event_pattern.get_pattern():
            yield rule


def _publish(bus: Any, event: dict[str, Any]) -> None:
    for rule in _rules(bus):
        try:
            if not rule.event_pattern.matches_event(event):
                continue
        except Exception:
            log.exception("EventBridge rule %s cannot be matched", rule.name)
            continue
        for target in list(rule.targets):
            try:
                _serve(rule, target, event)
            except Exception:
                # A broken target must not break the call that caused the event.
                log.warning("EventBridge target %s of %s failed", target, rule.name, exc_info=True)


def _serve(rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
    from moto.utilities.arns import parse_arn

    arn = parse_arn(target["Arn"])
    if arn.service == "events" and arn.resource_type == "event-bus":
        other = backend_in_use("events", arn.account, arn.region)
        _publish(other.event_buses[arn.resource_id], event)
        return
    payload = _payload(target, event)
    if arn.service == "sqs":
        _to_queue(arn, target, payload)
    elif arn.service == "sns":
        sns = backend_in_use("sns", arn.account, arn.region)
        sns.publish(payload, arn=target["Arn"])
    elif arn.service == "logs":
        _to_log_group(arn, payload)
    elif arn.service == "lambda":
        _to_function(arn, target["Arn"], payload)
    elif arn.service == "states":
        from moto.stepfunctions.responses import get_backend

        get_backend(arn.account, arn.region).start_execution(
            state_machine_arn=target["Arn"], name=str(mock_random.uuid4()), execution_input=payload
        )
    else:
        raise NotImplementedError(f"no delivery to targets of {arn.service}")


def _payload(target: dict[str, Any], event: dict[str, Any]) -> str:
    """The JSON text that a target gets: Input, InputPath, InputTransformer, or all of the event."""
    if "Input" in target:
        return str(target["Input"])
    if path := target.get("InputPath"):
        from jsonpath_ng.ext import parser

        return json.dumps(parser.parse(path).find(event)[0].value)
    if transformer := target.get("InputTransformer"):
        from moto.events.utils import EventTemplateParser

        ingested: Any = {**event, "ingestion-time": event["time"]}
        return json.dumps(
            EventTemplateParser.parse(
                transformer["InputTemplate"], transformer.get("InputPathsMap", {}), ingested
            )
        )
    return json.dumps(event)


def _to_queue(arn: Any, target: dict[str, Any], payload: str) -> None:
    sqs = backend_in_use("sqs", arn.account, arn.region)
    group_id = target.get("SqsParameters", {}).get("MessageGroupId")
    sqs.send_message(queue_name=arn.resource_id, message_body=payload, group_id=group_id)


def _to_log_group(arn: Any, payload: str) -> None:
    from moto.core.utils import unix_time_millis

    logs = backend_in_use("logs", arn.account, arn.region)
    group, stream = arn.resource_id.removesuffix(":*"), str(mock_random.uuid4())
    logs.create_log_stream(group, stream)
    logs.put_log_events(group, stream, [{"timestamp": unix_time_millis(), "message": payload}])


def _to_function(arn: Any, function_arn: str, payload: str) -> None:
    from moto.awslambda.utils import get_backend

    get_backend(arn.account, arn.region).invoke(
        function_name=function_arn, qualifier=None, body=payload, headers={}, response_headers={}
    )
