"""The READY2RUN workflows with a publicly known id (W5)."""

from __future__ import annotations

from .declared_workflow import READY2RUN as TYPE
from .declared_workflow import DeclaredWorkflow


def _workflow(id: str, name: str | None, *parameters: str) -> DeclaredWorkflow:
    """Return a workflow of the catalogue; all its publicly known parameters are required."""
    template = {parameter: {"description": "", "optional": False} for parameter in parameters}
    return DeclaredWorkflow(id, name, TYPE, template=template or None)


#: The names that are not publicly known are None, and so are the templates.
CATALOGUE = (
    _workflow("1830181", "ESMFold for up to 800 residues"),
    _workflow("2174942", None, "samplename", "input", "protocol"),
    _workflow("4974161", None, "inputFASTQ_1", "inputFASTQ_2"),
    _workflow("7330987", None),
    _workflow(
        "9500764",
        "GATK-BP Germline fq2vcf for 30x genome",
        "sample_name",
        "fastq_pairs",
    ),
)
