"""Verdict of a comparison: the best alternative by each figure, its price, and the certainty of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from simulator.experiments.comparing.comparison import Comparison
from simulator.experiments.comparing.comparison_tables import ASPECTS
from simulator.experiments.comparing.customer_welfare import EVERYBODY
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.bases import COMPANIONS
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.wording.numerals import change, numeral, percent, unit_beside

if TYPE_CHECKING:
    import pandas as pd

_MOST_NAMED: Final = 2
_MOST_LEADS: Final = 2
"""Most leading metrics that get a sentence of their own, before profit and customers."""
_MONEY: Final = "profit"


def verdict(comparison: Comparison) -> str:
    """Return the sentences of the verdict as one paragraph."""
    return " ".join(verdict_sentences(comparison))


def verdict_sentences(comparison: Comparison) -> list[str]:
    """Return sentences about all customers of the measured window, those on the leading metrics first."""
    if comparison.replications == 1:
        return ["This is one replication: which of the differences are chance cannot be said."]
    leads = comparison.leading[:_MOST_LEADS]
    if comparison.plan.metrics is None and _MONEY not in leads:
        leads = (*leads, _MONEY)
    said = list(dict.fromkeys(_on_lead(metric, comparison) for metric in leads))
    winner = _first(_overall(comparison, _MONEY), "better") if _MONEY in leads else None
    said += _on_customers(comparison, winner)
    if comparison.interrupted:
        so_far = f"Interrupted after {comparison.replications} replications of every alternative; so far:"
        said[0] = f"{so_far} {said[0]}"
    return said


def _on_lead(metric: str, comparison: Comparison) -> str:
    """Return a sentence on a metric, or on a companion if no mark tells its best or worst alternative."""
    if len(comparison.others) > 1 and not _candidates(comparison):
        return _on_worlds(metric, comparison)
    if metric == _MONEY:
        return _on_money(_overall(comparison, metric), comparison)
    companions = [one for one in COMPANIONS.get(metric, ()) if one in comparison.metrics]
    rows = _overall(comparison, metric)
    sure = [row for row in rows if row.significant]
    if (
        not companions
        and sure
        and not _has_mark(_alike(max(sure, key=lambda row: abs(row.difference)), sure))
    ):
        return _on_change(metric, rows, comparison)
    for one in (metric, *companions):
        if said := _on_figure(one, _overall(comparison, one), comparison):
            return said
    return _on_change(metric, rows, comparison)


def _alike(row: Any, rows: list[Any]) -> list[Any]:
    """Return the rows whose difference, as shown, equals that of ``row``, itself included."""
    shown = amount_text(row).partition(" ±")[0]
    return [one for one in rows if amount_text(one).partition(" ±")[0] == shown]


def _has_mark(rows: list[Any]) -> bool:
    """Test whether any row is marked as better or worse."""
    return any(row.verdict in {"better", "worse"} for row in rows)


def _candidates(comparison: Comparison) -> tuple[str, ...]:
    """Return the alternatives that may be called best or worst, those in the world of the reference."""
    return tuple(name for name in comparison.others if name not in comparison.other_worlds)


def _of_world(comparison: Comparison) -> str:
    """Return the words for the candidates among the alternatives; empty if all are."""
    return " in the same world" if comparison.other_worlds and _candidates(comparison) else ""


def _overall(comparison: Comparison, metric: str) -> list[Any]:
    """Return the overall differences in a metric, the largest first, one row for each alternative.

    Alternatives in other worlds are left out, unless there are no others.
    """
    table = comparison.differences
    table = table[(table["metric"] == metric) & (table["dimension"] == "overall")]
    names = _candidates(comparison) or comparison.others
    rows: list[Any] = [row for row in table.itertuples() if row.alternative in names]
    return sorted(rows, key=lambda row: -row.difference)


def _first(rows: list[Any], verdict: str) -> Any:
    return next((row for row in rows if row.verdict == verdict), None)


def amount_text(row: Any, *, signed: bool = True) -> str:
    """Return the difference of a row as text, with its unit and, if ``signed``, its sign."""
    estimate = Estimate(row.difference, row.half_width, row.unit, row.n)
    text = str(change(estimate, row.mean_against))
    unit = unit_beside(row.unit, row.mean_against)
    return (text if signed else text.lstrip("+-")) + unit


def _on_money(rows: list[Any], comparison: Comparison) -> str:
    """Return a sentence on the alternatives that earn more and less than the reference."""
    more = [row for row in rows if row.verdict == "better"]
    less = [row for row in rows if row.verdict == "worse"]
    against, count = f"'{comparison.against}'", len(rows)
    if count == 1:
        row = rows[0]
        if not row.differs:
            return f"'{row.alternative}' earns exactly as much as {against}."
        if not (more or less):
            question = f"Whether '{row.alternative}' earns more or less than {against} is not certain"
            return f"{question}: {_uncertain(row, comparison)}."
        word = "more" if more else "less"
        return f"'{row.alternative}' earns {amount_text(row, signed=False)} {word} than {against}{_in_percent(row)}."
    parts = []
    if more:
        top = more[0]
        earns = f"'{top.alternative}' earns {amount_text(top, signed=False)} more than {against}{_in_percent(top)}"
        parts.append(earns if len(more) == 1 else f"{earns}, the most of {len(more)} that earn more")
    else:
        parts.append(
            f"None of the {count} alternatives{_of_world(comparison)} certainly earns more than {against}"
        )
    if less:
        last, loss = (
            less[-1].alternative,
            f"{amount_text(less[-1], signed=False)} less{_in_percent(less[-1])}",
        )
        least = f"'{last}' earns {loss}"
        some = "all" if len(less) == count else len(less)
        parts.append(least if len(less) == 1 else f"{some} earn less, '{last}' least of all: {loss}")
    elif not more:
        parts.append("none certainly less")
    return "; ".join(parts) + "."


def _on_figure(metric: str, rows: list[Any], comparison: Comparison) -> str:
    """Return a sentence on the alternatives with the best and worst figure; empty if no mark tells either.

    If a certain change without a mark is shown as larger than the marked ones, no alternative is called best,
    or worst.
    """
    name, against = label(metric), f"'{comparison.against}'"
    if all(row.n == 0 for row in rows):
        return _on_missing(metric, comparison)
    sure = [row for row in rows if row.significant]
    if not sure:
        return _on_chance(metric, rows, comparison)
    up = 1.0 if GLOSSARY[metric].better == "up" else -1.0
    if len(rows) == 1 and rows[0].verdict in {"better", "worse"}:
        return (
            f"{name}: '{rows[0].alternative}' is {rows[0].verdict}, {amount_text(rows[0])} against {against}."
        )
    parts = []
    if best := _foremost(sure, up, "better"):
        parts.append(f"{_with_equals(best)} best, {amount_text(best[0])}")
    if worst := _foremost(sure, -up, "worse"):
        parts.append(f"{_with_equals(worst)} worst, {amount_text(worst[0])}")
        if all(row.verdict == "worse" for row in sure):
            parts.insert(0, f"no alternative{_of_world(comparison)} is certainly better than {against}")
            return f"{name}: {'; '.join(parts)}."
    if not parts:
        return ""
    parts[0] += f" against {against}"
    return f"{name}: {'; '.join(parts)}."


def _on_chance(metric: str, rows: list[Any], comparison: Comparison) -> str:
    """Return a sentence on a metric in which no alternative certainly differs."""
    name, against = label(metric), f"'{comparison.against}'"
    if len(rows) == 1:
        if not rows[0].differs:
            return f"{name}: exactly the same under '{rows[0].alternative}' as under {against}."
        question = f"whether '{rows[0].alternative}' differs from {against} is not certain"
        return f"{name}: {question}: {_uncertain(rows[0], comparison)}."
    # A reader sees an interval without 0 and no mark: the marks hold for all tests together.
    alone = sum(abs(row.difference) > row.half_width for row in rows)
    rest = f"; tested alone, {alone} would" if alone else ""
    return f"{name}: no alternative{_of_world(comparison)} certainly differs from {against}{rest}."


def _uncertain(row: Any, comparison: Comparison) -> str:
    """Return an uncertain difference, with the reason if its interval leaves out 0: tests are held together."""
    amount = amount_text(row)
    if not abs(row.difference) > row.half_width:
        return amount
    table = comparison.differences
    tests = table[table["shown"] & (table["dimension"] == "overall")]["p_value"].count()
    return f"{amount} leaves out 0, but {tests} differences are tested together"


def _foremost(rows: list[Any], sign: float, verdict: str) -> list[Any]:
    """Return the rows whose change, as shown, is the largest in a direction and that have the verdict.

    Args:
        rows: of certain differences.
        sign: 1 for the largest rise, -1 for the largest fall.
        verdict: "better" or "worse".

    Returns:
        Rows by falling change; none if all rows with the largest change have another verdict.
    """
    alike = _alike(max(rows, key=lambda row: sign * row.difference), rows)
    return sorted((row for row in alike if row.verdict == verdict), key=lambda row: -sign * row.difference)


def _with_equals(rows: list[Any]) -> str:
    """Return the subject and verb: the first alternative with those whose change is shown as equal."""
    if len(rows) == 1:
        return f"'{rows[0].alternative}' is"
    others = f"'{rows[1].alternative}'" if len(rows) == 2 else f"{len(rows) - 1} others"
    return f"'{rows[0].alternative}' and {others} are"


def _on_change(metric: str, rows: list[Any], comparison: Comparison) -> str:
    """Return a sentence on the alternative with the largest certain change, better, worse or neither."""
    top = max((row for row in rows if row.significant), key=lambda row: abs(row.difference))
    other = ", but over another group" if top.of_changed else ""
    size = f"{amount_text(top)}{other}"
    against = f"'{comparison.against}'{_of_world(comparison)}"
    return f"{label(metric)}: '{top.alternative}' differs most from {against}, by {size}."


def _on_worlds(metric: str, comparison: Comparison) -> str:
    """Return a sentence on a metric if all alternatives, several, are in another world than the reference."""
    rows = _overall(comparison, metric)
    if all(row.n == 0 for row in rows):
        return _on_missing(metric, comparison)
    sure = any(row.significant for row in rows)
    return (_on_change if sure else _on_chance)(metric, rows, comparison)


def _on_missing(metric: str, comparison: Comparison) -> str:
    """Return a sentence on a metric that only the reference has, or that the reference lacks."""
    name, means = label(metric), comparison.means
    there = means[(means["metric"] == metric) & (means["dimension"] == "overall") & (means["n"] > 0)]
    some: list[Any] = list(there[there["alternative"] != comparison.against].itertuples())
    if not some:
        return f"{name}: there is no such figure under any alternative but '{comparison.against}'."
    figures = (
        f"{numeral(Estimate(row.mean, row.half_width, row.unit, row.n))} under '{row.alternative}'"
        for row in some[:_MOST_NAMED]
    )
    return f"{name}: '{comparison.against}' has no such figure; it is {' and '.join(figures)}."


def _on_customers(comparison: Comparison, winner: Any) -> Iterator[str]:
    """Yield sentences on the best alternative for customers, its price, and segments with another best."""
    table = comparison.customers
    if len(comparison.others) > 1:
        table = table[table["alternative"].isin(_candidates(comparison))]
    everybody = list(table[table["segment"] == EVERYBODY].itertuples())
    if not everybody:
        return
    best = _best(everybody)
    if len(comparison.others) == 1:
        yield f"{_share_of_orders(everybody[0], comparison)}."
    elif best is None:
        yield (
            f"Under no alternative{_of_world(comparison)} are certainly more orders better off than worse off, against "
            f"'{comparison.against}'."
        )
    else:
        known = winner is not None and winner.alternative == best.alternative
        price = "" if known else _price(comparison, best.alternative)
        yield f"Best for customers is '{best.alternative}': {_share_of_orders(best, comparison)}{price}."
    yield from _on_segments(table, comparison, best)


def _on_segments(table: pd.DataFrame, comparison: Comparison, best: Any) -> Iterator[str]:
    """Yield sentences on the best alternatives for segments, where that is not the best for all customers."""
    segments = [name for name in dict.fromkeys(table["segment"]) if name != EVERYBODY]
    if len(segments) < 2 or len(comparison.others) < 2:
        return
    served: dict[str, list[str]] = {}
    for segment in segments:
        top = _best(list(table[table["segment"] == segment].itertuples()))
        if top is not None and (best is None or top.alternative != best.alternative):
            shares = f"{percent(top.better)} better, {percent(top.worse)} worse off"
            served.setdefault(top.alternative, []).append(f"{segment} ({shares})")
    for name, those in list(served.items())[:_MOST_NAMED]:
        yield f"'{name}' is best for {' and '.join(those)}."


def _best(rows: list[Any]) -> Any:
    """Return the row with the largest net share of orders better off; None if that may not be above 0."""
    top = max(rows, key=lambda row: row.net)
    return top if top.net > top.net_half_width else None


def _share_of_orders(row: Any, comparison: Comparison) -> str:
    return (
        f"{percent(row.better)} of orders are better off than under '{comparison.against}', "
        f"{percent(row.worse)} worse off"
    )


def _price(comparison: Comparison, name: str) -> str:
    """Return the change in profit under an alternative, as the end of a sentence."""
    row = next(row for row in _overall(comparison, _MONEY) if row.alternative == name)
    if row.verdict == "worse":
        return f"; it costs {amount_text(row, signed=False)} of profit{_in_percent(row)}"
    if row.verdict == "better":
        return f"; it earns {amount_text(row, signed=False)} more{_in_percent(row)}"
    if row.difference == 0 and not row.half_width > 0:
        return "; profit is the same"
    return f"; whether it earns more or less is not certain ({amount_text(row)} of profit)"


def _in_percent(row: Any) -> str:
    """Return the difference in per cent of the reference, in brackets; empty if that is not positive."""
    return f" ({percent(abs(row.difference / row.mean_against))})" if row.mean_against > 0 else ""


def verdict_rows(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Return the aspects of a verdict, and for each alternative a row: name, and a word for each aspect."""
    words: dict[str, list[str]] = {}
    for row in comparison.verdicts.itertuples():
        words.setdefault(str(row.alternative), []).append(str(row.verdict))
    return [aspect.capitalize() for aspect in ASPECTS], [[name, *told] for name, told in words.items()]
