"""Page of a sensitivity analysis: the effect of each input on each metric."""

from __future__ import annotations

import math

from simulator.experiments.sweeping.sensitivity import Sensitivity
from simulator.metrics.metric_labels import label
from simulator.reports.files.manifest import RunFacts
from simulator.reports.pages.document import Page, PageSection, render
from simulator.reports.pages.page_foot import facts, foot
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.dots import Dot, dots
from simulator.reports.pictures.picture import ChartKey, ChartTable, Picture
from simulator.reports.wording.numerals import quantity
from simulator.reports.wording.sensitivity_sentences import FigureEffects, sensitivity_notes
from simulator.scenario.fingerprint import fingerprint

_KINDS = {"morris": "Sensitivity: Morris screening", "sobol": "Sensitivity: Sobol indices"}


def sensitivity_page(outcome: Sensitivity, how: RunFacts) -> str:
    """Render a sensitivity analysis, with the facts of its run, as an HTML page."""
    scenario = outcome.scenario
    figures = {metric: FigureEffects(outcome, metric, found) for metric, found in outcome.found.items()}
    first = next(iter(figures.values()), None)
    missing = [label(metric) for metric in outcome.metrics if metric not in figures]
    remarks = [f"Not there in every replication, so that it cannot be analysed: {one}." for one in missing]
    varied = tuple(("Varied", f"{one.path} = {one}") for one in outcome.inputs)
    return render(
        Page(
            kind=_KINDS[outcome.method],
            title=scenario.name,
            question=scenario.question or "",
            lead=next(first.sentences()) if first is not None else "",
            facts=[
                f"{quantity(len(outcome.design.cells))} points",
                *facts([one.run for one in outcome.design.scenarios.values()], outcome.replications),
            ],
            sections=[_section(outcome, metric, figure) for metric, figure in figures.items()],
            remarks=[*remarks, *sensitivity_notes(outcome)],
            foot=foot(
                scenario=scenario.name,
                fingerprint=f"{fingerprint(scenario)} (first point)",
                seed=scenario.run.seed,
                replications=outcome.replications,
                circumstances=how,
                further=varied,
            ),
        )
    )


def _section(outcome: Sensitivity, metric: str, figure: FigureEffects) -> PageSection:
    """Draw the main measure of each input with its interval, hollow where it may be chance."""
    title, *rest = figure.sentences()
    first, second = figure.titles()
    heading = f"{label(metric)}: {first if outcome.method == 'morris' else second}"
    found = [
        Dot(
            row.name,
            row.value,
            row.half_width,
            row.first if outcome.method == "morris" else row.second,
            palette.STOCK if row.sure else palette.OPEN,
            row.sure,
        )
        for row in figure.rows()
        if not math.isnan(row.value)
    ]
    spoken = "; ".join(f"{dot.name}: {dot.text}" for dot in found)
    if not any(dot.mean for dot in found):
        return PageSection(label(metric), words=title)
    panel = dots(found, axes.number_axis(heading), f"{heading}. {spoken}")
    table = ChartTable(
        ("Input", "Over", first, second, ""),
        [(row.name, row.over, row.first, row.second, row.word) for row in figure.rows()],
    )
    keys = (ChartKey("more than chance", palette.STOCK), ChartKey("not certain, or none", palette.OPEN))
    return PageSection(label(metric), [Picture(title, " ".join(rest), (panel,), table, keys)])
