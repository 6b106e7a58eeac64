"""The samples of the demo: seven of Genome in a Bottle, twelve of Utah, a cohort of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, cycle, islice
from typing import Any

Entry = dict[str, Any]

#: Genome in a Bottle: name, Coriell id, description, folder in the public bucket s3://giab.
GIAB = (
    ("HG001", "NA12878", "CEPH/Utah, female", "NA12878"),
    ("HG002", "NA24385", "Ashkenazim trio, son", "AshkenazimTrio/HG002_NA24385_son"),
    ("HG003", "NA24149", "Ashkenazim trio, father", "AshkenazimTrio/HG003_NA24149_father"),
    ("HG004", "NA24143", "Ashkenazim trio, mother", "AshkenazimTrio/HG004_NA24143_mother"),
    ("HG005", "NA24631", "Chinese trio, son", "ChineseTrio/HG005_NA24631_son"),
    ("HG006", "NA24694", "Chinese trio, father", "ChineseTrio/HG006_NA24694-huCA017E_father"),
    ("HG007", "NA24695", "Chinese trio, mother", "ChineseTrio/HG007_NA24695-hu38168_mother"),
)

#: The populations of the 1000 Genomes Project, phase 3: code, number of samples, first name.
_POPULATIONS = """
    GBR  91 HG00096   FIN  99 HG00171   CHS 105 HG00403   PUR 104 HG00551   CDX  93 HG00759
    CLM  94 HG01112   IBS 107 HG01500   PEL  85 HG01565   PJL  96 HG01583   KHV  99 HG01595
    ACB  96 HG01879   GWD 113 HG02461   ESN  99 HG02922   BEB  86 HG03006   MSL  85 HG03052
    STU 102 HG03642   ITU 102 HG03713   CEU  99 NA06984   YRI 108 NA18486   CHB 103 NA18525
    JPT 104 NA18939   LWK  99 NA19017   ASW  61 NA19625   MXL  64 NA19648   TSI 107 NA20502
    GIH 103 NA20845
"""


def giab_entries() -> list[Entry]:
    """Return the inline settings of seven runs."""
    return [
        {
            "runSettingId": name,
            "name": f"{name}/{coriell} ({description})",
            "parameters": {"sample": coriell, "reads": f"s3://giab/data/{folder}/"},
            "runTags": {"coriell": coriell},
        }
        for name, coriell, description, folder in GIAB
    ]


def cohort() -> Iterator[tuple[str, str]]:
    """Yield (name, population) without end, with the population sizes of 1000 Genomes.

    Names are counted from the first of each population, so some are not names of the project.
    """
    fields = iter(_POPULATIONS.split())
    populations = [(code, int(size), first) for code, size, first in zip(fields, fields, fields)]  # noqa: B905
    numbers = {code: count(int(first[2:])) for code, _, first in populations}
    used: set[str] = set()
    for code, size, first in cycle(populations):
        names = (f"{first[:2]}{number:05d}" for number in numbers[code])
        for name in islice((name for name in names if name not in used), size):
            used.add(name)
            yield name, code


def pilot_entries() -> list[Entry]:
    """Return the settings of twelve samples of the population CEU of 1000 Genomes."""
    samples = (sample for sample in cohort() if sample[1] == "CEU")
    return [_entry(*sample) for sample in islice(samples, 12)]


def _entry(name: str, population: str) -> Entry:
    return {
        "runSettingId": name,
        "name": f"germline {name}",
        "outputUri": f"s3://cohort-results/{population}/{name}",
        "parameters": {
            "sample": name,
            "reads": f"s3://1000genomes/phase3/data/{name}/sequence_read/",
        },
        "runTags": {"population": population},
    }


def _set_web_address(entry: Entry) -> None:
    entry["outputUri"] = entry["outputUri"].replace("s3://", "https://")


def _add_undeclared_parameter(entry: Entry) -> None:
    entry["parameters"]["read_group"] = "lane 1"


def _remove_required_parameter(entry: Entry) -> None:
    del entry["parameters"]["reads"]


def _set_too_high_priority(entry: Entry) -> None:
    entry["priority"] = 100_001


def _set_priority_of_wrong_type(entry: Entry) -> None:
    entry["priority"] = "high"


#: Functions that make an entry invalid, each in one way that is frequent in practice.
MISTAKES: tuple[Callable[[Entry], None], ...] = (
    _set_web_address,
    _add_undeclared_parameter,
    _remove_required_parameter,
    _set_too_high_priority,
    _set_priority_of_wrong_type,
)


def cohort_entries(samples: int) -> tuple[list[Entry], list[str]]:
    """Return (the settings of this many runs, the runSettingIds of the invalid ones)."""
    entries = [_entry(*sample) for sample in islice(cohort(), samples)]
    mistakes = MISTAKES[: samples // 2]
    invalid = []
    for number, make_invalid in enumerate(mistakes, 1):
        entry = entries[number * samples // (len(mistakes) + 1)]
        make_invalid(entry)
        invalid.append(entry["runSettingId"])
    return entries, invalid
