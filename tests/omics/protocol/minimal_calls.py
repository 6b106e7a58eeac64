"""Calls of all operations with minimal parameters, family by family."""

from __future__ import annotations

from typing import Any

from botocore.model import OperationModel, Shape
from moto.core.utils import camelcase_to_underscores

from conftest import ACCOUNT, REGION, ROLE, Client, definition
from tests.omics.helpers import model
from tests.omics.shares.accounts import SUBSCRIBER

_REFERENCE = "referenceStore/1234567890/reference/1234567890"
REFERENCE = {"referenceArn": f"arn:aws:omics:{REGION}:{ACCOUNT}:{_REFERENCE}"}

#: Members that the service requires although the model does not.
ALSO_REQUIRED = {
    "CreateWorkflow": ("definitionZip",),
    "CreateWorkflowVersion": ("definitionZip",),
    "StartRun": ("workflowId",),
}


def minimal_parameters(operation: OperationModel, params: dict[str, Any]) -> dict[str, Any]:
    """Return the required members, from ``params`` or generated from their shape."""
    shape = operation.input_shape
    if shape is None:
        return {}
    return {
        name: params[name] if name in params else _generated_value(shape.members[name])
        for name in shape.required_members
    }


def _generated_value(shape: Shape) -> Any:
    pattern = shape.metadata.get("pattern", "")
    if shape.type_name == "map":
        return {"key": "value"}
    if shape.type_name == "list":
        return ["key"]
    if shape.type_name == "structure":
        return {}
    if shape.type_name == "integer":
        return 1
    return "s3://bucket/key" if pattern.startswith("s3") else "name"


class MinimalCalls:
    """Calls operations with minimal parameters and records their HTTP status codes."""

    def __init__(self, omics: Client, subscriber: Client):
        self.omics = omics
        self.subscriber = subscriber
        self.status_codes: dict[str, int] = {}

    def __call__(self, operation_name: str, /, **params: Any) -> Any:
        client = self.subscriber if operation_name == "AcceptShare" else self.omics
        operation = model.service().operation_model(operation_name)
        arguments = minimal_parameters(operation, params) | {
            k: v for k, v in params.items() if k in ALSO_REQUIRED.get(operation_name, ())
        }
        response = getattr(client, camelcase_to_underscores(operation_name))(**arguments)
        self.status_codes[operation_name] = response["ResponseMetadata"]["HTTPStatusCode"]
        return response


# -- workflows, runs and batches --


def create_resources(call: MinimalCalls, workflow_id: str) -> dict[str, Any]:
    """Create a resource of each type and return their responses, or ids for runs and batches."""
    run = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results"}
    batch = {
        "defaultRunSetting": {"workflowId": workflow_id, "roleArn": ROLE},
        "batchRunSettings": {
            "inlineSettings": [{"runSettingId": "a", "outputUri": "s3://results"}]
        },
    }
    definition_params = {"definitionZip": definition()}
    workflow = call("CreateWorkflow", **definition_params)
    version = {"workflowId": workflow["id"], "versionName": "v1"}
    call("CreateWorkflowVersion", **version, **definition_params)
    group, cache = call("CreateRunGroup"), call("CreateRunCache")
    call("CreateConfiguration")
    run_id = call("StartRun", **run)["id"]
    batch_id = call("StartRunBatch", **batch)["id"]
    return {
        "workflow": workflow,
        "version": version,
        "group": group,
        "cache": cache,
        "run_id": run_id,
        "batch_id": batch_id,
    }


