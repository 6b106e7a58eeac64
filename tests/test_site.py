"""Tests of what readers find outside the repository: README on PyPI, and the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from configparser import ConfigParser
from typing import Any

import pytest
import yaml

from docs.site_hooks import home, outward
from tests.test_docs import PAGES, ROOT, leads_somewhere, links

DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without the Python objects that it names."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def _mkdocs() -> dict[str, Any]:
    # A subclass of SafeLoader.
    found = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
    assert isinstance(found, dict)
    return found


def _setup() -> ConfigParser:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def _project_urls() -> dict[str, str]:
    lines = _setup()["metadata"]["project_urls"].strip().splitlines()
    return dict(line.split(" = ") for line in lines)


#: The address of the repository.
SOURCE = _project_urls()["Source"]


# -- README on PyPI --


def test_addresses_of_the_project_begin_with_that_of_its_source() -> None:
    urls = _project_urls()
    assert list(urls) == ["Source", "Documentation", "Changelog", "Issues"]
    assert [url for url in urls.values() if not url.startswith(SOURCE)] == []
    assert _mkdocs()["repo_url"] == SOURCE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_the_repository_begin_with_its_address(page: Any) -> None:
    owner = SOURCE.rpartition("/")[0]
    found = [link for link in links(page) if link.startswith(owner)]
    assert [link for link in found if not link.startswith(f"{SOURCE}/")] == []


def _in_repository(link: str) -> str | None:
    """Return the path that a link of README leads to, None if it leads to another site."""
    found = re.fullmatch(rf"{re.escape(SOURCE)}/(blob|tree|raw)/main/(.*)", link)
    if found is None:
        assert not link.startswith(SOURCE), link
        return None
    # A folder has another address than a file.
    assert (ROOT / found[2].partition("#")[0]).is_dir() == (found[1] == "tree"), link
    return found[2]


def test_links_of_the_readme_are_absolute_and_lead_somewhere() -> None:
    found = links(ROOT / "README.md")
    assert [link for link in found if not link.startswith("https://")] == []
    paths = [path for path in map(_in_repository, found) if path is not None]
    assert len(paths) > 10
    missing = [path for path in paths if not leads_somewhere(ROOT, path, ROOT / "README.md")]
    assert missing == []


def test_labels_of_links_are_defined_and_used() -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", README, flags=re.DOTALL)
    used = set(re.findall(r"\[([\w.-]+)\](?!\[|\(|: https)", text))
    assert used == set(re.findall(r"^\[([\w.-]+)\]: ", README, re.MULTILINE))


def test_the_documentation_and_the_changelog_exist() -> None:
    for name in ("Documentation", "Changelog"):
        path = _in_repository(_project_urls()[name])
        assert path is not None
        assert (ROOT / path).is_file()


def test_pages_refer_to_nothing_that_readers_do_not_have() -> None:
    unknown = re.compile(r"\bspec(ification)? pages?\b|\bspec/")
    found = {page.name: unknown.findall(page.read_text(encoding="utf-8")) for page in PAGES}
    assert {name: words for name, words in found.items() if words} == {}


# -- the site --


def _entries(nav: list[Any]) -> Iterator[str]:
    """Yield the pages of the navigation."""
    for entry in nav:
        for value in entry.values():
            if isinstance(value, str):
                yield value
            else:
                yield from _entries(value)


def test_the_navigation_lists_every_page_once() -> None:
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    entries = list(_entries(_mkdocs()["nav"]))
    assert sorted(entries) == sorted(pages | {"index.md"})


def test_the_home_page_is_the_readme_with_links_to_pages_of_the_site() -> None:
    page = home(README, SOURCE)
    assert f"{SOURCE}/blob/main/docs/" not in page
    found = re.findall(r"^\[[\w.-]+\]: (\S+)$", page, re.MULTILINE)
    local = [link for link in found if not link.startswith("https://")]
    assert "getting-started.md" in local
    assert [link for link in local if not (DOCS / link).is_file()] == []


def test_links_that_leave_the_pages_lead_to_the_repository() -> None:
    text = "[a](../examples/x.py) [b](../CHANGELOG.md) [c](events.md)"
    to = f"{SOURCE}/blob/main"
    assert outward(text, SOURCE, "") == (
        f"[a]({to}/examples/x.py) [b]({to}/CHANGELOG.md) [c](events.md)"
    )
    below = "[a](../../examples/x.py) [b](../events.md)"
    assert outward(below, SOURCE, "reference") == f"[a]({to}/examples/x.py) [b](../events.md)"
