"""Page of a comparison: the changes under each alternative, and the customers they affect."""

from __future__ import annotations

from typing import Final

from simulator.experiments.comparing.comparison import Comparison
from simulator.reports.charts.changes import changes, changes_table, nothing_drawn
from simulator.reports.charts.welfare import welfare
from simulator.reports.files.manifest import RunFacts
from simulator.reports.pages.document import Page, PageSection, levels_section, render
from simulator.reports.pages.page_foot import facts, foot
from simulator.reports.pictures.picture import ChartTable
from simulator.reports.wording.comparison_notes import circumstances
from simulator.reports.wording.comparison_verdict import verdict, verdict_rows
from simulator.reports.wording.level_tables import differing_levels
from simulator.scenario.fingerprint import fingerprint

WORDS: Final = {
    "better": "better ✓",
    "worse": "worse ✗",
    "different": "differs ≠",
    "unclear": "may be chance",
    "same": "same",
}
"""Words for each verdict."""


def comparison_page(comparison: Comparison, how: RunFacts) -> str:
    """Render a comparison, with the facts of its run, as an HTML page."""
    reference = comparison.scenarios[comparison.against]
    others = len(comparison.others)
    named = f"'{comparison.others[0]}'" if others == 1 else f"{others} alternatives"
    drawn, served = changes(comparison), welfare(comparison)
    sections = [] if comparison.replications == 1 else [_verdicts(comparison)]
    sections.append(
        PageSection("What changes", [drawn])
        if drawn
        else PageSection("What changes", words=nothing_drawn(comparison))
    )
    if served is not None:
        sections.append(PageSection("For whom", [served]))
    sections.append(
        PageSection("In figures", table=changes_table(comparison), words=_how_to_read(comparison))
    )
    if (levels := differing_levels(comparison.levels_by_alternative, "levels.csv has all.")) is not None:
        sections.append(levels_section(levels, "Where levels differ"))
    return render(
        Page(
            kind=f"Comparison: {named} with '{comparison.against}'",
            title=reference.name,
            question=reference.question or "",
            lead=verdict(comparison),
            remarks=list(circumstances(comparison)),
            facts=facts(
                [reference.run, *(comparison.scenarios[name].run for name in comparison.others)],
                comparison.replications,
            ),
            sections=sections,
            foot=foot(
                scenario=reference.name,
                fingerprint=fingerprint(reference),
                seed=reference.run.seed,
                replications=comparison.replications,
                circumstances=how,
                further=tuple(
                    (f"'{name}'", f"SHA-256 {fingerprint(comparison.scenarios[name])}")
                    for name in comparison.others
                ),
            ),
        )
    )


def _verdicts(comparison: Comparison) -> PageSection:
    """Make the table of verdicts in words, one row for each alternative."""
    aspects, rows = verdict_rows(comparison)
    table = ChartTable(
        [f"Against '{comparison.against}'", *aspects],
        [[name, *(WORDS[word] for word in told)] for name, *told in rows],
        tones=[told for _, *told in rows],
    )
    return PageSection("Better or worse", table=table)


def _how_to_read(comparison: Comparison) -> str:
    """Explain the columns and marks of the table of figures."""
    against = f"'{comparison.against}'"
    said = [
        f"The first column is the figure under {against}, the others are differences from it",
        "Shares change in points.",
    ]
    if comparison.replications > 1:
        said[0] += ", ± half of a 95 % confidence interval"
        said.insert(
            1,
            "Marked ones, ✓ for the better and ✗ for the worse, are certain: all of them together with 95 % confidence "
            "(Holm's method). ≠ is certain, too, but neither: no direction is better, or the figure is over a group of "
            "customers that is larger or smaller than under the first ('simulator metrics' names the group).",
        )
        said.append("All figures, also by segment, are in differences.csv.")
    said[0] += "."
    if comparison.lacking:
        said.insert(1, f"Where {against} has no figure, that of the alternative stands.")
    return " ".join(said)
