"""The table of sources, in the console and on the page, where a stock has several."""

import io

import pytest
from rich.console import Console

from simulator.experiments.replications.replications import Replications
from simulator.metrics.glossary import GLOSSARY
from simulator.reports.console.run import show_report
from simulator.reports.pages.run import run_page
from simulator.reports.results.run import run
from simulator.reports.wording.numerals import numeral
from simulator.reports.wording.source_table import _COLUMNS, SourceTable, source_table

BY_SEA_AND_AIR = (
    "suppliers.importer.order_cost=5",
    (
        "lanes=[{from: importer, to: warehouse, mode: sea, transit: 9 days, freight: {unit: 0.1}}, "
        "{from: importer, to: warehouse, mode: air, transit: 1 day, freight: {unit: 1}}]"
    ),
    "policies.sourcing={type: single, source: importer by sea}",
    "policies.expediting={from: importer by air, backlog: 1}",
)
NAMES = ("importer by sea", "importer by air", "importer by air (expedited)")


@pytest.fixture(scope="module")
def sources(shop):
    return run(shop, replications=3, workers=1, overrides=BY_SEA_AND_AIR)


def shown_table(outcome: Replications) -> SourceTable:
    table = source_table(outcome)
    assert table is not None
    return table


def report_of(results, width=80):
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False, markup=False)
    show_report(console, results.outcome, None, results.levels_by_stock)
    return file.getvalue()


def page_of(results):
    return run_page(results.outcome, results.circumstances)


def test_figures_are_those_by_supplier(sources):
    found, groups = shown_table(sources.outcome), sources.outcome.summary_by("supplier")
    assert found.sources == NAMES
    columns = dict(found.columns)
    shown = {
        "Purchase orders": "purchase_orders",
        "Units bought": "received_units",
        "Lead time": "lead_time_mean",
        "Purchase cost": "purchase_cost",
        "Ordering cost": "ordering_cost",
        "Freight": "freight_cost",
    }
    assert set(columns) == {*shown, "Share of units"}  # nothing is expedited for a fee or made for a wage
    for heading, metric in shown.items():
        assert columns[heading] == tuple(numeral(groups[name][metric]) for name in NAMES), heading
    units = sources.outcome.by("supplier")[:, sources.outcome.names.index("received_units"), :]
    shares = 100 * (units / units.sum(axis=1)[:, None]).mean(axis=0)
    assert min(shares[0], shares[2]) > shares[1] == 0
    assert [cell.mean for cell in columns["Share of units"]] == [
        f"{shares[0]:.1f} %",
        "0 %",
        f"{shares[2]:.1f} %",
    ]


def test_every_cost_by_source_has_a_column():
    """Except the price difference, which is part of the purchase cost."""
    costs = {name for name, one in GLOSSARY.items() if one.unit == "money" and "supplier" in one.dimensions}
    assert {metric for _, metric in _COLUMNS if metric.endswith("_cost")} == costs - {"price_variance"}


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_console_shows_them_in_its_width(sources, width):
    report = report_of(sources, width)
    lines = report.splitlines()
    assert max(map(len, lines)) <= width
    first = lines.index("Sources")
    told = " ".join(report.partition("\nSources\n")[2].partition("\nLevels\n")[0].split())
    assert "(expedited)" in told
    for heading in ("Purchase", "Units", "Share", "Lead time", "Freight"):
        assert heading in told
    assert first < lines.index("Levels")
    assert "±" not in told


def test_the_page_shows_them_with_their_intervals(sources):
    section = page_of(sources).partition("<h2>Sources</h2>")[2].partition("</section>")[0]
    for name in NAMES:
        assert f">{name}</th>" in section
    units = dict(shown_table(sources.outcome).columns)["Units bought"][0]
    assert units.half_width
    assert f"<td>{units}</td>" in section


@pytest.mark.parametrize(
    "overrides",
    [
        (),
        # Two suppliers, but each stock has one of them.
        (
            "suppliers={importer: {products: [tea], lead_time: 9 days}, maker: {products: [pots], lead_time: 1 day}}",
        ),
    ],
)
def test_nothing_is_shown_where_each_stock_has_one_source(shop, overrides):
    found = run(shop, replications=2, workers=1, overrides=overrides)
    assert source_table(found.outcome) is None
    assert "Sources" not in report_of(found)
    assert "<h2>Sources</h2>" not in page_of(found)


def test_of_many_sources_those_with_most_units_are_shown(shop):
    names = [f"maker {k}" for k in range(15)]  # besides the importer, who gets nothing
    suppliers = ", ".join(f"{name}: {{lead_time: 1 day}}" for name in names)
    shares = ", ".join(f"{name}: {(k + 1) / 120}" for k, name in enumerate(names))
    overrides = (
        f"suppliers={{{suppliers}}}",
        f"policies.sourcing={{type: split, shares: {{{shares}}}}}",
    )
    found = run(shop, replications=1, workers=1, overrides=overrides)
    table = shown_table(found.outcome)
    assert len(table.sources) == 12
    assert table.notes[0] == "The 12 of 16 sources with most units; metrics.csv has all."
    units = found.outcome.summary_by("supplier")
    least = min(units[name]["received_units"].mean for name in table.sources)
    assert all(units[name]["received_units"].mean <= least for name in set(names) - set(table.sources))


def test_a_source_that_nothing_was_bought_from_has_no_lead_time(shop):
    overrides = (
        "policies.replenishment={type: r_Q, r: 0, Q: 1000}",
        *BY_SEA_AND_AIR[:3],
        "run.horizon=1 day",
    )
    found = run(shop, replications=2, workers=1, overrides=overrides)
    columns = dict(shown_table(found.outcome).columns)
    assert {cell.mean for cell in columns["Share of units"]} == {"–"}
    assert {cell.mean for cell in columns["Lead time"]} == {"–"}
