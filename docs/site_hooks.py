"""The parts of the site that mkdocs does not do by itself: `make site`.

The home page is README.md, whose links are absolute because PyPI shows it. Links of pages that
leave docs/ lead to the repository.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent


def home(readme: str, repository: str) -> str:
    """Return README.md with relative links to the pages of docs/ and to its pictures.

    ``repository`` is the address of the repository. Links to other files stay as they are.
    """
    return re.sub(rf"{re.escape(repository)}/(?:blob|raw)/main/docs/", "", readme)


def outward(markdown: str, repository: str, folder: str) -> str:
    """Return a page whose links to files outside docs/ lead to the repository.

    ``folder`` is the folder of the page below docs/, such as ``reference``, empty for docs/ itself.
    """
    up = "../" * (len(Path(folder).parts) + 1)
    return re.sub(rf"\]\({re.escape(up)}(?!\.)", lambda _: f"]({repository}/blob/main/", markdown)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the home page. mkdocs calls this when it has listed the files."""
    from mkdocs.structure.files import File

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    page = home(text, str(config.repo_url).rstrip("/"))
    files.append(File.generated(config, "index.md", content=page))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Change the links of a page that leave docs/. mkdocs calls this for each page."""
    folder = Path(page.file.src_uri).parent.as_posix()
    return outward(markdown, str(config.repo_url).rstrip("/"), "" if folder == "." else folder)