def read_and_update(call: MinimalCalls, created: dict[str, Any]) -> None:
    """Call all Get, List, Update and tag operations."""
    for name in ("GetRun", "ListRuns", "ListRunTasks"):
        call(name, id=created["run_id"])
    task_id = call.omics.list_run_tasks(id=created["run_id"])["items"][0]["taskId"]
    call("GetRunTask", id=created["run_id"], taskId=task_id)
    for name in ("GetBatch", "ListBatch", "ListRunsInBatch"):
        call(name, batchId=created["batch_id"])
    for name in ("GetWorkflow", "UpdateWorkflow", "ListWorkflows"):
        call(name, id=created["workflow"]["id"])
    for name in ("GetWorkflowVersion", "UpdateWorkflowVersion", "ListWorkflowVersions"):
        call(name, **created["version"])
    for name in ("GetRunGroup", "UpdateRunGroup", "ListRunGroups"):
        call(name, id=created["group"]["id"])
    for name in ("GetRunCache", "UpdateRunCache", "ListRunCaches"):
        call(name, id=created["cache"]["id"])
    for name in ("GetConfiguration", "ListConfigurations"):
        call(name)
    for name in ("TagResource", "ListTagsForResource", "UntagResource"):
        call(name, resourceArn=created["workflow"]["arn"])


def cancel_and_delete(call: MinimalCalls, created: dict[str, Any]) -> None:
    """Call all Cancel and Delete operations, when the status of the resource allows it."""
    run_id, batch_id = created["run_id"], created["batch_id"]
    call("CancelRun", id=run_id)
    call("CancelRunBatch", batchId=batch_id)
    while call.omics.get_batch(batchId=batch_id)["status"] != "CANCELLED":
        pass
    while call.omics.get_run(id=run_id)["status"] != "CANCELLED":
        pass
    call("DeleteRunBatch", batchId=batch_id)
    while call.omics.get_batch(batchId=batch_id)["status"] != "RUNS_DELETED":
        pass
    call("DeleteBatch", batchId=batch_id)
    call("DeleteRun", id=run_id)
    call("DeleteWorkflowVersion", **created["version"])
    call("DeleteWorkflow", id=created["workflow"]["id"])
    call("DeleteRunGroup", id=created["group"]["id"])
    call("DeleteRunCache", id=created["cache"]["id"])
    call("DeleteConfiguration")


# -- storage --


def call_reference_operations(call: MinimalCalls, source_file: str) -> None:
    """Call the operations of reference stores and references."""
    store_id = call("CreateReferenceStore")["id"]
    in_store = {"referenceStoreId": store_id}
    sources = [{"sourceFile": source_file, "name": "hg38"}]
    job = call("StartReferenceImportJob", **in_store, roleArn=ROLE, sources=sources)
    job = call("GetReferenceImportJob", **in_store, id=job["id"])
    reference_id = job["sources"][0]["referenceId"]
    for name in ("GetReferenceStore", "ListReferenceStores"):
        call(name, id=store_id)
    for name in ("ListReferenceImportJobs", "ListReferences"):
        call(name, **in_store)
    for name in ("GetReferenceMetadata", "GetReference", "DeleteReference"):
        call(name, **in_store, id=reference_id)
    call("DeleteReferenceStore", id=store_id)


def call_sequence_operations(call: MinimalCalls, source_file: str) -> None:
    """Call the operations of sequence stores and read sets."""
    store_id = call("CreateSequenceStore")["id"]
    in_store = {"sequenceStoreId": store_id}
    for name in ("GetSequenceStore", "ListSequenceStores", "UpdateSequenceStore"):
        call(name, id=store_id)
    access_point = call.omics.get_sequence_store(id=store_id)["s3Access"]["s3AccessPointArn"]
    for name in ("PutS3AccessPolicy", "GetS3AccessPolicy", "DeleteS3AccessPolicy"):
        call(name, s3AccessPointArn=access_point, s3AccessPolicy="{}")
    read_set_ids = [_import_read_set(call, in_store, source_file), _upload_read_set(call, in_store)]
    sources = [{"readSetId": read_set_ids[0]}]
    request = {**in_store, "roleArn": ROLE, "destination": "s3://bucket/out/", "sources": sources}
    for kind in ("Activation", "Export"):
        job = call(f"StartReadSet{kind}Job", **request)
        call(f"GetReadSet{kind}Job", **in_store, id=job["id"])
        call(f"ListReadSet{kind}Jobs", **in_store)
    for name in ("GetReadSetMetadata", "GetReadSet", "ListReadSets"):
        call(name, **in_store, id=read_set_ids[0])
    call("BatchDeleteReadSet", **in_store, ids=read_set_ids)
    call("DeleteSequenceStore", id=store_id)


