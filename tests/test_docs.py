"""Tests of README, docs and other Markdown files.

Examples run, generated sections are up to date, every rule is listed with its evidence.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
from botocore import xform_name

from docs import generate
from moto_omics_batch.domain.tables import LIFECYCLES
from moto_omics_batch.wire.model import plane, service

ROOT = generate.ROOT
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]

#: The languages of fenced blocks. Blocks of "py" need an environment of their own.
LANGUAGES = {"python", "py", "shell", "mermaid", "javascript", "text", "ini"}
MAX_LINE = generate.WIDTH
#: A definition of a link: `[label]: https://…`. Its line may be longer than MAX_LINE.
_DEFINITION = re.compile(r"\[([\w.-]+)\]: (https://\S+)")


def blocks(page: Path, *languages: str) -> list[str]:
    """Return the fenced blocks of a page in these languages."""
    text = page.read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [body for language, body in fences if language in languages]


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each table row, without heads and rulers."""
    lines = text.splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("| ") and not after.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


# -- generated sections --


def test_generated_sections_are_up_to_date() -> None:
    assert list(generate.outdated()) == [], "out of date: run `make docs`"


def test_the_generator_updates_files_that_are_out_of_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    text = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")
    old = text.replace("operations: Abort", "operations: Stop", 1)
    assert old != text
    (tmp_path / "docs" / "fidelity.md").write_text(old, encoding="utf-8")
    generate.main()
    for name in generate.FILES:
        written = (tmp_path / name).read_text(encoding="utf-8")
        assert written == (ROOT / name).read_text(encoding="utf-8")


def test_a_file_without_its_generated_section_is_an_error() -> None:
    with pytest.raises(ValueError, match="the generated section 'operations' is missing"):
        generate.FILES["docs/fidelity.md"]("no comments here")


def test_the_page_shows_every_lifecycle_and_every_transition() -> None:
    page = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [
        lifecycle.resource.capitalize() for lifecycle in LIFECYCLES
    ]
    transitions = sum(len(lifecycle.rows) for lifecycle in LIFECYCLES)
    assert page.count(" --> ") == transitions + len(LIFECYCLES)
    assert len(list(rows(page))) == transitions


def test_requested_transitions_name_an_operation() -> None:
    assert set(generate.REQUESTS.values()) <= plane()


# -- examples --

EXAMPLES = [page for page in PAGES if blocks(page, "python")]


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.name)
def test_the_python_examples_of_a_page_run(pytester: pytest.Pytester, page: Path) -> None:
    """Run each block in its own file: with pytest if it defines tests, otherwise as a script."""
    tests = 0
    for number, block in enumerate(blocks(page, "python")):
        defined = len(re.findall(r"^ *def test_", block, re.MULTILINE))
        file = pytester.path / f"{'test' if defined else 'script'}_{number}.py"
        file.write_text(block, encoding="utf-8")
        tests += defined
        if not defined:
            assert pytester.run(sys.executable, "-W", "error", file).ret == 0
    if tests:
        result = pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider")
        outcomes = result.parseoutcomes()
        assert outcomes.keys() == {"passed"}
        # A parametrized test counts once for each of its values.
        assert outcomes["passed"] >= tests


#: The environment with aiomoto, which `make tests` creates.
ASYNC = Path(os.environ.get("OMICS_ASYNC_ENVIRONMENT", ROOT / ".venv-async"))


def test_the_example_with_aiomoto_runs(pytester: pytest.Pytester) -> None:
    (block,) = blocks(ROOT / "docs" / "async.md", "py")
    if not (ASYNC / "ready").exists():
        pytest.skip("aiomoto is not installed: `make tests` installs it")
    (pytester.path / "test_async.py").write_text(block, encoding="utf-8")
    python = ASYNC / "bin" / "python"
    result = pytester.run(python, "-m", "pytest", "-p", "no:cacheprovider", "test_async.py")
    result.assert_outcomes(passed=1)


def test_the_first_example_of_the_readme_is_a_test() -> None:
    assert "\ndef test_" in blocks(ROOT / "README.md", "python")[0]


def _is_known(command: str) -> bool:
    """Return whether a line of a shell block is a command that exists."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    words = command.split()
    while re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    if words[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        return re.search(rf"^{words[1]}:.*## ", makefile, re.MULTILINE) is not None
    if words[:2] == ["pip", "install"]:
        found = re.fullmatch(r"'?moto-omics-batch(?:\[(\w+)\])?'?", words[2])
        return found is not None and found[1] in (None, *setup["options.extras_require"])
    if words[:2] == ["aws", "omics"]:
        return words[2] in [xform_name(name, "-") for name in service().operation_names]
    if words[0] == "pytest":
        plugin = words[2].removeprefix("no:") if words[1:2] == ["-p"] else "pytest_moto_omics"
        return f"\n{plugin} = " in setup["options.entry_points"]["pytest11"]
    return f"\n{words[0]} = " in setup["options.entry_points"]["console_scripts"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shell_lines_are_commands_that_exist(page: Path) -> None:
    lines = [line for block in blocks(page, "shell") for line in block.splitlines()]
    assert [line for line in lines if not _is_known(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "make coffee",
        "pip install 'moto-omics-batch[nope]'",
        "pip install moto",
        "aws omics go",
        "pytest -p no:moto_omics",
        "moto_x",
    ],
)
def test_a_command_that_does_not_exist_is_detected(line: str) -> None:
    assert not _is_known(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    local = [link for link in links(page) if not link.startswith("https://")]
    assert [link for link in local if not leads_somewhere(page.parent, link, page)] == []


def links(page: Path) -> list[str]:
    """Return the targets of the links and pictures of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        *re.findall(r"\]\(([^)\s]+)\)", text),
        *re.findall(r"^\[[\w.-]+\]: (\S+)$", text, re.MULTILINE),
    ]


def leads_somewhere(folder: Path, link: str, page: Path) -> bool:
    """Return whether the file of a link exists, and the heading if the link names one."""
    name, _, anchor = link.partition("#")
    file = folder / name if name else page
    return file.exists() and (not anchor or anchor in _anchors(file))


def _anchors(page: Path) -> list[str]:
    """Return the anchors of the headings of a page, as GitHub derives them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_names_its_language(page: Path) -> None:
    fences = re.findall(r"^```(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(fences[::2]) <= LANGUAGES
    assert set(fences[1::2]) <= {""}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_are_not_too_long(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    long = [(n, len(line)) for n, line in enumerate(lines, 1) if len(line) > MAX_LINE]
    assert [(n, length) for n, length in long if not _DEFINITION.fullmatch(lines[n - 1])] == []
