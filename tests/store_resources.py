"""One resource of each kind of storage and analytics, for the tests of authorisation."""

from __future__ import annotations

import gzip
from typing import Any

from conftest import ACCOUNT, ROLE, Client

from .authorization import OTHER, arn, client_in_account, connect

FASTQ = gzip.compress(b"@r1\nACGT\n+\nIIII\n", mtime=0)
#: A reference that stores use, after `fill_in`.
REFERENCE = {"referenceArn": arn("referenceStore/REFSTORE/reference/USEDREF")}
READ_SET: dict[str, Any] = {
    "sourceFiles": {"source1": "s3://inputs/r1.fastq.gz"},
    "sourceFileType": "FASTQ",
    "subjectId": "S1",
    "sampleId": "HG002",
}
UPLOAD = {"sourceFileType": "FASTQ", "subjectId": "S1", "sampleId": "HG002", "name": "up"}


def _put_inputs() -> None:
    s3 = connect(service="s3")
    s3.create_bucket(Bucket="inputs")
    s3.put_object(Bucket="inputs", Key="hg38.fa", Body=b">chr1\nACGT\n")
    s3.put_object(Bucket="inputs", Key="r1.fastq.gz", Body=FASTQ)


def create_stores() -> dict[str, str]:
    """Create one resource of each kind; return the id of each by its name in capital letters.

    SHARE is offered to the account by another one. Call it before authorisation is enforced.
    """
    _put_inputs()
    omics = connect()
    references = _references(omics)
    reference = fill_in(references, REFERENCE)
    return {
        **references,
        **_read_sets(omics),
        **_analytics(omics, reference),
        **_shares(omics, reference),
    }


def _references(omics: Client) -> dict[str, str]:
    store = omics.create_reference_store(name="refs")["id"]
    sources = [
        {"sourceFile": "s3://inputs/hg38.fa", "name": name} for name in ("hg38", "hg38_of_stores")
    ]
    job = omics.start_reference_import_job(referenceStoreId=store, roleArn=ROLE, sources=sources)
    found = omics.get_reference_import_job(referenceStoreId=store, id=job["id"])
    unused, used = (source["referenceId"] for source in found["sources"])
    return {"REFSTORE": store, "REFJOB": job["id"], "REFERENCE": unused, "USEDREF": used}


def _read_sets(omics: Client) -> dict[str, str]:
    store = omics.create_sequence_store(name="reads")["id"]
    found = omics.get_sequence_store(id=store)
    of_store = {"sequenceStoreId": store}
    job = omics.start_read_set_import_job(**of_store, roleArn=ROLE, sources=[READ_SET])["id"]
    imported = omics.get_read_set_import_job(**of_store, id=job)
    read_set = imported["sources"][0]["readSetId"]
    sources = [{"readSetId": read_set}]
    return {
        "SEQSTORE": store,
        "IMPORTJOB": job,
        "READSET": read_set,
        "ACTIVATIONJOB": omics.start_read_set_activation_job(**of_store, sources=sources)["id"],
        "EXPORTJOB": omics.start_read_set_export_job(
            **of_store, roleArn=ROLE, destination="s3://inputs/out/", sources=sources
        )["id"],
        "UPLOADID": omics.create_multipart_read_set_upload(**of_store, **UPLOAD)["uploadId"],
        "ACCESSPOINT": found["s3Access"]["s3AccessPointArn"],
    }


def _analytics(omics: Client, reference: dict[str, str]) -> dict[str, str]:
    omics.create_variant_store(name="variants", reference=reference)
    omics.create_annotation_store(name="notes", storeFormat="VCF", reference=reference)
    omics.get_variant_store(name="variants")
    omics.get_annotation_store(name="notes")
    omics.create_annotation_store_version(name="notes", versionName="v_two")
    omics.get_annotation_store_version(name="notes", versionName="v_two")
    settings = {"roleArn": ROLE, "items": [{"source": "s3://inputs/x.vcf"}]}
    variants = omics.start_variant_import_job(destinationName="variants", **settings)
    notes = omics.start_annotation_import_job(destinationName="notes", **settings)
    omics.list_variant_stores()
    return {"VARIANTJOB": variants["jobId"], "ANNOTATIONJOB": notes["jobId"]}


def _shares(omics: Client, reference: dict[str, str]) -> dict[str, str]:
    theirs = client_in_account("omics", OTHER)
    store = theirs.create_variant_store(name="theirs", reference=reference)["id"]
    store_arn = theirs.get_variant_store(name="theirs")["storeArn"]
    share = theirs.create_share(resourceArn=store_arn, principalSubscriber=ACCOUNT)
    assert omics.list_shares(resourceOwner="OTHER")["shares"][0]["resourceId"] == store
    return {"SHARE": share["shareId"]}


def fill_in(ids: dict[str, str], value: Any) -> Any:
    """Replace the names in capital letters by the ids."""
    if isinstance(value, dict):
        return {name: fill_in(ids, item) for name, item in value.items()}
    if isinstance(value, list):
        return [fill_in(ids, item) for item in value]
    if isinstance(value, str):
        for name in sorted(ids, key=len, reverse=True):
            value = value.replace(name, ids[name])
    return value