def _import_read_set(call: MinimalCalls, in_store: dict[str, str], source_file: str) -> str:
    source = {
        "sourceFiles": {"source1": source_file},
        "sourceFileType": "FASTQ",
        "subjectId": "subject",
        "sampleId": "sample",
    }
    job = call("StartReadSetImportJob", **in_store, roleArn=ROLE, sources=[source])
    job = call("GetReadSetImportJob", **in_store, id=job["id"])
    call("ListReadSetImportJobs", **in_store)
    return str(job["sources"][0]["readSetId"])


def _upload_read_set(call: MinimalCalls, in_store: dict[str, str]) -> str:
    kind = {"sourceFileType": "FASTQ"}
    upload = {
        **in_store,
        "uploadId": call("CreateMultipartReadSetUpload", **in_store, **kind)["uploadId"],
    }
    call("AbortMultipartReadSetUpload", **upload)
    upload["uploadId"] = call("CreateMultipartReadSetUpload", **in_store, **kind)["uploadId"]
    part = {"partNumber": 1, "partSource": "SOURCE1"}
    checksum = call("UploadReadSetPart", **upload, **part, payload=b"@r\nA\n+\nI\n")["checksum"]
    call("ListReadSetUploadParts", **upload, partSource="SOURCE1")
    call("ListMultipartReadSetUploads", **in_store)
    parts = [{**part, "checksum": checksum}]
    return str(call("CompleteMultipartReadSetUpload", **upload, parts=parts)["readSetId"])


# -- analytics --


def call_variant_operations(call: MinimalCalls) -> None:
    """Call the operations of variant stores and their imports, and of shares."""
    created = call("CreateVariantStore", reference=REFERENCE)
    store = {"name": created["name"]}
    for name in ("GetVariantStore", "ListVariantStores", "UpdateVariantStore"):
        call(name, **store)
    _call_import_operations(call, "Variant", created["name"])
    _call_share_operations(call, call.omics.get_variant_store(**store)["storeArn"])
    call("DeleteVariantStore", **store)


def call_annotation_operations(call: MinimalCalls) -> None:
    """Call the operations of annotation stores, their versions and imports."""
    created = call("CreateAnnotationStore", storeFormat="TSV")
    store = {"name": created["name"]}
    for name in ("GetAnnotationStore", "ListAnnotationStores", "UpdateAnnotationStore"):
        call(name, **store)
    _call_import_operations(call, "Annotation", created["name"])
    version = {**store, "versionName": "version_two"}
    call("CreateAnnotationStoreVersion", **version)
    call("ListAnnotationStoreVersions", **store)
    for name in ("GetAnnotationStoreVersion", "UpdateAnnotationStoreVersion"):
        call(name, **version)
    call("DeleteAnnotationStoreVersions", **store, versions=["version_two"])
    call("DeleteAnnotationStore", **store)


def _call_import_operations(call: MinimalCalls, kind: str, store: str) -> None:
    """Call the operations of imports. A job can be cancelled before anything describes it."""
    request = {"destinationName": store, "roleArn": ROLE, "items": [{"source": "s3://bucket/x"}]}
    job = {"jobId": call(f"Start{kind}ImportJob", **request)["jobId"]}
    call(f"Cancel{kind}ImportJob", **job)
    call(f"Get{kind}ImportJob", **job)
    call(f"List{kind}ImportJobs")


def _call_share_operations(call: MinimalCalls, arn: str) -> None:
    share = call("CreateShare", resourceArn=arn, principalSubscriber=SUBSCRIBER)
    for name in ("AcceptShare", "GetShare", "ListShares", "DeleteShare"):
        call(name, shareId=share["shareId"], resourceOwner="SELF")
