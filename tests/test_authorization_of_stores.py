"""moto's request authorisation applied to storage, analytics and shares (S183, S184, A110 to A112).

`CASES` has all their operations; tests/test_authorization.py checks that none is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.authorization import enable_iam_authentication

from conftest import ACCOUNT, ROLE, definition

from .authorization import (
    OTHER,
    PASS_ROLE,
    allow,
    arn,
    call,
    client_in_account,
    connect,
    empty_mock,
    raises_denied,
    role_client,
    user_client,
)
from .store_resources import FASTQ, READ_SET, REFERENCE, UPLOAD, create_stores, fill_in


@pytest.fixture(autouse=True)
def _mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_mock(monkeypatch):
        yield


_Case = tuple[str, dict[str, Any], tuple[str, ...]]

_REF = {"referenceStoreId": "REFSTORE"}
_REF_ARN = "referenceStore/REFSTORE"
_IN_REF = (f"{_REF_ARN}/reference/REFERENCE", _REF_ARN)
_SEQ = {"sequenceStoreId": "SEQSTORE"}
_SEQ_ARN = ("sequenceStore/SEQSTORE",)
_READ_SET = ("sequenceStore/SEQSTORE/readSet/READSET", *_SEQ_ARN)
_POINT = {"s3AccessPointArn": "ACCESSPOINT"}
_PART = {**_SEQ, "uploadId": "UPLOADID", "partSource": "SOURCE1"}
_SOURCES = {"sources": [{"readSetId": "READSET"}]}
_ITEMS = {"roleArn": ROLE, "items": [{"source": "s3://inputs/x.vcf"}]}
_NOTES = ("annotationStore/notes",)
_V_TWO = ("annotationStore/notes/version/v_two",)

#: (operation, its parameters, the resources on which it is authorised).
STORAGE: list[_Case] = [
    ("CreateReferenceStore", {"name": "refs"}, ("*",)),
    ("ListReferenceStores", {}, ("*",)),
    ("GetReferenceStore", {"id": "REFSTORE"}, (_REF_ARN,)),
    ("DeleteReferenceStore", {"id": "REFSTORE"}, (_REF_ARN,)),
    (
        "StartReferenceImportJob",
        {
            **_REF,
            "roleArn": ROLE,
            "sources": [{"sourceFile": "s3://inputs/hg38.fa", "name": "again"}],
        },
        (_REF_ARN,),
    ),
    ("GetReferenceImportJob", {**_REF, "id": "REFJOB"}, (_REF_ARN,)),
    ("ListReferenceImportJobs", _REF, (_REF_ARN,)),
    ("ListReferences", _REF, (_REF_ARN,)),
    ("GetReference", {**_REF, "id": "REFERENCE", "partNumber": 1}, _IN_REF),
    ("GetReferenceMetadata", {**_REF, "id": "REFERENCE"}, _IN_REF),
    ("DeleteReference", {**_REF, "id": "REFERENCE"}, _IN_REF),
    ("CreateSequenceStore", {"name": "more"}, ("*",)),
    ("ListSequenceStores", {}, ("*",)),
    ("GetSequenceStore", {"id": "SEQSTORE"}, _SEQ_ARN),
    ("UpdateSequenceStore", {"id": "SEQSTORE", "description": "d"}, _SEQ_ARN),
    ("DeleteSequenceStore", {"id": "SEQSTORE"}, _SEQ_ARN),
    ("ListReadSets", _SEQ, _SEQ_ARN),
    ("GetReadSetMetadata", {**_SEQ, "id": "READSET"}, _READ_SET),
    ("GetReadSet", {**_SEQ, "id": "READSET", "partNumber": 1}, _READ_SET),
    ("BatchDeleteReadSet", {**_SEQ, "ids": ["READSET"]}, _SEQ_ARN),
    ("StartReadSetImportJob", {**_SEQ, "roleArn": ROLE, "sources": [READ_SET]}, _SEQ_ARN),
    ("GetReadSetImportJob", {**_SEQ, "id": "IMPORTJOB"}, _SEQ_ARN),
    ("ListReadSetImportJobs", _SEQ, _SEQ_ARN),
    ("StartReadSetActivationJob", {**_SEQ, **_SOURCES}, _SEQ_ARN),
    ("GetReadSetActivationJob", {**_SEQ, "id": "ACTIVATIONJOB"}, _SEQ_ARN),
    ("ListReadSetActivationJobs", _SEQ, _SEQ_ARN),
    (
        "StartReadSetExportJob",
        {**_SEQ, **_SOURCES, "roleArn": ROLE, "destination": "s3://inputs/more/"},
        _SEQ_ARN,
    ),
    ("GetReadSetExportJob", {**_SEQ, "id": "EXPORTJOB"}, _SEQ_ARN),
    ("ListReadSetExportJobs", _SEQ, _SEQ_ARN),
    ("CreateMultipartReadSetUpload", {**_SEQ, **UPLOAD}, _SEQ_ARN),
    ("UploadReadSetPart", {**_PART, "partNumber": 1, "payload": FASTQ}, _SEQ_ARN),
    ("ListReadSetUploadParts", _PART, _SEQ_ARN),
    (
        "CompleteMultipartReadSetUpload",
        {
            **_SEQ,
            "uploadId": "UPLOADID",
            "parts": [{"partNumber": 1, "partSource": "SOURCE1", "checksum": "x"}],
        },
        _SEQ_ARN,
    ),
    ("AbortMultipartReadSetUpload", {**_SEQ, "uploadId": "UPLOADID"}, _SEQ_ARN),
    ("ListMultipartReadSetUploads", _SEQ, _SEQ_ARN),
    ("PutS3AccessPolicy", {**_POINT, "s3AccessPolicy": "{}"}, _SEQ_ARN),
    ("GetS3AccessPolicy", _POINT, _SEQ_ARN),
    ("DeleteS3AccessPolicy", _POINT, _SEQ_ARN),
]
ANALYTICS: list[_Case] = [
    ("CreateVariantStore", {"name": "more", "reference": REFERENCE}, ("/variantStore",)),
    ("ListVariantStores", {}, ("/variantStores",)),
    *(
        (f"{verb}VariantStore", {"name": "variants"}, ("variantStore/variants",))
        for verb in ("Get", "Update", "Delete")
    ),
    (
        "CreateAnnotationStore",
        {"name": "more", "storeFormat": "VCF", "reference": REFERENCE},
        ("/annotationStore",),
    ),
    ("ListAnnotationStores", {}, ("/annotationStores",)),
    ("GetAnnotationStore", {"name": "notes"}, _NOTES),
    ("UpdateAnnotationStore", {"name": "notes"}, _NOTES),
    ("DeleteAnnotationStore", {"name": "notes"}, _NOTES),
    ("CreateAnnotationStoreVersion", {"name": "notes", "versionName": "v_three"}, _NOTES),
    ("ListAnnotationStoreVersions", {"name": "notes"}, _NOTES),
    ("GetAnnotationStoreVersion", {"name": "notes", "versionName": "v_two"}, _V_TWO),
    ("UpdateAnnotationStoreVersion", {"name": "notes", "versionName": "v_two"}, _V_TWO),
    (
        "DeleteAnnotationStoreVersions",
        {"name": "notes", "versions": ["v_two", "v_nine"]},
        (*_NOTES, *_V_TWO, "annotationStore/notes/version/v_nine"),
    ),
    (
        "StartVariantImportJob",
        {"destinationName": "variants", **_ITEMS},
        ("variantStore/variants",),
    ),
    ("GetVariantImportJob", {"jobId": "VARIANTJOB"}, ("/import/variant/VARIANTJOB",)),
    ("CancelVariantImportJob", {"jobId": "VARIANTJOB"}, ("/import/variant/VARIANTJOB",)),
    ("ListVariantImportJobs", {}, ("/import/variants",)),
    (
        "StartAnnotationImportJob",
        {"destinationName": "notes", "versionName": "v_two", **_ITEMS},
        (*_NOTES, *_V_TWO),
    ),
    ("GetAnnotationImportJob", {"jobId": "ANNOTATIONJOB"}, ("/import/annotation/ANNOTATIONJOB",)),
    (
        "CancelAnnotationImportJob",
        {"jobId": "ANNOTATIONJOB"},
        ("/import/annotation/ANNOTATIONJOB",),
    ),
    ("ListAnnotationImportJobs", {}, ("/import/annotations",)),
    (
        "CreateShare",
        {"resourceArn": arn("variantStore/variants"), "principalSubscriber": OTHER},
        ("/share",),
    ),
    ("AcceptShare", {"shareId": "SHARE"}, ("/share/SHARE",)),
    ("GetShare", {"shareId": "SHARE"}, ("/share/SHARE",)),
    ("ListShares", {"resourceOwner": "OTHER"}, ("/shares",)),
    ("DeleteShare", {"shareId": "SHARE"}, ("/share/SHARE",)),
]
CASES = [*STORAGE, *ANALYTICS]

#: The calls that the service refuses after it has authorised them.
REFUSED = {
    "CreateReferenceStore": "ServiceQuotaExceededException",
    "DeleteReferenceStore": "ConflictException",
    "DeleteSequenceStore": "ConflictException",
    "DeleteAnnotationStore": "ConflictException",
    "CompleteMultipartReadSetUpload": "ValidationException",
    "CancelVariantImportJob": "ValidationException",
    "CancelAnnotationImportJob": "ValidationException",
}


@pytest.mark.parametrize(("operation", "params", "resources"), CASES, ids=lambda v: str(v)[:40])
def test_operation_needs_permission_for_each_of_its_resources(
    operation: str, params: dict[str, Any], resources: tuple[str, ...]
) -> None:
    ids = create_stores()
    params, needed = fill_in(ids, params), fill_in(ids, list(resources))
    restricted = [
        (name, user_client(allow(operation, f"{name}0", *(n for n in needed if n != name))))
        for name in needed
    ]
    permitted = user_client(allow(operation, *needed))
    with enable_iam_authentication():
        for name, client in restricted:
            with raises_denied(client, operation, name):
                call(client, operation, params)
        if operation not in REFUSED:
            call(permitted, operation, params)
            return
        with pytest.raises(ClientError) as refused:
            call(permitted, operation, params)
    assert refused.value.response["Error"]["Code"] == REFUSED[operation]


def test_policies_on_all_resources_permit_what_has_no_resource() -> None:
    create_stores()
    client = user_client(allow("ListShares"), allow("ListVariantStores"), allow("GetShare"))
    with enable_iam_authentication():
        assert client.list_shares(resourceOwner="OTHER")["shares"]
        assert client.list_variant_stores()["variantStores"]


def test_import_without_a_version_needs_permission_for_the_store_only() -> None:
    create_stores()
    client = user_client(allow("StartAnnotationImportJob", "annotationStore/notes"))
    with enable_iam_authentication():
        started = client.start_annotation_import_job(destinationName="notes", **_ITEMS)
    assert started["jobId"]


@pytest.mark.parametrize(
    ("operation", "params", "resource", "tagged"),
    [
        ("CreateSequenceStore", {"name": "more"}, "*", "sequenceStore/*"),
        ("CreateReferenceStore", {"name": "refs"}, "*", "referenceStore/*"),
        (
            "CreateVariantStore",
            {"name": "more", "reference": REFERENCE},
            "/variantStore",
            "variantStore/more",
        ),
        ("CreateVariantStore", {"reference": REFERENCE}, "/variantStore", "variantStore/*"),
        (
            "CreateAnnotationStore",
            {"name": "more", "storeFormat": "VCF", "reference": REFERENCE},
            "/annotationStore",
            "annotationStore/more",
        ),
        (
            "CreateAnnotationStoreVersion",
            {"name": "notes", "versionName": "v_three"},
            "annotationStore/notes",
            "annotationStore/notes/version/v_three",
        ),
    ],
)
def test_tags_of_new_stores_need_permission_for_tag_resource(
    operation: str, params: dict[str, Any], resource: str, tagged: str
) -> None:
    ids = create_stores() if operation != "CreateReferenceStore" else {}
    params = {**fill_in(ids, params), "tags": {"a": "b"}}
    create = allow(operation, resource)
    client = user_client(create, allow("TagResource", "run/*"))
    permitted = user_client(create, allow("TagResource", tagged))
    with enable_iam_authentication():
        with raises_denied(client, "TagResource", tagged):
            call(client, operation, params)
        assert call(permitted, operation, params)


def test_empty_tags_need_no_permission() -> None:
    client = user_client(allow("CreateSequenceStore"))
    with enable_iam_authentication():
        assert client.create_sequence_store(name="reads", tags={})["id"]


def test_no_role_is_passed_to_import_jobs() -> None:
    ids = create_stores()
    client = user_client(allow("StartVariantImportJob"), allow("StartReadSetImportJob"))
    with enable_iam_authentication():
        assert client.start_variant_import_job(destinationName="variants", **_ITEMS)["jobId"]
        assert client.start_read_set_import_job(
            sequenceStoreId=ids["SEQSTORE"], roleArn=ROLE, sources=[READ_SET]
        )["id"]


@pytest.mark.parametrize(
    "name",
    [
        "referenceStore/REFSTORE",
        "referenceStore/REFSTORE/reference/REFERENCE",
        "sequenceStore/SEQSTORE",
        "sequenceStore/SEQSTORE/readSet/READSET",
        "variantStore/variants",
        "annotationStore/notes",
        "annotationStore/notes/version/v_two",
    ],
)
def test_tag_operations_need_permission_for_the_tagged_store(name: str) -> None:
    name = fill_in(create_stores(), name)
    permitted = user_client(allow("TagResource", name), allow("UntagResource", name))
    restricted = user_client(allow(["omics:*"], f"{name}0"))
    with enable_iam_authentication():
        permitted.tag_resource(resourceArn=arn(name), tags={"a": "b"})
        permitted.untag_resource(resourceArn=arn(name), tagKeys=["a"])
        with raises_denied(restricted, "TagResource", name):
            restricted.tag_resource(resourceArn=arn(name), tags={"a": "b"})
        with raises_denied(restricted, "UntagResource", name):
            restricted.untag_resource(resourceArn=arn(name), tagKeys=["a"])


# -- shared workflows (A112) --


def _share_workflow() -> str:
    """Share a workflow of another account with this one, and return its id."""
    theirs = client_in_account("omics", OTHER)
    workflow = theirs.create_workflow(name="theirs", definitionZip=definition())["id"]
    version = {"workflowId": workflow, "versionName": "v1"}
    theirs.create_workflow_version(**version, definitionZip=definition())
    workflow_arn = theirs.get_workflow(id=workflow)["arn"]
    share = theirs.create_share(resourceArn=workflow_arn, principalSubscriber=ACCOUNT)
    connect().accept_share(shareId=share["shareId"])
    return str(workflow)


def _shared_calls(workflow: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (operation, the action that needs the workflow, parameters)."""
    owner = {"workflowOwnerId": OTHER}
    run = {"workflowId": workflow, **owner, "roleArn": ROLE, "outputUri": "s3://r/x"}
    batch = {
        "defaultRunSetting": run,
        "batchRunSettings": {"inlineSettings": [{"runSettingId": "s1"}]},
        "requestId": "t",
    }
    version = {"workflowId": workflow, "versionName": "v1", **owner}
    return [
        ("GetWorkflow", "GetWorkflow", {"id": workflow, **owner}),
        ("GetWorkflowVersion", "GetWorkflowVersion", version),
        ("ListWorkflowVersions", "ListWorkflowVersions", {"workflowId": workflow, **owner}),
        ("StartRun", "StartRun", {**run, "requestId": "r"}),
        ("StartRunBatch", "StartRun", batch),
    ]


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("account", [OTHER, "*"])
def test_shared_workflow_is_authorised_on_the_arn_of_its_owner(number: int, account: str) -> None:
    workflow = _share_workflow()
    operation, action, params = _shared_calls(workflow)[number]
    starts = allow("StartRunBatch"), allow("StartRun", "run/*"), PASS_ROLE
    restricted = user_client(allow(action, "workflow/*"), *starts)
    permitted = user_client(allow(action, arn("workflow/*", account)), *starts)
    with enable_iam_authentication():
        with raises_denied(restricted, action, arn(f"workflow/{workflow}", OTHER)):
            call(restricted, operation, params)
        assert call(permitted, operation, params)


