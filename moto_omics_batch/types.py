"""The types of this package: statuses, reasons, errors, settings, declarations and transitions.

For annotations of tests, and for editors. The values are AWS's own. A test compares them with the
tables that the backend uses, so that none is missing. The module has more than 400 lines because
it lists all of them but the reasons of failures, which the backend itself lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

from .domain.failures import CallError, RunFailureReason, SubmissionFailureReason

if TYPE_CHECKING:
    import mypy_boto3_omics.client as _typed

    # An alias exists without the package too; it is Any then. An imported name would not exist.
    OmicsClient: TypeAlias = _typed.OmicsClient
else:
    from botocore.client import BaseClient as OmicsClient

__all__ = [
    "Base64Body",
    "BatchStatus",
    "CallError",
    "Check",
    "ConfigurationStatus",
    "Engine",
    "FaultAt",
    "FaultKind",
    "FileBody",
    "FileType",
    "OmicsClient",
    "OmicsSettings",
    "Operation",
    "OutputsDeclaration",
    "Parameter",
    "Progression",
    "ProgressionByResource",
    "Quotas",
    "ReadSetDeclaration",
    "ReadSetFiles",
    "ReferenceDeclaration",
    "ReferenceStoreDeclaration",
    "RunFailureReason",
    "RunStatus",
    "SequenceStoreDeclaration",
    "Status",
    "SubmissionFailureReason",
    "SubmissionStatus",
    "TaskDeclaration",
    "TaskMetrics",
    "TaskStatus",
    "Transition",
    "TransitionKey",
    "VersionDeclaration",
    "WorkflowDeclaration",
    "WorkflowStatus",
    "WorkflowType",
]

# -- statuses --

BatchStatus = Literal[
    "CREATING",
    "PENDING",
    "SUBMITTING",
    "INPROGRESS",
    "PROCESSED",
    "FAILED",
    "STOPPING",
    "CANCELLED",
    "RUNS_DELETING",
    "RUNS_DELETED",
    "RUNS_DELETE_FAILED",
]
RunStatus = Literal[
    "PENDING",
    "STARTING",
    "RUNNING",
    "STOPPING",
    "COMPLETED",
    "CANCELLED",
    "FAILED",
    "DELETED",
]
TaskStatus = Literal[
    "PENDING", "STARTING", "RUNNING", "STOPPING", "COMPLETED", "CANCELLED", "FAILED"
]
#: The statuses of what `moto_omics_batch.faults.advance` moves.
Status = BatchStatus | RunStatus
WorkflowStatus = Literal["CREATING", "ACTIVE", "FAILED", "DELETED"]
ConfigurationStatus = Literal["CREATING", "ACTIVE", "FAILED", "DELETING", "DELETED"]
SubmissionStatus = Literal[
    "SUCCESS", "FAILED", "CANCEL_SUCCESS", "CANCEL_FAILED", "DELETE_SUCCESS", "DELETE_FAILED"
]

# -- faults --

FaultKind = Literal[
    "call_fails",
    "batch_fails",
    "submission_fails",
    "run_fails",
    "run_hangs",
    "cancel_fails",
    "delete_fails",
]
#: The statuses of a run in which `run_fails` and `run_hangs` take effect.
FaultAt = Literal["PENDING", "STARTING", "RUNNING", "STOPPING"]
#: The operations that the backend implements, which `call_fails` can name.
Operation = Literal[
    "AbortMultipartReadSetUpload",
    "AcceptShare",
    "BatchDeleteReadSet",
    "CancelAnnotationImportJob",
    "CancelRun",
    "CancelRunBatch",
    "CancelVariantImportJob",
    "CompleteMultipartReadSetUpload",
    "CreateAnnotationStore",
    "CreateAnnotationStoreVersion",
    "CreateConfiguration",
    "CreateMultipartReadSetUpload",
    "CreateReferenceStore",
    "CreateRunCache",
    "CreateRunGroup",
    "CreateSequenceStore",
    "CreateShare",
    "CreateVariantStore",
    "CreateWorkflow",
    "CreateWorkflowVersion",
    "DeleteAnnotationStore",
    "DeleteAnnotationStoreVersions",
    "DeleteBatch",
    "DeleteConfiguration",
    "DeleteReference",
    "DeleteReferenceStore",
    "DeleteRun",
    "DeleteRunBatch",
    "DeleteRunCache",
    "DeleteRunGroup",
    "DeleteS3AccessPolicy",
    "DeleteSequenceStore",
    "DeleteShare",
    "DeleteVariantStore",
    "DeleteWorkflow",
    "DeleteWorkflowVersion",
    "GetAnnotationImportJob",
    "GetAnnotationStore",
    "GetAnnotationStoreVersion",
    "GetBatch",
    "GetConfiguration",
    "GetReadSet",
    "GetReadSetActivationJob",
    "GetReadSetExportJob",
    "GetReadSetImportJob",
    "GetReadSetMetadata",
    "GetReference",
    "GetReferenceImportJob",
    "GetReferenceMetadata",
    "GetReferenceStore",
    "GetRun",
    "GetRunCache",
    "GetRunGroup",
    "GetRunTask",
    "GetS3AccessPolicy",
    "GetSequenceStore",
    "GetShare",
    "GetVariantImportJob",
    "GetVariantStore",
    "GetWorkflow",
    "GetWorkflowVersion",
    "ListAnnotationImportJobs",
    "ListAnnotationStoreVersions",
    "ListAnnotationStores",
    "ListBatch",
    "ListConfigurations",
    "ListMultipartReadSetUploads",
    "ListReadSetActivationJobs",
    "ListReadSetExportJobs",
    "ListReadSetImportJobs",
    "ListReadSetUploadParts",
    "ListReadSets",
    "ListReferenceImportJobs",
    "ListReferenceStores",
    "ListReferences",
    "ListRunCaches",
    "ListRunGroups",
    "ListRunTasks",
    "ListRuns",
    "ListRunsInBatch",
    "ListSequenceStores",
    "ListShares",
    "ListTagsForResource",
    "ListVariantImportJobs",
    "ListVariantStores",
    "ListWorkflowVersions",
    "ListWorkflows",
    "PutS3AccessPolicy",
    "StartAnnotationImportJob",
    "StartReadSetActivationJob",
    "StartReadSetExportJob",
    "StartReadSetImportJob",
    "StartReferenceImportJob",
    "StartRun",
    "StartRunBatch",
    "StartVariantImportJob",
    "TagResource",
    "UntagResource",
    "UpdateAnnotationStore",
    "UpdateAnnotationStoreVersion",
    "UpdateRunCache",
    "UpdateRunGroup",
    "UpdateSequenceStore",
    "UpdateVariantStore",
    "UpdateWorkflow",
    "UpdateWorkflowVersion",
    "UploadReadSetPart",
]

# -- state transitions --

Progression = Literal["manual", "immediate", "time"]
#: The names of the resources in moto's state manager.
TransitionKey = Literal[
    "omics::batch",
    "omics::run",
    "omics::workflow",
    "omics::configuration",
    "omics::share",
    "omics::sequence_store",
    "omics::reference_import_job",
    "omics::read_set",
    "omics::read_set_import_job",
    "omics::read_set_export_job",
    "omics::read_set_activation_job",
    "omics::variant_store",
    "omics::annotation_store",
    "omics::variant_import_job",
    "omics::annotation_import_job",
]


class _Progression(TypedDict):
    progression: Progression


class Transition(_Progression, total=False):
    """A transition of moto's state manager.

    ``times``: the number of describes for one transition, with "manual". ``seconds``: the time of
    one transition, with "time".
    """

    times: int
    seconds: float


class ProgressionByResource(TypedDict, total=False):
    """Progressions, or transitions, of the resources of HealthOmics."""

    batch: Progression | Transition
    run: Progression | Transition
    workflow: Progression | Transition
    configuration: Progression | Transition
    share: Progression | Transition
    sequence_store: Progression | Transition
    reference_import_job: Progression | Transition
    read_set: Progression | Transition
    read_set_import_job: Progression | Transition
    read_set_export_job: Progression | Transition
    read_set_activation_job: Progression | Transition
    variant_store: Progression | Transition
    annotation_store: Progression | Transition
    variant_import_job: Progression | Transition
    annotation_import_job: Progression | Transition


# -- the settings of a mock --

#: A service at which HealthOmics checks what a request names.
Check = Literal["ec2", "iam", "omics", "s3"]
Engine = Literal["WDL", "NEXTFLOW", "CWL", "WDL_LENIENT"]
WorkflowType = Literal["PRIVATE", "READY2RUN"]
FileType = Literal["FASTQ", "BAM", "CRAM", "UBAM"]


class Quotas(TypedDict, total=False):
    """Quotas of an account and region, whole numbers above 0."""

    active_runs: int
    configurations: int
    stored_runs: int


class Parameter(TypedDict, total=False):
    """An entry of a parameterTemplate."""

    description: str
    optional: bool


class _VersionName(TypedDict):
    versionName: str


class VersionDeclaration(_VersionName, total=False):
    """A version of a workflow that exists from the start."""

    parameterTemplate: Mapping[str, Parameter]


class _WorkflowId(TypedDict):
    id: str


class WorkflowDeclaration(_WorkflowId, total=False):
    """A workflow that exists from the start. Its id has 1 to 18 digits."""

    name: str
    type: WorkflowType
    engine: Engine
    parameterTemplate: Mapping[str, Parameter]
    versions: Sequence[str | VersionDeclaration]


class _StoreId(TypedDict):
    id: str


class ReferenceDeclaration(_StoreId, total=False):
    """A reference that exists from the start. Its id has 10 to 36 digits."""

    name: str
    content: str | bytes
    description: str
    tags: Mapping[str, str]


class ReferenceStoreDeclaration(_StoreId, total=False):
    """The reference store that exists from the start. Its id has 10 to 36 digits."""

    name: str
    references: Sequence[ReferenceDeclaration]


class ReadSetFiles(TypedDict, total=False):
    """The content of the files of a read set."""

    source1: str | bytes
    source2: str | bytes
    index: str | bytes


class ReadSetDeclaration(_StoreId, total=False):
    """A read set that exists from the start. Its id has 10 to 36 digits."""

    name: str
    fileType: FileType
    subjectId: str
    sampleId: str
    generatedFrom: str
    referenceArn: str
    description: str
    tags: Mapping[str, str]
    files: ReadSetFiles
    status: Literal["ACTIVE", "ARCHIVED"]


class SequenceStoreDeclaration(_StoreId, total=False):
    """A sequence store that exists from the start. Its id has 10 to 36 digits."""

    name: str
    readSets: Sequence[ReadSetDeclaration]


class Base64Body(TypedDict):
    """The content of a file, encoded."""

    base64: str


#: The content of a file: a text that may have placeholders, bytes, or encoded bytes.
FileBody = str | bytes | Base64Body


class _RunSelection(TypedDict, total=False):
    """The words that select the runs of a declaration; without them, all runs."""

    runId: str
    runSettingId: str
    name: str
    batchName: str
    workflowId: str
    workflowName: str


class OutputsDeclaration(_RunSelection, total=False):
    """Files below runOutputUri, and values of outputs, of the runs that are selected."""

    files: Mapping[str, FileBody]
    values: Mapping[str, object]


class TaskMetrics(TypedDict, total=False):
    """The metrics of a task in the manifest of its run."""

    cpusReserved: float
    cpusMaximum: float
    cpusAverage: float
    memoryReservedGiB: float
    memoryMaximumGiB: float
    memoryAverageGiB: float
    gpusReserved: float
    runningSeconds: float


class _TaskName(TypedDict):
    task: str


class TaskDeclaration(_TaskName, _RunSelection, total=False):
    """Properties of the task named ``task``; ``memory`` in GiB, ``runningSeconds`` in seconds."""

    cpus: int
    memory: int
    gpus: int
    instanceType: str
    image: str
    runningSeconds: float
    cacheHit: bool
    metrics: TaskMetrics
    stdout: Sequence[str]


class OmicsSettings(TypedDict, total=False):
    """The settings of a mock, ``config["omics"]``. `moto_omics_batch.omics_config` returns them."""

    workflows: Sequence[str | WorkflowDeclaration]
    configurations: Sequence[str]
    reference_store: str | ReferenceStoreDeclaration
    sequence_stores: Sequence[str | SequenceStoreDeclaration]
    check: Sequence[Check]
    quotas: Quotas
    logs: bool
    outputs: Sequence[OutputsDeclaration]
    tasks: Sequence[TaskDeclaration]
    infer_templates: bool
    submissions_per_tick: int
