"""The READY2RUN workflows with a publicly known id (W5)."""

from __future__ import annotations

from .declared_workflow import READY2RUN as TYPE
from .declared_workflow import DeclaredWorkflow


def _workflow(id: str, name: str, *parameters: str) -> DeclaredWorkflow:
    """Return a workflow of the catalogue; all its publicly known parameters are required."""
    template = {parameter: {"description": "", "optional": False} for parameter in parameters}
    return DeclaredWorkflow(id, name, TYPE, template=template or None)


#: Those without parameters have no template: their parameters are not publicly known.
CATALOGUE = (
    _workflow("1830181", "ESMFold for up to 800 residues"),
    _workflow("2174942", "scRNAseq with STARsolo", "samplename", "input", "protocol"),
    _workflow(
        "4974161",
        "NVIDIA Parabricks FQ2BAM WGS for up to 30X",
        "inputFASTQ_1",
        "inputFASTQ_2",
    ),
    _workflow("7330987", "NVIDIA Parabricks Germline DeepVariant WGS for up to 30X"),
    _workflow(
        "9500764",
        "GATK-BP Germline fq2vcf for 30x genome",
        "sample_name",
        "fastq_pairs",
    ),
)
