"""Notes on a comparison: what is comparable, what stays the same, how precise it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.experiments.comparing.comparison import Comparison
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.wording.numerals import duration, quantity

_MOST_NAMED: Final = 2


def unchanged(comparison: Comparison) -> Iterator[str]:
    """Yield sentences on alternatives under which no metric shown differs, and on other metrics that do."""
    table = comparison.differences
    table = table[(table["dimension"] == "overall") & table["differs"]]
    moved = set(table[table["shown"]]["alternative"])
    same = [name for name in comparison.others if name not in moved]
    nothing = tuple(name for name in same if not (table["alternative"] == name).any())
    if nothing:
        yield f"Nothing at all differs under {_named(nothing)}."
    for name in same:
        others = list(table[table["alternative"] == name]["metric"])
        if others:
            some = ", ".join(others[:_MOST_NAMED])
            rest = len(others) - _MOST_NAMED
            more = f" and {rest} other{'' if rest == 1 else 's'}" if rest > 0 else ""
            yield (
                f"Of the figures shown none differs under '{name}', of all figures {some}{more}: "
                f"see --metric {others[0]}."
            )


def circumstances(comparison: Comparison) -> Iterator[str]:
    """Yield sentences on alternatives that are not comparable, missing metrics, precision and best choice."""
    against, plan = comparison.against, comparison.plan
    if comparison.other_seeds:
        yield (
            f"{_named(comparison.other_seeds)}: another seed than '{against}', so that nothing pairs the replications; "
            f"the intervals hold, but are no sharper than those of independent runs."
        )
    if comparison.other_windows:
        names = _named(comparison.other_windows)
        yield f"{names}: another measured window than '{against}', so that totals are not comparable."
    yield from _other_worlds(comparison)
    if comparison.absent:
        yield f"To be shown, but there is no such figure: {', '.join(comparison.absent)}."
    if plan.until is not None:
        yield precision_sentence(comparison)
    if plan.best is not None:
        yield selection_sentence(comparison)


def _other_worlds(comparison: Comparison) -> Iterator[str]:
    """Yield sentences on alternatives to which other customers come, and on those in another world."""
    against = f"'{comparison.against}'"
    customers, worlds = comparison.other_customers, comparison.other_worlds
    rest = "That is another world, not a choice, and is called neither best nor worst."
    if customers:
        told = (
            f"{_named(customers)}: not the same customers come as to {against}, so that pairing by order is off and "
            f"nobody can be called better or worse off."
        )
        yield f"{told} {rest}" if customers == worlds else told
    if worlds and worlds != customers:
        yield f"{_named(worlds)}: other customers, demand or measured time than under {against}. {rest}"


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def precision_sentence(comparison: Comparison) -> str:
    """Return a sentence on the precision reached and the one asked for."""
    until, count = comparison.plan.until, quantity(comparison.replications)
    if comparison.excess <= 1:
        return f"{count} replications make every difference as sure as asked: {until}."
    why = "" if comparison.interrupted else ", the limit,"
    return (
        f"After {count} replications{why} the differences are not as sure as asked ({until}): "
        f"the widest interval is {comparison.excess:.1f} times as wide."
    )


def selection_sentence(comparison: Comparison) -> str:
    """Return a sentence on the alternative selected as best, or on those still possible."""
    best, plan = comparison.best, comparison.plan
    assert plan.best is not None
    metric = label(plan.best.metric).lower()
    if best is None:
        return f"The choice of the best for {metric} was not finished."
    least, most = min(best.replications.values()), max(best.replications.values())
    took = quantity(most) if least == most else f"{quantity(least)} to {quantity(most)}"
    smallest = size_text(best.indifference, GLOSSARY[plan.best.metric].unit)
    if best.decided:
        equals = tuple(name for name in best.remaining if name != best.name)
        also = f"; {_named(equals)} cannot be told from it" if equals else ""
        return (
            f"Best for {metric} is '{best.name}', chosen with {100 * best.confidence:g} % probability of a correct "
            f"choice where a difference of {smallest} matters{also}. It took {took} replications of each alternative."
        )
    return (
        f"Which is best for {metric} was not decided within {quantity(most)} replications: still possible are "
        f"{_named(best.remaining)}, of which '{best.name}' has the best mean."
    )


def size_text(value: float, unit: str) -> str:
    """Return the smallest difference that matters as text, with its unit."""
    if unit == "days":
        return duration(value)
    if unit == "share":
        return f"{100 * value:.2g} points"
    return quantity(value) if value >= 1 else f"{value:.2g}"
