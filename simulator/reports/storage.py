"""The files of a run folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.experiments.assurance import Assurance
from simulator.reports.as_json import json_text, records
from simulator.reports.csv_files import write_csv
from simulator.reports.folders import ResultFolder, result_name
from simulator.reports.manifest import manifest
from simulator.reports.numerals import quantity
from simulator.reports.unfinished import Unfinished
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    from simulator.reports.results import Results


def run_folder(parent: Path, scenario: Scenario) -> ResultFolder:
    """The folder ``<scenario>-<hash>`` of a run."""
    return ResultFolder(parent / result_name(scenario.name, fingerprint(scenario)))


def show_so_far(so_far: Results, left: Unfinished) -> None:
    """Let people see what is finished of a run that was interrupted, and tell how to go on."""
    left.show(partial(write, so_far), "")
    done, wanted = quantity(len(so_far.outcome)), quantity(so_far.scenario.run.replications)
    left.note = (
        f"{done} of {wanted} replications are done; their results are in {left.path}.\n"
        "To play the others: the same command with --resume."
    )


def write(results: Results, folder: Path) -> None:
    """Write every file of a run folder into a folder that exists.

    ========================  ==========================================================================
    ``report.html``           a page to look at, in one file
    ``manifest.json``         the scenario with every default, its hash, seed, versions, when and how long, whether
                              all replications are done, whether the warm-up was long enough, and the levels
    ``metrics.json``          what ``run --json`` prints
    ``metrics.csv``           the same as a table: metric, dimension, group, mean, half_width, unit
    ``replications.csv``      one row a replication
    ``levels.csv``            levels of every stock, what they have to cover, and how they were found
    ``orders.parquet``        every order line of the kept replications
    ``purchases.parquet``     every purchase order of the kept replications
    ``series.parquet``        stock on hand and backlog of the kept replications, a row for each change
    ``contacts.parquet``      every contact with the support desk of the kept replications, if there is a desk
    ``messages.parquet``      every message to waiting customers of the kept replications, if there is communication
    ``cash.parquet``          cash of the kept replications, a row for each change, if customers' payment is followed
    ========================  ==========================================================================
    """
    from simulator.reports.pages.run import run_page

    kept = len(results.outcome.records)
    orders = "none" if kept == 0 else "first" if kept == 1 else "all"
    described = manifest(results.scenario, results.circumstances, orders)
    described |= {"complete": results.complete, "replications_done": len(results.outcome)}
    described["warm_up"] = Assurance.of(results.outcome).warm_up.plain()
    described["levels"] = records(results.levels)
    (folder / "manifest.json").write_text(json_text(described) + "\n", encoding="utf-8")
    (folder / "metrics.json").write_text(json_text(results.plain()) + "\n", encoding="utf-8")
    write_csv(results.metrics, folder / "metrics.csv")
    write_csv(results.replications, folder / "replications.csv")
    write_csv(results.levels, folder / "levels.csv")
    if kept:
        results.orders.to_parquet(folder / "orders.parquet", index=False)
        results.purchases.to_parquet(folder / "purchases.parquet", index=False)
        results.series.to_parquet(folder / "series.parquet", index=False)
        if results.scenario.support_desk is not None:
            results.contacts.to_parquet(folder / "contacts.parquet", index=False)
        if results.scenario.policies.communication is not None:
            results.messages.to_parquet(folder / "messages.parquet", index=False)
        if results.scenario.policies.payment is not None:
            results.cash.to_parquet(folder / "cash.parquet", index=False)
    (folder / "report.html").write_text(run_page(results), encoding="utf-8")
