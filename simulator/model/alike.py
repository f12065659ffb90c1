"""Searches for the levels of many stocks at once: of very many that are alike but for their rate, only some.

The others lie between two of those. A level is interpolated as a number with a fraction, the one at which the service,
linear between whole units, is that of the target; rounded up, it is the smallest that reaches it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from simulator.model.level_search import Answer, Stock, search
from simulator.policies.replenishment import Target

Searched = Mapping[Hashable, tuple[Stock, Target]]
Search = Callable[[Hashable, float], Answer]
"""The answer for a key, by so many steps at the most."""

_MANY: Final = 64
"""Stocks that differ in nothing but their rate, from which on not every one is searched for."""
_RATIO: Final = 1.12
"""Of the rates of two stocks that are searched for and have others between them, at the most."""
_FEW_UNITS: Final = 20.0
"""Units of an order up to which only stocks with equal orders are compared."""
_MOST: Final = 2_000_000
"""Steps of the pilot runs of one stock at the most; a step is about as much work as a line."""
_ALL: Final = 3_000_000
"""Steps of the pilot runs of all stocks together, as far as each has ``_LEAST``."""
_LEAST: Final = 5_000
_KEPT: Final = 100_000
"""Answers that a process remembers."""

_ANSWERS: dict[Hashable, Answer] = {}


class _Member(NamedTuple):
    """A stock of a family: its rate (lines a day), the units of its orders, and its key."""

    rate: float
    units: float
    key: Hashable


def answers(searched: Searched) -> dict[Hashable, Answer]:
    """The answer to each search."""
    families: dict[Hashable, list[_Member]] = {}
    for key, (stock, target) in searched.items():
        family = _family(key, stock, target)
        families.setdefault(family, []).append(_Member(stock.lines_a_day, stock.at(0.0).start(), key))
    chosen = {family: _chosen(sorted(members, key=_by_rate)) for family, members in families.items()}
    count = sum(len(group) for groups in chosen.values() for group in groups)
    steps = min(_MOST, max(_LEAST, _ALL / max(1, count)))
    found: dict[Hashable, Answer] = {}
    for family, groups in chosen.items():
        for group in groups:
            for member in group:
                found[member.key] = _searched(member.key, *searched[member.key], steps)
        left = [member for member in families[family] if member.key not in found]
        anchors = sorted((member for group in groups for member in group), key=_by_rate)
        found.update(_between(sorted(left, key=_by_rate), anchors, found, searched))
    return found


def _by_rate(member: _Member) -> float:
    return member.rate


def _family(key: Hashable, stock: Stock, target: Target) -> Hashable:
    """What stocks have in common that differ in nothing but their rate; the key where there can be none."""
    if (
        len(stock.sources) != 1
        or stock.recorded
        or not target.shifts
        or stock.sources[0].arrivals.type != "poisson"
    ):
        return key
    flow = stock.sources[0]
    return id(stock.policy), id(stock.legs), id(flow.quantity), flow.due, target


def _chosen(members: list[_Member]) -> list[list[_Member]]:
    """The members, rising, that are searched for: all, or enough that every other one lies between two near ones."""
    if len(members) < _MANY:
        return [members]
    alike: dict[float, list[_Member]] = {}
    for member in members:
        alike.setdefault(member.units if member.units < _FEW_UNITS else math.inf, []).append(member)
    return [_near(group) for group in alike.values()]


def _near(members: list[_Member]) -> list[_Member]:
    """The first, the last, and as many between them as it takes."""
    kept = members[:1]
    for member, following in pairwise(members[1:]):
        if following.rate > _RATIO * kept[-1].rate:
            kept.append(member)
    return kept + members[-1:] if len(members) > 1 else kept


def _searched(key: Hashable, stock: Stock, target: Target, steps: float) -> Answer:
    """The answer of a search, from memory if it was made before."""
    known = _ANSWERS.get((key, steps))
    if known is None:
        while len(_ANSWERS) >= _KEPT:
            del _ANSWERS[next(iter(_ANSWERS))]
        known = _ANSWERS[key, steps] = search(stock, target, steps)
    return known


def _between(
    left: list[_Member], anchors: list[_Member], found: Mapping[Hashable, Answer], searched: Searched
) -> dict[Hashable, Answer]:
    """Answers for the members that were left out, rising, from the nearest anchors below and above."""
    result: dict[Hashable, Answer] = {}
    place = 0
    for member in left:
        while anchors[place + 1].rate < member.rate:
            place += 1
        low, high = anchors[place], anchors[place + 1]
        one, other = found[low.key], found[high.key]
        share = searched[member.key][1].share
        part = (member.rate - low.rate) / (high.rate - low.rate)
        level = (1.0 - part) * one.exactly(share) + part * other.exactly(share)
        result[member.key] = Answer(
            float(math.ceil(level - 1e-9)),
            "pilot" if "pilot" in (one.found, other.found) else "exact",
            min(one.service, other.service),
            (1.0 - part) * one.at_zero + part * other.at_zero,
            0.0,
            max(one.error, other.error),
        )
    return result
