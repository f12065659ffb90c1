"""The page of a sensitivity analysis: for each figure the inputs that move it."""

from __future__ import annotations

import math

from simulator.experiments.sensitivity import Sensitivity
from simulator.metrics.labels import label
from simulator.reports.charts import axes, palette
from simulator.reports.charts.dots import Dot, dots
from simulator.reports.charts.picture import Key, Picture, Table
from simulator.reports.influence import Figure, notes
from simulator.reports.manifest import Circumstances
from simulator.reports.numerals import quantity
from simulator.reports.pages.document import Page, Section, render
from simulator.reports.pages.foot import facts, foot
from simulator.scenario.fingerprint import fingerprint

_KINDS = {"morris": "Sensitivity: Morris screening", "sobol": "Sensitivity: Sobol indices"}


def sensitivity_page(outcome: Sensitivity, how: Circumstances) -> str:
    """The page of a sensitivity analysis and how it came about, as HTML."""
    scenario = outcome.scenario
    figures = {metric: Figure(outcome, metric, found) for metric, found in outcome.found.items()}
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
            remarks=[*remarks, *notes(outcome)],
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


def _section(outcome: Sensitivity, metric: str, figure: Figure) -> Section:
    """The main measure of each input with its interval, hollow where it may be chance."""
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
        return Section(label(metric), words=title)
    panel = dots(found, axes.number_axis(heading), f"{heading}. {spoken}")
    table = Table(
        ("Input", "Over", first, second, ""),
        [(row.name, row.over, row.first, row.second, row.word) for row in figure.rows()],
    )
    keys = (Key("more than chance", palette.STOCK), Key("not certain, or none", palette.OPEN))
    return Section(label(metric), [Picture(title, " ".join(rest), (panel,), table, keys)])
