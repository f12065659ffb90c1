"""Results of a run for Python: figures and orders as pandas tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from simulator.experiments.replications.assurance import Assurance
from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.glossary import DIMENSIONS
from simulator.model.levels.stock_levels import Levels
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.json_files import plain_results, records, write_json
from simulator.reports.files.manifest import Recorded, RunFacts, manifest
from simulator.reports.files.result_folders import ResultFolder, result_name
from simulator.reports.wording.level_tables import levels_frame
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from simulator.model.world import Record


@dataclass(frozen=True)
class Results(Recorded):
    """Results of `run`: the replications of a scenario as tables.

    In the tables, times are in days from the start of the run, quantities in units, and money in the currency
    of the scenario. ``results["fill_rate"]`` is the estimate of one metric.

    Tables of single events (`orders`, `purchases`, `transfers`, `series`, `contacts`, `messages`, `cash`) cover the
    replications kept by ``keep_orders``. They begin with the column replication and have no rows and no
    columns if none was kept.

    >>> import simulator
    >>> quick = ["run.warm_up=0 days", "run.horizon=60 days"]
    >>> results = simulator.run("scenarios/baseline.yaml", replications=2, workers=1, overrides=quick)
    >>> list(results.metrics.columns)
    ['metric', 'dimension', 'group', 'mean', 'half_width', 'unit']
    >>> results["fill_rate"].unit
    'share'
    >>> bool(0.0 <= results["fill_rate"].mean <= 1.0)
    True
    """

    outcome: Replications
    """Figures of every replication, with the records that were kept."""

    @classmethod
    def of(cls, found: Replications, circumstances: RunFacts) -> Self:
        """Make the results of replications.

        Args:
            found: the replications.
            circumstances: facts about their execution.
        """
        return cls(found, circumstances=circumstances)

    def __getitem__(self, metric: str) -> Estimate:
        """Return the mean of a metric over the replications, with its 95 % confidence interval and unit.

        Args:
            metric: name in the glossary, such as ``fill_rate``.

        Returns:
            The overall estimate, with mean, half_width, unit and n.

        Raises:
            KeyError: no metric has this name.
        """
        return self._summary[metric]

    def __repr__(self) -> str:
        return f"<Results of {self.scenario.name!r}: {len(self.outcome)} replications>"

    @property
    def scenario(self) -> Scenario:
        """Scenario as it was played, with its number of replications and its seed."""
        return self.outcome.scenario

    @property
    def complete(self) -> bool:
        """True if as many replications have been played as the scenario asks for."""
        return self.outcome.complete

    @property
    def alternative(self) -> str | None:
        """Name of the alternative that was applied; None without one."""
        return self.circumstances.alternative

    @property
    def warnings(self) -> tuple[Mistake, ...]:
        """Keys of the scenario file that change no figure in any alternative; empty for a loaded scenario."""
        return self.circumstances.warnings

    @cached_property
    def _summary(self) -> dict[str, Estimate]:
        return self.outcome.summary()

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Every metric, overall and by segment, product, warehouse, supplier and, where there are depots, echelon.

        Columns: metric, dimension ("overall", "segment", "product", "warehouse", "echelon" or "supplier"), group ("all"
        if overall), mean over the replications, half_width of its 95 % confidence interval, unit of both.
        """
        from simulator.reports.files.data_frames import metrics_frame

        return metrics_frame(self.outcome)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """Overall figures, one row per replication. Columns: replication (from 0), then every metric."""
        return self.outcome.frame()

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Order lines of the kept replications, one row each.

        Columns that describe the order:

        * time (due, days), lead (days from placing the order until then), order (number), product, segment,
          region, warehouse (asked from), quantity (units), price (money per unit).
        * patience (days until the customer cancels), tolerance (longest accepted quoted wait, days).
        * willing, chance (uniform random numbers), pick (days to pick the line), delivery (days from
          shipping).

        Columns that describe the outcome:

        * status ("from_stock", "backordered", "filled_late", "refused", "declined", "cancelled",
          "substituted", "pending"; "to_make", "made" and "not_made" of lines made to order), on_arrival and
          filled (units allocated at once and in total), unit_days (days waited until allocation, summed over
          units).
        * allocated (last unit), cancelled, shipped, delivered (times, nan if it did not happen), served_from
          (warehouse), cause (of a backorder, see docs/causes.md; missing for other lines).
        * substituted (units of substitutes), substitute (product), promised and repromised (first and last
          promised delivery time, nan without a promise), revisions of the promise.
        * notices (messages sent), compensation (money), contacts with the support desk, unanswered
          (contacts).
        * workshop, work (days), queued, work_begun, work_done (times) of lines made to order, only where there are any.
        * score (1 to 5, what the customer answered in the survey), only in the line that decided it.
        """
        from simulator.reports.files.data_frames import orders_frame

        return orders_frame(self.outcome.records)

    @cached_property
    def backorder_causes(self) -> pd.DataFrame:
        """Backordered lines of the measured window by month and cause, means over the replications.

        Columns: month, cause, mean, half_width (of the 95 % confidence interval), unit.
        """
        from simulator.reports.files.data_frames import causes_frame

        return causes_frame(self.outcome)

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """Purchase orders of the kept replications, one row each.

        Columns: warehouse, product, supplier (or the warehouse that ships), number (from 0 within its stock and
        source), shipment (from 1, where an order may be parted), quantity (units that were to land), cancelled (units
        taken off on the way), placed, the milestones of the route (produced, departed, arrived, cleared), received
        (times, nan if not reached by the end of the run), inspected (flag).
        """
        from simulator.reports.files.data_frames import purchases_frame

        return purchases_frame(self.outcome.records)

    @cached_property
    def transfers(self) -> pd.DataFrame:
        """Transfers between warehouses of the kept replications, one row each.

        Columns: product, from, to (warehouses), number (from 0 by product and lane), quantity (units), sent, the
        milestones of the lane (departed, arrived, cleared), received (times, nan if not reached by the end of the run),
        inspected (flag).
        """
        from simulator.reports.files.data_frames import transfers_frame

        return transfers_frame(self.outcome.records)

    @cached_property
    def series(self) -> pd.DataFrame:
        """On hand and backlog of every stock in the kept replications, one row per change.

        Columns: time, warehouse, product, on_hand and backlog (units, from that time on).
        """
        from simulator.reports.files.data_frames import steps_frame

        return steps_frame(self.outcome.records)

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Contacts with the support desk in the kept replications, one row each; no rows without a desk.

        Columns: time; line (row of the order line in its replication), order, segment, product and warehouse,
        all missing for a contact that is not about a backorder; waited (days in the queue, nan if still there
        at the end of the run), served (days, nan if unanswered), answered (flag).
        """
        from simulator.reports.files.data_frames import contacts_frame

        return contacts_frame(self.outcome.records)

    @cached_property
    def messages(self) -> pd.DataFrame:
        """Messages to waiting customers in the kept replications; no rows without communication.

        Columns: time, line (row of the order line in its replication), order, segment, product, kind
        ("confirmation", "update", "delay" or "in_stock"), read (flag).
        """
        from simulator.reports.files.data_frames import messages_frame

        return messages_frame(self.outcome.records)

    @cached_property
    def cash(self) -> pd.DataFrame:
        """Cash of the kept replications, one row per time of a change; no rows without a payment policy.

        Columns: time, received and refunded (money, since the start of the run), held (money, for lines not
        delivered).
        """
        from simulator.reports.files.data_frames import cash_steps_frame

        return cash_steps_frame(self.outcome.records)

    @property
    def levels_by_stock(self) -> Levels:
        """Levels of every stock with demand and of depots, by (warehouse, product)."""
        return self.outcome.levels_by_stock

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Levels of every stock with demand and of depots, from the file or computed, one row each.

        Columns: product, warehouse, policy; r, Q, s, S (units, nan if the policy has no such level);
        safety_stock (units, reorder level or else order-up-to level minus demand_mean); demand_mean and
        demand_sd (units over the lead time and review interval); depot_delay (mean days that orders wait in another
        warehouse, nan if they go to a supplier), only where levels at or behind depots are searched for; found
        ("given", "textbook", "exact", "pilot" or "network"), the source of the level; note.
        """
        return levels_frame(self.levels_by_stock)

    def plain(self, *, by_product: bool = False) -> dict[str, Any]:
        """Return the figures as plain data, as ``run --json`` prints them; None stands for nan.

        Args:
            by_product: True to have the figures of each product, too, as with ``--by product``.
        """
        found = plain_results(self.outcome, self.alternative, by_product=by_product)
        return {**found, "warnings": self.circumstances.told()}

    def _events(self) -> Mapping[str, Callable[[Mapping[int, Record]], Iterator[pd.DataFrame]]]:
        """Return the tables of events that are written: by name, the function that yields their pieces."""
        from simulator.reports.files import data_frames

        found = {
            "orders": data_frames.order_pieces,
            "purchases": data_frames.purchases_pieces,
            "series": data_frames.step_pieces,
        }
        if self.scenario.policies.transfers.moves:
            found["transfers"] = data_frames.transfers_pieces
        if self.scenario.support_desk is not None:
            found["contacts"] = data_frames.contacts_pieces
        if self.scenario.policies.communication is not None:
            found["messages"] = data_frames.messages_pieces
        if self.scenario.policies.payment is not None:
            found["cash"] = data_frames.cash_steps_pieces
        return found

    def place(self, parent: Path) -> ResultFolder:
        """Return the folder ``<scenario>-<hash>`` within ``parent``, which `save` fills."""
        return run_folder(parent, self.scenario)

    def write(self, folder: Path) -> None:
        """Write the files of a run into a folder.

        * ``report.html``: report, in one file.
        * ``manifest.json``: scenario with every default, its hash, seed, versions, start and duration; also
          whether all replications are done, whether the warm-up was long enough, and the levels.
        * ``metrics.json``: output of ``run --json``, without products.
        * ``metrics.csv``: the table `metrics` without products.
        * ``metrics_by_product.parquet``: metric, product, mean, half_width, unit.
        * ``replications.csv``: the table `replications`.
        * ``levels.csv``: the table `levels`.
        * ``backorder_causes.csv``: the table `backorder_causes`.
        * ``orders.parquet``, ``purchases.parquet``, ``series.parquet``: the tables of these names, if any
          replication was kept.
        * ``contacts.parquet``, ``messages.parquet``, ``cash.parquet``, ``transfers.parquet``: the same, if the
          scenario has a support desk, a communication policy, a payment policy or a policy for transfers.

        Args:
            folder: existing folder.

        Raises:
            OSError: a file cannot be written.
        """
        from simulator.reports.files import data_frames
        from simulator.reports.files.parquet_files import write_parquet
        from simulator.reports.pages.run import run_page

        kept = len(self.outcome.records)
        orders = "none" if kept == 0 else "first" if kept == 1 else "all"
        described = manifest(self.scenario, self.circumstances, orders)
        described |= {"complete": self.complete, "replications_done": len(self.outcome)}
        described["warm_up"] = Assurance.of(self.outcome).warm_up.plain()
        described["levels"] = records(self.levels)
        write_json(described, folder / "manifest.json")
        write_json(self.plain(), folder / "metrics.json")
        small = [dimension for dimension in DIMENSIONS if dimension != data_frames.PRODUCT]
        write_csv(data_frames.metrics_frame(self.outcome, small), folder / "metrics.csv")
        products = data_frames.row_pieces(data_frames.product_metrics(self.outcome))
        write_parquet(products, folder / "metrics_by_product.parquet")
        write_csv(self.replications, folder / "replications.csv")
        write_csv(self.levels, folder / "levels.csv")
        write_csv(self.backorder_causes, folder / "backorder_causes.csv")
        for name, pieces in self._events().items():
            write_parquet(pieces(self.outcome.records), folder / f"{name}.parquet")
        (folder / "report.html").write_text(run_page(self.outcome, self.circumstances), encoding="utf-8")


def run_folder(parent: Path, scenario: Scenario) -> ResultFolder:
    """Return the folder ``<scenario>-<hash>`` of a run within ``parent``."""
    return ResultFolder(parent / result_name(scenario.name, fingerprint(scenario)))
