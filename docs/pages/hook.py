"""Hook of MkDocs: adds the pages that are made of the code, and rewrites links between repository and site."""

from __future__ import annotations

from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs.pages import commands, metrics, policies, python_api, repository, scenario_keys, source_files

_MADE: Final = {
    "reference/keys.md": scenario_keys.page,
    "reference/policies.md": policies.page,
    "reference/metrics.md": metrics.page,
    "reference/commands.md": commands.page,
    "reference/python.md": python_api.public,
    "reference/interfaces.md": python_api.interfaces,
    "reference/source-files.md": source_files.page,
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are no files of docs/."""
    for address, page in _MADE.items():
        files.append(File.generated(config, address, content=page()))
    for path, address in repository.pages().items():
        files.append(File.generated(config, address, content=repository.page(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Let links lead to pages; those of made pages do so already."""
    address = page.file.src_uri
    return markdown if address in _MADE else repository.on_site(markdown, address)
