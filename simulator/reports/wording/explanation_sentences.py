"""Sentences of an explanation: the number of customers who waited because of each cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from simulator.experiments.explaining.cause_shares import is_settled
from simulator.experiments.explaining.causes import CAUSES
from simulator.experiments.explaining.explanation import Explanation
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.wording.numerals import numeral, quantity
from simulator.reports.wording.precision_notes import measured

CUSTOMERS: Final = "backordered_orders"
_MOST_NAMED: Final = 3
_THREE_LINES: Final = 225
"""Number of characters that certainly fit into three lines of 80."""
_SMALL: Final = 0.01
"""Share of the customers who waited below which an unsettled cause is not mentioned."""


def reasons(explanation: Explanation) -> str:
    """Return the sentences of an explanation as one paragraph."""
    return " ".join(explanation_sentences(explanation))


def explanation_sentences(explanation: Explanation) -> list[str]:
    """Return sentences on the customers who waited because of each cause, and on all causes together."""
    tables = CauseFigures(explanation)
    waited, rest = tables.as_is(CUSTOMERS), tables.base(CUSTOMERS)
    if not waited.mean > 0 and not rest.mean > 0:
        return ["No customer had to wait: there is nothing to explain."]
    window = measured(explanation.scenario.run)
    everybody = f"{quantity(round(waited.mean))} customers who waited ({window})"
    if not explanation.playing:
        asked = f" asked for ({', '.join(explanation.causes)})" if explanation.causes else " known"
        return [f"None of the causes{asked} is in this scenario.", f"All {everybody} did so without them."]
    said = [
        _because(tables, everybody),
        _without_causes(tables),
        _open_questions(tables),
        _reducing_causes(tables),
        _together(tables),
        _how_sure(explanation),
    ]
    return [sentence for sentence in said if sentence]


def _because(tables: CauseFigures, everybody: str) -> str:
    """Return a sentence, of three lines at most, on the customers who waited because of each settled cause."""
    if tables.is_only_cause:
        return f"All {everybody} did so because of {CAUSES[tables.playing[0]].because}."
    values = {name: tables.value(CUSTOMERS, name) for name in tables.causes}
    sure = [name for name, value in values.items() if is_settled(value)]
    if not sure:
        only = tables.playing[0]
        if len(tables.playing) == 1 and values[only].mean > values[only].half_width:
            return f"Of the {everybody}, some certainly waited because of {CAUSES[only].because}."
        if len(tables.playing) == 1:
            return f"Of the {everybody}, none certainly waited because of {CAUSES[only].because}."
        return f"Of the {everybody}, none can be put down to one cause with confidence."
    parts = [
        f"{numeral(values[name])} {'waited ' if k == 0 else ''}because of {CAUSES[name].because}"
        for k, name in enumerate(sure[:_MOST_NAMED])
    ]
    wordings = [f"Of the {everybody}, {_listed(parts[:most])}." for most in range(len(parts), 0, -1)]
    return next((wording for wording in wordings if len(wording) <= _THREE_LINES), wordings[-1])


def _without_causes(tables: CauseFigures) -> str:
    """Return a sentence on the number who would have waited without any of the causes."""
    rest, those = tables.base(CUSTOMERS), "this cause" if len(tables.causes) == 1 else "any of these causes"
    if rest.mean == 0:
        return f"Without {those} nobody would have waited."
    return f"Without {those} {numeral(rest)} would have waited."


def _open_questions(tables: CauseFigures) -> str:
    """Return sentences on the causes that may be the largest, and on those whose part is not settled."""
    explanation, whole = tables.explanation, tables.as_is(CUSTOMERS).mean
    if explanation.replications == 1 or tables.is_only_cause:
        return ""
    unsettled = []
    for name in tables.causes:
        value = tables.value(CUSTOMERS, name)
        settled = is_settled(value) or is_settled(value, -1)
        if not settled and abs(value.mean) + value.half_width >= _SMALL * whole:
            unsettled.append(CAUSES[name].because)
    said = []
    rivals = explanation.largest(CUSTOMERS)
    if len(rivals) > 1:
        named = [CAUSES[name].because for name in rivals]
        said.append(f"Which of these is the largest cause cannot be told: {_few(named, 'or')}.")
    if unsettled:
        said.append(f"How many waited because of {_few(unsettled, 'or')} is not settled.")
    return " ".join(said)


def _reducing_causes(tables: CauseFigures) -> str:
    """Return a sentence on causes with a negative share: with them fewer customers waited."""
    parts = [
        f"{CAUSES[name].because} spared {str(numeral(tables.value(CUSTOMERS, name))).lstrip('-')} a wait"
        for name in tables.causes
        if is_settled(tables.value(CUSTOMERS, name), -1)
    ]
    text = _listed(parts)
    return f"{text[0].upper()}{text[1:]}." if parts else ""


def _together(tables: CauseFigures) -> str:
    """Return a sentence on the waiting and the profit due to all causes together, as far as settled."""
    days, profit = tables.total("wait_days"), tables.total("lost_profit")
    parts = []
    if is_settled(days):
        parts.append(
            f"{numeral(days)} of the {quantity(tables.as_is('wait_days').mean)} unit days of waiting"
        )
    if is_settled(profit):
        parts.append(f"{numeral(profit)} of profit")
    those = "It accounts" if len(tables.playing) == 1 else "Together the causes account"
    return f"{those} for {_listed(parts)}." if parts else ""


def _how_sure(explanation: Explanation) -> str:
    """Return a caveat if there is only one replication; else an empty text."""
    if explanation.replications == 1:
        return "This is one replication: how sure these figures are cannot be said."
    return ""


def _few(names: Sequence[str], word: str) -> str:
    """List the first three names and the number of the others, with ``word`` before the last one."""
    shown = list(names[:_MOST_NAMED])
    if len(names) > len(shown):
        rest = len(names) - len(shown)
        shown.append(f"{rest} more {'cause' if rest == 1 else 'causes'}")
    return f" {word} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


@dataclass(frozen=True)
class CauseFigures:
    """Figures of an explanation by outcome and cause."""

    explanation: Explanation

    @cached_property
    def _values(self) -> dict[tuple[str, str], Any]:
        rows: list[Any] = list(self.explanation.attribution.itertuples())
        return {(row.outcome, row.cause): row for row in rows}

    @cached_property
    def _totals(self) -> dict[str, Any]:
        rows: list[Any] = list(self.explanation.totals.itertuples())
        return {row.outcome: row for row in rows}

    @cached_property
    def causes(self) -> list[str]:
        """Causes asked for, the one with the largest part in the customers who waited first."""
        return sorted(self.explanation.causes, key=lambda name: -self.value(CUSTOMERS, name).mean)

    @property
    def playing(self) -> list[str]:
        """Those of ``causes`` that the scenario has."""
        return [name for name in self.causes if name in self.explanation.playing]

    @property
    def is_only_cause(self) -> bool:
        """True if the scenario has one cause, and nobody waits without it in any replication."""
        base = self.base(CUSTOMERS)
        return len(self.playing) == 1 and base.mean == 0 and not base.half_width > 0

    def value(self, outcome: str, cause: str) -> Estimate:
        """Return the part of an outcome that a cause adds (Shapley value)."""
        row = self._values[outcome, cause]
        return Estimate(row.value, row.half_width, row.unit, self.explanation.replications)

    def total(self, outcome: str) -> Estimate:
        """Return the part of an outcome that all causes add together."""
        row = self._totals[outcome]
        return Estimate(row.value, row.half_width, row.unit, self.explanation.replications)

    def as_is(self, outcome: str) -> Estimate:
        """Return an outcome with all causes on."""
        row = self._totals[outcome]
        return Estimate(row.as_is, row.as_is_half_width, row.unit, self.explanation.replications)

    def base(self, outcome: str) -> Estimate:
        """Return an outcome with all causes off."""
        row = self._totals[outcome]
        return Estimate(row.base, row.base_half_width, row.unit, self.explanation.replications)
