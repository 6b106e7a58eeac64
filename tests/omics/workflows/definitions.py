"""Definitions for the tests of workflows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from conftest import Answer

CreateFrom = Callable[..., Answer]


def zip_of(files: dict[str, str]) -> bytes:
    """Return a ZIP archive with these files: name → text."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


CRAM_TO_BAM = """version 1.0
workflow CramToBamFlow {
    input {
        File ref_fasta
        File ref_fasta_index
        File input_cram
        String sample_name
        String? gotc_docker
        Int threads = 4
    }
    parameter_meta {
        ref_fasta: "The reference"
        input_cram: "A CRAM file"
    }
    call CramToBamTask {
        input: fasta = ref_fasta, index = ref_fasta_index, cram = input_cram,
               name = sample_name, threads = threads
    }
    call ValidateSamFile { input: bam = CramToBamTask.bam, docker = gotc_docker }
    output { File report = ValidateSamFile.report }
}
task CramToBamTask {
    input { File fasta  File index  File cram  String name  Int threads }
    command <<< samtools view -T ~{fasta} -@ ~{threads} -b ~{cram} > ~{name}.bam; ls ~{index} >>>
    output { File bam = "~{name}.bam" }
    runtime { docker: "samtools:1.11" memory: "8 GiB" cpu: threads }
}
task ValidateSamFile {
    input { File bam  String? docker }
    command <<< picard ValidateSamFile INPUT=~{bam} OUTPUT=report.txt >>>
    output { File report = "report.txt" }
    runtime { docker: select_first([docker, "gatk:4"]) memory: "4 GB" }
}
"""
CRAM_PARAMETERS = {
    "ref_fasta": "s3://refs/hg38.fa",
    "ref_fasta_index": "s3://refs/hg38.fa.fai",
    "input_cram": "s3://reads/HG002.cram",
    "sample_name": "HG002",
}
