"""The permissions that a request needs: (action, resource) pairs for moto's authorisation (B98).

moto asks for one action on the resource ``*``, which no policy on a specific ARN matches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from botocore.model import OperationModel

from .store_permissions import store_resources, tagged_resource

#: The first segments of paths that are kinds of resources in ARNs.
_KINDS = ("run", "runBatch", "runCache", "runGroup", "workflow", "configuration")

#: The labels of paths that name the resource, in the order of preference.
_LABELS = ("id", "batchId", "workflowId", "name")

#: The operations on one workflow that have its type in the query.
_READ_BY_TYPE = ("GetWorkflow", "GetWorkflowVersion", "ListWorkflowVersions")


def required_permissions(
    operation: OperationModel,
    labels: Mapping[str, str],
    query: str,
    body: bytes,
    arn_prefix: str,
) -> Iterator[tuple[str, str]]:
    """Return the (action, resource) pairs of a request, its own action first (B98, L135).

    ``arn_prefix`` is ``arn:aws:omics:region:account:``. Lists have no resource; what is created
    has the wildcard of its kind. READY2RUN workflows belong to no account. Actions of other
    services have a prefix: ``iam:PassRole``.
    """
    given = {} if operation.has_streaming_input else _loose(body)
    in_stores = store_resources(operation, labels, given, arn_prefix)
    if in_stores is not None:
        yield from ((operation.name, resource) for resource in in_stores)
        tagged = tagged_resource(operation.name, labels, given, arn_prefix)
        if given.get("tags") and tagged is not None:
            yield "TagResource", tagged
        return
    resource = _resource(operation, labels, given, _read_prefix(operation, query, arn_prefix))
    yield operation.name, resource
    if "versionName" in labels:
        # A version is granted together with its workflow.
        yield operation.name, f"{resource}/version/{labels['versionName']}"
    if operation.name == "StartRunBatch":
        default = given.get("defaultRunSetting")
        yield from _start_run(default if isinstance(default, dict) else {}, arn_prefix)
    elif operation.name == "StartRun":
        yield from _start_run(given, arn_prefix)
    if given.get("tags") and operation.name != "TagResource":
        of_version = operation.name == "CreateWorkflowVersion"
        tagged = f"{resource}/version/{given.get('versionName')}" if of_version else resource
        yield "TagResource", tagged
    yield from _of_other_services(operation.name, given)


def _of_other_services(operation: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return what a request needs of IAM, EC2 and CodeConnections (L130, L131)."""
    if operation in ("StartRun", "StartRunBatch"):
        settings = given.get("defaultRunSetting") if operation == "StartRunBatch" else given
        role = settings.get("roleArn") if isinstance(settings, dict) else None
        if isinstance(role, str) and role:
            yield "iam:PassRole", role
    elif operation == "CreateConfiguration":
        configurations = given.get("runConfigurations")
        if isinstance(configurations, dict) and configurations.get("vpcConfig"):
            yield "ec2:DescribeSubnets", "*"
            yield "ec2:DescribeSecurityGroups", "*"
    elif operation in ("CreateWorkflow", "CreateWorkflowVersion"):
        repository = given.get("definitionRepository")
        connection = repository.get("connectionArn") if isinstance(repository, dict) else None
        if isinstance(connection, str):
            yield "codeconnections:PassConnection", connection


def _start_run(settings: Mapping[str, Any], arn_prefix: str) -> Iterator[tuple[str, str]]:
    """StartRun is needed on the run, its workflow and its run group."""
    yield "StartRun", f"{arn_prefix}run/*"
    if isinstance(workflow_id := settings.get("workflowId"), str):
        owner = _workflow_prefix(
            settings.get("workflowType"), settings.get("workflowOwnerId"), arn_prefix
        )
        yield "StartRun", f"{owner}workflow/{workflow_id}"
    if isinstance(group_id := settings.get("runGroupId"), str):
        yield "StartRun", f"{arn_prefix}runGroup/{group_id}"


def _read_prefix(operation: OperationModel, query: str, prefix: str) -> str:
    """Return the start of the ARN of what a request names; workflows are read by their type."""
    if operation.name not in _READ_BY_TYPE:
        return prefix
    arguments = parse_qs(query)
    type, owner = (arguments.get(name, [None])[-1] for name in ("type", "workflowOwnerId"))
    return _workflow_prefix(type, owner, prefix)


def _workflow_prefix(type: Any, owner: Any, prefix: str) -> str:
    """Return the start of the ARN of a workflow.

    A READY2RUN workflow has no account, and a shared one that of its owner (A112).
    """
    before = prefix[:-1].rpartition(":")[0]
    if type == "READY2RUN":
        return f"{before}::"
    return f"{before}:{owner}:" if isinstance(owner, str) else prefix


def _resource(
    operation: OperationModel, labels: Mapping[str, str], given: Mapping[str, Any], prefix: str
) -> str:
    if "resourceArn" in labels and operation.http["method"] != "GET":
        return labels["resourceArn"]
    segments = operation.http["requestUri"].strip("/").split("/")
    if segments[0] not in _KINDS:
        return "*"
    name = next((labels[label] for label in _LABELS if label in labels), given.get("batchId"))
    if isinstance(name, str):
        return f"{prefix}{segments[0]}/{name}"
    return "*" if operation.http["method"] == "GET" else f"{prefix}{segments[0]}/*"


def _loose(body: bytes) -> Mapping[str, Any]:
    """Return the members of a body before validation, none when it is no JSON object."""
    try:
        given = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
