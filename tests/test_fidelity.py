"""Tests of docs/fidelity.md: every rule is listed with links to its evidence, and is tested."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from conftest import EVIDENCE
from moto_omics_batch.domain.tables import LIFECYCLES
from moto_omics_batch.wire.model import service
from tests.test_docs import _DEFINITION, ROOT, rows

FIDELITY = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")

#: The rules of docs/fidelity.md.
RULES = [
    f"B{n}"
    for first, last in (
        *((1, 3), (10, 21), (30, 32), (40, 45), (50, 55), (60, 64)),
        *((70, 78), (80, 82), (90, 90), (95, 98)),
    )
    for n in range(first, last + 1)
]
L_RULES = [
    f"L{n}"
    for first, last in (
        *((1, 9), (20, 39), (50, 58), (65, 74), (80, 94), (100, 118), (120, 124)),
        *((130, 135), (140, 146), (150, 155)),
    )
    for n in range(first, last + 1)
]
S_RULES = [
    f"S{n}"
    for first, last in (
        *((1, 15), (20, 25), (30, 34), (40, 48), (50, 65), (70, 81), (90, 97)),
        *((100, 104), (110, 116), (120, 123), (130, 133), (140, 142), (150, 151)),
        *((160, 160), (170, 174), (180, 184), (190, 191)),
    )
    for n in range(first, last + 1)
]
A_RULES = [
    f"A{n}"
    for first, last in (
        *((1, 3), (5, 12), (14, 14), (16, 17), (20, 28), (30, 37), (40, 45), (50, 51)),
        *((53, 65), (68, 77), (80, 89), (91, 94), (96, 96), (100, 101), (110, 112)),
        *((120, 124), (130, 132)),
    )
    for n in range(first, last + 1)
]
#: The rules that tests/omics need not name: the tests of B98 and L130 to L135 are those of
#: tests/test_authorization.py and tests/test_pass_role.py; L39 says what is not implemented, and
#: L122 announces members that no botocore has yet, S15 sums up other rules, and S59 is about
#: CloudFormation.
NAMED_ELSEWHERE = {
    *("B98", "L39", "L122", *(f"L{n}" for n in range(130, 136))),
    *("A110", "A111", "A112", "S15", "S59", "S183", "S184"),
}
TESTED = [rule for rule in (*RULES, *L_RULES, *S_RULES, *A_RULES) if rule not in NAMED_ELSEWHERE]

# -- the page --

RULE_SECTIONS, _REST = FIDELITY.split("\n## Our choices\n")
CHOICE_SECTIONS, _DEFINITIONS = _REST.split("\n<!-- sources: ", 1)
#: label → URL of the definitions at the end of the page.
SOURCES = dict(_DEFINITION.findall(_DEFINITIONS))
API = "https://docs.aws.amazon.com/omics/latest/api/API_"
#: Where evidence may be.
HOSTS = {"docs.aws.amazon.com", "github.com", "www.aws-ps-tech.kr"}
#: The rows of all tables but the first, which explains the kinds of evidence.
FACTS = list(rows(RULE_SECTIONS.partition("\n## Run batches\n")[2]))
KNOWN = [rule for rule, *_ in FACTS]
#: `B12, W2.1`
_RULES = r"[BWLSA][\d.]+(?:, [BWLSA][\d.]+)*"
#: `omics/runs.py`: `check_run`, `_new_run`
_PLACE = r"`([\w/]+\.py)`: (`\w+`(?:, `\w+`)*)"
_CHOICE = re.compile(rf"(.+?[.`]) (?:Rules: ({_RULES})\. )?Code: ({_PLACE}(?:; {_PLACE})*)\.")


def items(text: str) -> list[str]:
    """Return the items of all lists, each in one line."""
    found = re.findall(r"^- (.*(?:\n  .*)*)", text, re.MULTILINE)
    return [re.sub(r"\n +", " ", item) for item in found]


DETAILS = items(RULE_SECTIONS.partition("\n## Run batches\n")[2])
CHOICES = [_CHOICE.fullmatch(item) for item in items(CHOICE_SECTIONS)]


def test_every_rule_is_listed_once_and_in_order() -> None:
    assert [rule for rule in KNOWN if rule.startswith("B")] == RULES
    assert [rule for rule in KNOWN if rule.startswith("L")] == L_RULES
    for rules in (S_RULES, A_RULES):
        # They are ordered by subject.
        found = [rule for rule in KNOWN if rule[0] == rules[0][0]]
        assert sorted(found, key=lambda rule: int(rule[1:])) == rules
    assert len(set(KNOWN)) == len(KNOWN)


def test_every_fact_has_evidence_that_links_to_its_source() -> None:
    """Each kind is named once, in this order; a kind that is not our choice has a link."""
    kinds = (r"\[documented\]\[[\w.-]+\]", r"\[observed\]\[[\w.-]+\]", "our choice")
    for fact in FACTS:
        assert len(fact) == 3, fact
        rule, text, evidence = fact
        assert text, rule
        found = evidence.split(", ")
        order = [n for part in found for n, kind in enumerate(kinds) if re.fullmatch(kind, part)]
        assert len(order) == len(found), fact
        assert order == sorted(set(order)), fact


def test_every_source_is_defined_once_and_used() -> None:
    used = re.findall(r"\]\[([\w.-]+)\]", RULE_SECTIONS + CHOICE_SECTIONS)
    defined = [label for label, _ in _DEFINITION.findall(_DEFINITIONS)]
    assert sorted(defined) == sorted(set(used))
    assert len(set(SOURCES.values())) == len(SOURCES), "two labels of one page"


def test_sources_are_pages_of_known_hosts() -> None:
    hosts = {label: urlsplit(url).netloc for label, url in SOURCES.items()}
    assert {label: host for label, host in hosts.items() if host not in HOSTS} == {}


def test_pages_of_the_api_reference_are_those_of_the_model() -> None:
    """A page of the API reference is labelled with its operation or structure."""
    names = {*service().operation_names, *service().shape_names}
    pages = {label: url for label, url in SOURCES.items() if url.startswith(API)}
    assert pages
    assert pages == {label: f"{API}{label}.html" for label in pages}
    assert sorted(pages.keys() - names) == []
    assert sorted(label for label in SOURCES.keys() & names if label not in pages) == []


def test_details_begin_with_known_rules() -> None:
    for item in DETAILS:
        found = re.match(rf"({_RULES}): \S", item)
        assert found, item
        assert set(found[1].split(", ")) <= set(KNOWN), item


def test_choices_name_rules_and_code() -> None:
    assert CHOICES
    for item, found in zip(items(CHOICE_SECTIONS), CHOICES, strict=True):
        assert found, item
        assert set((found[2] or KNOWN[0]).split(", ")) <= set(KNOWN), item


def test_the_section_of_choices_consists_of_lists() -> None:
    intro, _, lists = CHOICE_SECTIONS.partition("\n### ")
    assert len(intro.strip().split("\n\n")) == 1
    for line in lists.splitlines()[1:]:
        assert not line or line.startswith(("- ", "  ", "### ")), line


def test_a_rule_that_is_partly_our_choice_says_which_part() -> None:
    explained = {rule for item in DETAILS for rule in item.partition(":")[0].split(", ")}
    explained.update(rule for c in CHOICES if c and c[2] for rule in c[2].split(", "))
    mixed = {rule for rule, _, evidence in FACTS if evidence.endswith(", our choice")}
    assert sorted(mixed - explained) == []


def test_choices_name_code_that_exists() -> None:
    for choice in CHOICES:
        assert choice
        for file, names in re.findall(_PLACE, choice[3]):
            source = (ROOT / "moto_omics_batch" / file).read_text(encoding="utf-8")
            defined = set(_defined(ast.parse(source)))
            assert set(re.findall(r"\w+", names)) <= defined, f"{choice[1]}: {file}"


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield the names of the functions, methods, classes and constants of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


# -- evidence marks of the tests --


def _named_by(tree: ast.AST) -> Iterator[str]:
    """Yield the rules that evidence marks name."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in EVIDENCE
        ):
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


@cache
def _named() -> frozenset[str]:
    """Return the rules that the evidence marks of tests/omics name."""
    files = (ROOT / "tests" / "omics").rglob("test_*.py")
    return frozenset(
        rule for file in files for rule in _named_by(ast.parse(file.read_text(encoding="utf-8")))
    )


def test_every_rule_is_named_by_an_evidence_mark() -> None:
    assert [rule for rule in TESTED if rule not in _named()] == []


def test_evidence_marks_name_known_rules() -> None:
    assert sorted(_named() - set(KNOWN)) == []


def test_transitions_have_the_evidence_of_their_rules() -> None:
    evidence = {rule: sources for rule, _, sources in FACTS}
    transitions = [row for lifecycle in LIFECYCLES for row in lifecycle.rows]
    assert [row for row in transitions if row.evidence not in evidence[row.rule]] == []
