"""The levels of stocks as a section of a page."""

from __future__ import annotations

from simulator.reports.charts.picture import Table
from simulator.reports.levels import LevelTable
from simulator.reports.pages.document import Section


def levels_section(levels: LevelTable, heading: str) -> Section:
    """A table of levels, and beneath it how to read it."""
    return Section(heading, table=Table(levels.columns, levels.rows, " ".join(levels.notes)))
