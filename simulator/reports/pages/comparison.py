"""The page of a comparison: what each alternative changes, and for whom."""

from __future__ import annotations

from simulator.reports.charts.changes import changes, changes_table
from simulator.reports.charts.welfare import welfare
from simulator.reports.comparison import ComparisonResults
from simulator.reports.levels import differing_levels
from simulator.reports.pages.document import Page, Section, render
from simulator.reports.pages.foot import facts, foot
from simulator.reports.pages.levels import levels_section
from simulator.reports.verdict import circumstances, verdict
from simulator.scenario.fingerprint import fingerprint


def comparison_page(comparison: ComparisonResults) -> str:
    """The page of a comparison, as HTML."""
    reference = comparison.scenarios[comparison.against]
    others = len(comparison.others)
    named = f"'{comparison.others[0]}'" if others == 1 else f"{others} alternatives"
    drawn, served = changes(comparison), welfare(comparison)
    sections = [
        Section("What changes", [drawn])
        if drawn
        else Section("What changes", words="Nothing differs at all.")
    ]
    if served is not None:
        sections.append(Section("For whom", [served]))
    sections.append(Section("In figures", table=changes_table(comparison), words=_how_to_read(comparison)))
    if (levels := differing_levels(comparison.levels_by_alternative, "levels.csv has all.")) is not None:
        sections.append(levels_section(levels, "Where levels differ"))
    return render(
        Page(
            kind=f"Comparison: {named} with '{comparison.against}'",
            title=reference.name,
            question=reference.question or "",
            lead=verdict(comparison),
            remarks=list(circumstances(comparison)),
            facts=facts(reference.run, comparison.replications),
            sections=sections,
            foot=foot(
                scenario=reference.name,
                fingerprint=fingerprint(reference),
                seed=reference.run.seed,
                replications=comparison.replications,
                circumstances=comparison.circumstances,
                further=tuple(
                    (f"'{name}'", f"SHA-256 {fingerprint(comparison.scenarios[name])}")
                    for name in comparison.others
                ),
            ),
        )
    )


def _how_to_read(comparison: ComparisonResults) -> str:
    start = f"The first column is the figure under '{comparison.against}', the others are differences from it"
    if comparison.replications == 1:
        return f"{start}. Shares change in points."
    return (
        f"{start}, ± half of a 95 % confidence interval. Marked ones, ✓ for the better and ✗ for the worse, are "
        "certain: all of them together with 95 % confidence (Holm's method). Shares change in points. All figures, "
        "also by segment, are in differences.csv."
    )