def test_share_grants_the_users_of_its_subscriber_nothing() -> None:
    workflow = _share_workflow()
    client = user_client()
    with (
        enable_iam_authentication(),
        raises_denied(client, "GetWorkflow", arn(f"workflow/{workflow}", OTHER)),
    ):
        client.get_workflow(id=workflow, workflowOwnerId=OTHER)


def test_roles_of_two_accounts_share_a_workflow() -> None:
    theirs = client_in_account("omics", OTHER)
    workflow = theirs.create_workflow(name="theirs", definitionZip=definition())["id"]
    workflow_arn = theirs.get_workflow(id=workflow)["arn"]
    owner = role_client(OTHER, allow(["omics:CreateShare", "omics:DeleteShare"]))
    subscriber = role_client(
        ACCOUNT, allow(["omics:AcceptShare", "omics:GetShare", "omics:GetWorkflow"])
    )
    of_owner = {"id": workflow, "workflowOwnerId": OTHER}
    with enable_iam_authentication():
        share = owner.create_share(resourceArn=workflow_arn, principalSubscriber=ACCOUNT)["shareId"]
        subscriber.accept_share(shareId=share)
        assert subscriber.get_share(shareId=share)["share"]["status"] == "ACTIVE"
        assert subscriber.get_workflow(**of_owner)["arn"] == workflow_arn
        owner.delete_share(shareId=share)
        with pytest.raises(ClientError, match=f"Workflow {workflow} not found"):
            subscriber.get_workflow(**of_owner)
