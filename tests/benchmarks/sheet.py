"""A table of results, to look at and to keep."""

from __future__ import annotations

from typing import NamedTuple

from rich.table import Table


class Sheet(NamedTuple):
    """What is in it: rows of as many entries as there are headings, the first of each a name, and a note below."""

    title: str
    headings: tuple[str, ...]
    rows: list[list[str]]
    note: str

    def table(self) -> Table:
        """For a terminal."""
        table = Table(title=self.title)
        for place, heading in enumerate(self.headings):
            table.add_column(heading, justify="right" if place else "left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """For a file."""
        rule = ["---", *["---:"] * (len(self.headings) - 1)]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in (self.headings, rule, *self.rows))
        return f"## {self.title}\n\n{lines}\n\n{self.note}\n"
