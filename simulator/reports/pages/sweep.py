"""Page of a sweep: the effects of the varied settings."""

from __future__ import annotations

from simulator.experiments.sweeping.sweep import Sweep
from simulator.reports.charts.heat_map import heat_maps
from simulator.reports.charts.setting_effects import averages, cell_list, line_over_path
from simulator.reports.charts.sweep_surface import Surface, surfaces_of
from simulator.reports.files.manifest import RunFacts
from simulator.reports.pages.document import Page, PageSection, render
from simulator.reports.pages.page_foot import facts, foot
from simulator.reports.pictures.picture import Picture
from simulator.reports.wording.numerals import quantity
from simulator.reports.wording.sweep_sentences import sweep_sentences
from simulator.scenario.fingerprint import fingerprint


def sweep_page(sweep: Sweep, how: RunFacts) -> str:
    """Render a sweep, with the facts of its run, as an HTML page."""
    scenario, cells = sweep.scenario, len(sweep.design.cells)
    leaders = {
        metric: sweep.leaders(metric) if sweep.varies(metric) else None for metric in sweep.main_metrics()
    }
    claim, *further = sweep_sentences(sweep, leaders)
    surfaces = surfaces_of(sweep, leaders)
    sections = [PageSection("What the settings do", _pictures(sweep, surfaces))] if surfaces else []
    varied = [("Varied", f"{one.path}: {', '.join(one.values)}") for one in sweep.design.levels]
    return render(
        Page(
            kind=f"Sweep over {' and '.join(sweep.paths)}",
            title=scenario.name,
            question=scenario.question or "",
            lead=claim,
            facts=[
                f"{quantity(cells)} cells" if cells > 1 else "one cell",
                *facts([one.run for one in sweep.design.scenarios], sweep.replications),
            ],
            sections=sections,
            remarks=further,
            foot=foot(
                scenario=scenario.name,
                fingerprint=f"{fingerprint(scenario)} (first cell)",
                seed=scenario.run.seed,
                replications=sweep.replications,
                circumstances=how,
                further=tuple(varied),
            ),
        )
    )


def _pictures(sweep: Sweep, surfaces: list[Surface]) -> list[Picture]:
    """Draw the pictures that suit the varied paths.

    These are lines over one path of numbers, heat maps over two paths, and averages and a list over more.
    A path without numbers, or cells that are not all combinations of the values, are drawn as a list.
    """
    levels = sweep.design.levels
    size = 1
    for one in levels:
        size *= len(set(one.values))
    complete = size == len(sweep.design.cells)
    if len(levels) == 1:
        numbers = levels[0].numbers is not None and len(levels[0].values) > 1
        return [line_over_path(surfaces) if numbers else cell_list(surfaces)]
    if not complete:
        return [cell_list(surfaces)]
    if len(levels) == 2:
        return [heat_maps(surfaces)]
    return [*(averages(one) for one in surfaces[:2]), cell_list(surfaces)]
