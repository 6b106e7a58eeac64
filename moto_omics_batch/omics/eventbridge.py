"""Delivery to EventBridge: the rules of the default bus in moto's events backend hear of us.

moto's own ``put_events`` raises into the caller when a target is missing or of another kind than it
knows, and hears disabled rules. Here each target is served by itself; what fails is logged.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from moto.moto_api._internal import mock_random

from .neighbours import backend_in_use

log = logging.getLogger(__name__)

SOURCE = "aws.omics"

#: The keys of a pattern that can be held against an event before its detail is known.
_ENVELOPE = ("source", "detail-type", "account", "region")

#: What an input template consists of besides text: JSON strings, and variables outside of them.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s"]+>', re.DOTALL)
_VARIABLE = re.compile(r"<([^<>\s]+)>")


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
            try:
                self._may_match[key] = EventPattern(None, pattern).matches_event(envelope)
            except Exception:
                log.exception("EventBridge rule %s cannot be matched", rule.name)
                self._may_match[key] = False
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


def _publish(bus: Any, event: dict[str, Any], forwarded: bool = False) -> None:
    for rule in _rules(bus):
        try:
            if not rule.event_pattern.matches_event(event):
                continue
        except Exception:
            log.exception("EventBridge rule %s cannot be matched", rule.name)
            continue
        for target in list(rule.targets):
            try:
                _serve(rule, target, event, forwarded)
            except Exception:
                # A broken target must not break the call that caused the event.
                log.warning("EventBridge target %s of %s failed", target, rule.name, exc_info=True)


def _serve(rule: Any, target: dict[str, Any], event: dict[str, Any], forwarded: bool) -> None:
    from moto.utilities.arns import parse_arn

    arn = parse_arn(target["Arn"])
    if arn.service == "events" and arn.resource_type == "event-bus":
        # EventBridge forwards an event once, and not on from the second bus.
        if not forwarded:
            _publish(_in_use(arn).event_buses[arn.resource_id], event, forwarded=True)
        return
    payload = _payload(rule, target, event)
    if arn.service == "sqs":
        _to_queue(arn, target, payload)
    elif arn.service == "sns":
        _in_use(arn).publish(payload, arn=target["Arn"])
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


def _in_use(arn: Any) -> Any:
    """The backend of a target. Raises LookupError when there cannot be such a target."""
    backend = backend_in_use(arn.service, arn.account, arn.region)
    if backend is None:
        raise LookupError(f"account {arn.account} has no {arn.service} in {arn.region}")
    return backend


def _payload(rule: Any, target: dict[str, Any], event: dict[str, Any]) -> str:
    """The JSON text that a target gets: Input, InputPath, InputTransformer, or all of the event."""
    if "Input" in target:
        return str(target["Input"])
    if path := target.get("InputPath"):
        return json.dumps(_at(path, event)[0])
    if transformer := target.get("InputTransformer"):
        return _transformed(rule, transformer, event)
    return json.dumps(event)


def _at(path: str, event: dict[str, Any]) -> list[Any]:
    """What a JSON path finds."""
    from jsonpath_ng.ext import parser

    return [found.value for found in parser.parse(path).find(event)]


def _transformed(rule: Any, transformer: Mapping[str, Any], event: dict[str, Any]) -> str:
    """An input template with its variables filled in, which moto's own does in strings only.

    A variable whose path finds nothing is an empty text.
    """
    values = {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }
    for name, path in transformer.get("InputPathsMap", {}).items():
        values[name] = next(iter(_at(path, event)), "")

    def as_json(variable: re.Match[str]) -> str:
        name = variable[1]
        return json.dumps(values[name]) if name in values else variable[0]

    def in_string(variable: re.Match[str]) -> str:
        text = values.get(variable[1], variable[0])
        return json.dumps(text if isinstance(text, str) else json.dumps(text))[1:-1]

    def fill(token: re.Match[str]) -> str:
        quoted = token[0].startswith('"')
        return _VARIABLE.sub(in_string if quoted else as_json, token[0])

    return _TOKEN.sub(fill, str(transformer["InputTemplate"]))


def _to_queue(arn: Any, target: dict[str, Any], payload: str) -> None:
    group_id = target.get("SqsParameters", {}).get("MessageGroupId")
    _in_use(arn).send_message(queue_name=arn.resource_id, message_body=payload, group_id=group_id)


def _to_log_group(arn: Any, payload: str) -> None:
    from moto.core.utils import unix_time_millis

    logs = _in_use(arn)
    group, stream = arn.resource_id.removesuffix(":*"), str(mock_random.uuid4())
    logs.create_log_stream(group, stream)
    logs.put_log_events(group, stream, [{"timestamp": unix_time_millis(), "message": payload}])


def _to_function(arn: Any, function_arn: str, payload: str) -> None:
    from moto.awslambda.utils import get_backend

    get_backend(arn.account, arn.region).invoke(
        function_name=function_arn, qualifier=None, body=payload, headers={}, response_headers={}
    )
