"""Files of the repository outside of docs/ that are pages of the site, and links between them and docs/.

A link in Markdown is relative to its file in the repository. On the site the files stand elsewhere, so that links are
rewritten when a page is built: one text works in both places.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

from docs.pages.markdown import prose

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = "docs/"
_PAGES: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "SECURITY.md": "project/security.md",
    "scenarios/README.md": "scenarios/index.md",
    "results/baselines/bench.md": "project/benchmarks.md",
    "tests/plugins/last_come_first_served": "project/plug-in-package.md",
    "tests/plugins/quickest_affordable": "project/sourcing-plug-in-package.md",
    "tests/plugins/soonest_to_customer": "project/routing-plug-in-package.md",
    ".github/actions/check/action.yml": "project/check-action.md",
}
_LINK: Final = re.compile(r"(?<=\]\()(?!\w+:)([^)#\s]+)(?=[)#])")
_LANGUAGES: Final = {".yaml": "yaml", ".yml": "yaml", ".py": "python", ".toml": "toml"}


@cache
def pages() -> dict[str, str]:
    """Address on the site, by path in the repository, of every file or folder that becomes a page."""
    scenarios = (file.relative_to(ROOT).as_posix() for file in sorted((ROOT / "scenarios").glob("*.yaml")))
    return _PAGES | {path: f"{path.removesuffix('.yaml')}.md" for path in scenarios}


def page(path: str) -> str:
    """A file or folder of the repository in Markdown: text as it is, anything else as code under its name."""
    source = ROOT / path
    if source.suffix == ".md":
        return source.read_text(encoding="utf-8")
    files = (
        [source]
        if source.is_file()
        else sorted(file for file in source.iterdir() if file.suffix in _LANGUAGES)
    )
    parts = [f"# {source.name}"]
    for file in files:
        text = file.read_text(encoding="utf-8")
        if question := re.search(r"^question: (.+)$", text, re.MULTILINE):
            parts.append(prose(question[1].strip("\"'")))
        parts += [f"## {file.name}"] if len(files) > 1 else []
        parts.append(f"```{_LANGUAGES[file.suffix]}\n{text.rstrip()}\n```")
    return "\n\n".join(parts)


def on_site(markdown: str, address: str) -> str:
    """The text of the page at an address, its links to other files of the repository leading to their pages."""
    homes = {home: path for path, home in pages().items()}
    folder = PurePosixPath(homes.get(address, DOCS + address)).parent

    def moved(link: re.Match[str]) -> str:
        target = os.path.normpath(folder / link[1])
        home = pages().get(target) or (target.removeprefix(DOCS) if target.startswith(DOCS) else None)
        return os.path.relpath(home, PurePosixPath(address).parent) if home else link[1]

    return _LINK.sub(moved, markdown)
