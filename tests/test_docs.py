"""README and docs tell what is so: examples run, generated parts are fresh, rules are listed."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
from botocore import xform_name

from conftest import EVIDENCE
from docs import generate
from moto_omics_batch.domain.tables import LIFECYCLES
from moto_omics_batch.wire.model import plane, service

ROOT = generate.ROOT
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md"))]
FIDELITY = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")

#: The rules of the specification.
RULES = [
    f"B{n}"
    for first, last in (
        *((1, 3), (10, 21), (30, 32), (40, 45), (50, 55), (60, 64)),
        *((70, 78), (80, 82), (90, 90), (95, 98)),
    )
    for n in range(first, last + 1)
]
#: Those that a test must name; the others are not there yet.
TESTED = [rule for rule in RULES if rule != "B98"]


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of a page in these languages."""
    text = page.read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [body for language, body in fences if language in languages]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of all table rows, heads and rulers left out."""
    lines = text.splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("| ") and not after.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


# -- what is generated --


def test_generated_parts_are_fresh() -> None:
    assert list(generate.outdated()) == [], "run `make docs`"


def test_the_generator_writes_what_is_out_of_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    for name in ("README.md", "docs/fidelity.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        old = text.replace("INPROGRESS -->", "OLD -->").replace("GetRun, ", "")
        assert old != text
        (tmp_path / name).write_text(old, encoding="utf-8")
    generate.main()
    for name in generate.FILES:
        written = (tmp_path / name).read_text(encoding="utf-8")
        assert written == (ROOT / name).read_text(encoding="utf-8")


def test_a_file_that_lost_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="the marks of states are missing"):
        generate.FILES["README.md"]("no marks here")


def test_every_lifecycle_and_every_arrow_is_drawn() -> None:
    page = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [
        lifecycle.resource.capitalize() for lifecycle in LIFECYCLES
    ]
    arrows = sum(len(lifecycle.rows) for lifecycle in LIFECYCLES)
    assert page.count(" --> ") == arrows + len(LIFECYCLES)
    assert len(list(rows(page))) == arrows


def test_arrows_that_wait_for_a_request_name_an_operation() -> None:
    assert set(generate.REQUESTS.values()) <= plane()


# -- examples --

EXAMPLES = [page for page in PAGES if blocks(page, "python")]


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.name)
def test_the_python_examples_of_a_page_run(pytester: pytest.Pytester, page: Path) -> None:
    """Tests run by pytest, each in a file of its own; the rest as a script that imports nothing
    but what it says."""
    tests = 0
    for number, block in enumerate(blocks(page, "python")):
        is_test = "\ndef test_" in block
        file = pytester.path / f"{'test' if is_test else 'script'}_{number}.py"
        file.write_text(block, encoding="utf-8")
        if is_test:
            tests += block.count("\ndef test_")
        else:
            assert pytester.run(sys.executable, "-W", "error", file).ret == 0
    if tests:
        result = pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider")
        result.assert_outcomes(passed=tests)


def test_the_readme_has_a_test_to_paste_and_it_imports_nothing_of_ours() -> None:
    first = blocks(ROOT / "README.md", "python")[0]
    assert "\ndef test_" in first
    assert "moto_omics_batch" not in first


def _unknown(command: str) -> str | None:
    """Why a line of a shell block cannot be typed, None when it can."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    words = command.split()
    while re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    if words[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        known = re.search(rf"^{words[1]}:.*## ", makefile, re.MULTILINE) is not None
    elif words[:2] == ["pip", "install"]:
        found = re.fullmatch(r"'?moto-omics-batch(?:\[(\w+)\])?'?", words[2])
        known = found is not None and found[1] in (None, *setup["options.extras_require"])
    elif words[:2] == ["aws", "omics"]:
        known = words[2] in [xform_name(name, "-") for name in service().operation_names]
    else:
        known = f"\n{words[0]} = " in setup["options.entry_points"]["console_scripts"]
    return None if known else command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shell_lines_are_commands_that_exist(page: Path) -> None:
    lines = [line for block in blocks(page, "shell") for line in block.splitlines()]
    assert [line for line in lines if _unknown(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "make coffee",
        "pip install 'moto-omics-batch[nope]'",
        "pip install moto",
        "aws omics go",
        "moto_x",
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert _unknown(line) == line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith("https://")]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_block_says_its_language() -> None:
    for page in PAGES:
        fences = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(fences[::2]) <= {"python", "shell", "mermaid", "javascript"}, page.name


# -- fidelity.md --

FACTS = [row for row in rows(FIDELITY) if len(row) == 4]
CHOICES = [row for row in rows(FIDELITY) if len(row) == 3]


def test_every_rule_is_listed_once_and_in_order() -> None:
    assert [rule for rule, *_ in FACTS if rule.startswith("B")] == RULES


def test_every_fact_has_its_evidence_and_since_when() -> None:
    for rule, what, evidence, since in FACTS:
        assert what, rule
        assert set(evidence.split(", ")) <= {"documented", "observed", "our choice"}, rule
        assert since in ("0.1.0", "not yet"), rule


def test_rules_that_are_not_there_yet_say_so() -> None:
    waiting = [rule for rule, _, _, since in FACTS if since == "not yet"]
    assert waiting == []


def test_choices_name_known_rules_and_sections() -> None:
    known = {rule for rule, *_ in FACTS}
    for what, rules, _ in CHOICES:
        unknown = set(rules.split()) - known
        assert not unknown, f"{what}: {unknown}"


def test_choices_name_places_that_exist() -> None:
    for what, _, places in CHOICES:
        found = re.findall(r"`([\w/]+\.py)`: ((?:`\w+`(?:, )?)+)", places)
        assert found, what
        for file, names in found:
            source = (ROOT / "moto_omics_batch" / file).read_text(encoding="utf-8")
            defined = set(_defined(ast.parse(source)))
            assert set(re.findall(r"\w+", names)) <= defined, f"{what}: {file}"


def _defined(tree: ast.Module) -> Iterator[str]:
    """The functions, methods, classes and constants of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


# -- the marks of the tests --


def _named_by(tree: ast.AST) -> Iterator[str]:
    """The rules that evidence marks name."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in EVIDENCE
        ):
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def _named() -> set[str]:
    files = (ROOT / "tests" / "omics").rglob("test_*.py")
    return {
        rule for file in files for rule in _named_by(ast.parse(file.read_text(encoding="utf-8")))
    }


def test_every_rule_is_named_by_a_test_of_the_service() -> None:
    assert [rule for rule in TESTED if rule not in _named()] == []


def test_marks_name_only_rules_that_fidelity_lists() -> None:
    known = {rule for rule, *_ in FACTS}
    assert sorted(_named() - known) == []
