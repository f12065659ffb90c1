"""Demand that places pass on to the depot they order from, as laws of the units ordered over a time.

A place under (r,Q) passes on its demand in batches. If N batches are ordered over a time in which D units are asked
for, N is the whole part of (U + D) / Q, where U, uniform on 0, 1, ... Q − 1, is what was asked for since the last
order (Hadley & Whitin 1963, section 4-7). So P(N ≥ k) = (g((k − 1) Q) − g(k Q)) / Q with g(x) = E max(0, D − x). The
places and the position of an (r,Q) depot are independent of each other: every state they can have is equally likely
(compare Axsäter 2015, Inventory Control, section 10.4).

D has the law of a Poisson number of lumps of equal size, variance / mean; Poisson demand unit by unit is such a law.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np

from simulator.values.arrays import Floats

_FAR: Final = 8.0
"""Standard deviations above the mean at which a law is cut off."""
_SMALLEST: Final = 0.1
"""Smallest lumps, in units; more regular demand is taken as if it came in these."""
_FINE: Final = 160
"""Most values of a law that is not in batches."""


class UnitsLaw(NamedTuple):
    """Law of a number of units.

    Attributes:
        units: values, rising.
        chances: their probabilities.
    """

    units: Floats
    chances: Floats

    @property
    def mean(self) -> float:
        """Mean, in units."""
        return float(self.units @ self.chances)

    @property
    def variance(self) -> float:
        """Variance, in square units."""
        return float((self.units - self.mean) ** 2 @ self.chances)


class Passing(Protocol):
    """Demand of a stock.

    Attributes:
        mean: units per day.
    """

    @property
    def mean(self) -> float:
        """Units per day."""
        ...

    def variance(self, days: float) -> float:
        """Return the variance of the demand over ``days`` days, in square units."""
        ...


class CustomerDemand(NamedTuple):
    """Demand of customers.

    Attributes:
        mean: units per day.
        daily_variance: variance of the demand per day, in square units.
    """

    mean: float
    daily_variance: float

    def variance(self, days: float) -> float:
        """Return the variance of the demand over ``days`` days, in square units."""
        return self.daily_variance * days


@dataclass(frozen=True)
class OrderStream:
    """Orders of one place, or of customers, with a depot.

    Attributes:
        demand: demand that the orders pass on.
        batch: units that every order is a multiple of; 0 if demand is passed on as it comes.
        every: days between two reviews; 0 if orders are placed at any time.
        first: day of the first review.
        places: number of places, which all review at the same times.
    """

    demand: Passing
    batch: float = 0.0
    every: float = 0.0
    first: float = 0.0
    places: int = 1

    @property
    def mean(self) -> float:
        """Units ordered per day."""
        return self.demand.mean

    def variance(self, days: float) -> float:
        """Return the variance of the units ordered over ``days`` days from any time on, in square units."""
        return self.over(days).variance if days > 0.0 else 0.0

    def over(self, days: float) -> UnitsLaw:
        """Return the law of the units ordered over ``days`` days from any time on."""
        if self.every:
            whole = math.floor(days / self.every + 1e-9)
            part = max(0.0, days / self.every - whole)
            few, more = self._reviewed(whole), self._reviewed(whole + 1)
            units = np.concatenate((few.units, more.units))
            return UnitsLaw(units, np.concatenate(((1.0 - part) * few.chances, part * more.chances)))
        return self._batches(days)[0] if self.batch else self._lumps(days)

    def before(self, days: float) -> UnitsLaw:
        """Return the law of the units ordered in the ``days`` days before an order of this stream."""
        if self.every:
            return self._reviewed(max(0, math.ceil(days / self.every - 1e-9) - 1))
        return self._batches(days)[1] if self.batch else self._lumps(days)

    def needed(self, step: float, *, whole: bool) -> UnitsLaw:
        """Return the law of the units that must be there for a random unit of an order.

        Args:
            step: of the values, in units.
            whole: True if an order is shipped once all its units are there, else the unit and those before it.
        """
        if self.every:
            order = self._reviewed(1)
            if whole:
                chances = order.units * order.chances
                return UnitsLaw(order.units, chances / chances.sum())
            units = step * np.arange(1.0, math.ceil(float(order.units[-1]) / step) + 1.0)
            at_least = order.chances[::-1].cumsum()[::-1]
            found = np.append(at_least, 0.0)[np.searchsorted(order.units, units - 1e-9)]
            return UnitsLaw(units, found / found.sum())
        lump = max(1.0, self.lump(1.0))
        size = self.batch * math.ceil(lump / self.batch - 1e-9) if self.batch else lump
        if whole:
            return UnitsLaw(np.array([size]), np.ones(1))
        count = max(1, round(size / step))
        return UnitsLaw(size / count * np.arange(1.0, count + 1.0), np.full(count, 1.0 / count))

    def order_sizes(self) -> UnitsLaw:
        """Return the law of the units of an order."""
        if self.every:
            order = self._reviewed(1)
            some = order.units > 0.0
            return UnitsLaw(order.units[some], order.chances[some] / order.chances[some].sum())
        return self.needed(1.0, whole=True)

    def lump(self, days: float) -> float:
        """Return the size of the lumps in which demand comes over ``days`` days, in units."""
        return max(_SMALLEST, self.demand.variance(days) / (self.mean * days)) if days > 0.0 else 1.0

    def _reviewed(self, reviews: int) -> UnitsLaw:
        """Return the law of the units ordered at this number of reviews."""
        return self._lumps(reviews * self.every)

    def _lumps(self, days: float) -> UnitsLaw:
        """Return the law of the demand over ``days`` days, in lumps or groups of lumps."""
        if days <= 0.0:
            return UnitsLaw(np.zeros(1), np.ones(1))
        from scipy.special import gammainc  # imported late: most runs have no depot

        lump = self.lump(days)
        mean = self.mean * days / lump
        low, high = _range(mean)
        group = max(1, math.ceil((high - low) / _FINE))
        bounds = np.arange(low, high + group, group, dtype=np.float64)
        below = 1.0 - gammainc(bounds, mean)  # P(fewer lumps than a bound), 0 for a bound of 0
        below[bounds == 0.0] = 0.0
        chances = np.append(np.diff(below), 0.0)
        chances[0] += below[0]
        chances[-1] = max(0.0, 1.0 - float(chances.sum()))
        return UnitsLaw(lump * (bounds + (group - 1) / 2.0), chances)

    def _batches(self, days: float) -> tuple[UnitsLaw, UnitsLaw]:
        """Return the laws of the units ordered over ``days`` days, from any time on and before an order."""
        units, anyhow, ahead = batched([self], [days])
        return UnitsLaw(units[0], anyhow[0, 0]), UnitsLaw(units[0], ahead[0, 0])


def batched(streams: Sequence[OrderStream], times: Sequence[float]) -> tuple[Floats, Floats, Floats]:
    """Compute the laws of the units that streams in batches order over several times.

    Args:
        streams: with batches.
        times: lengths of the times, in days.

    Returns:
        Units: float64[streams, values]; their probabilities over each time from any moment on, and over each time
        before an order of the stream: float64[streams, times, values].
    """
    days = np.maximum(np.array(times), 1e-9)
    batch = np.array([stream.batch for stream in streams])
    mean = np.multiply.outer(np.array([stream.mean for stream in streams]), days)
    lump = np.array([[stream.lump(length) for length in days.tolist()] for stream in streams])
    far = (mean + _FAR * (np.sqrt(lump * mean) + lump)) / batch[:, None]
    multiples = batch[:, None] * np.arange(math.ceil(float(far.max())) + 2.0)
    rest = np.minimum(batch[:, None], np.maximum(1.0, lump))
    lost = _beyond(multiples[:, None, :] / lump[:, :, None], (mean / lump)[:, :, None]) * lump[:, :, None]
    levels = multiples[:, None, 1:] - rest[:, :, None]
    sooner = _beyond(levels / lump[:, :, None], (mean / lump)[:, :, None]) * lump[:, :, None]
    anyhow = (lost[:, :, :-1] - lost[:, :, 1:]) / batch[:, None, None]
    ahead = (sooner - lost[:, :, 1:]) / rest[:, :, None]
    return multiples, _from_tail(anyhow), _from_tail(ahead)


def _from_tail(at_least: Floats) -> Floats:
    """Return the probabilities of 0, 1, 2, ... from those of at least 1, 2, ..., along the last axis."""
    ends = at_least[..., :1]
    tail = np.concatenate((np.ones_like(ends), np.minimum(1.0, at_least), np.zeros_like(ends)), axis=-1)
    found: Floats = np.maximum(0.0, tail[..., :-1] - tail[..., 1:])
    return found


def _beyond(levels: Floats, mean: float) -> Floats:
    """Compute E max(0, X - level) for X with the Poisson law: mean · P(X ≥ level) − level · P(X > level)."""
    from scipy.special import gammainc

    positive = np.maximum(levels, 1e-12)
    found: Floats = mean * gammainc(positive, mean) - levels * gammainc(positive + 1.0, mean)
    return np.maximum(found, 0.0)


def _range(mean: float) -> tuple[int, int]:
    """Return bounds between which nearly all of a Poisson law lies."""
    spread = _FAR * math.sqrt(mean)
    return max(0, math.floor(mean - spread)), math.ceil(mean + spread + _FAR)


@dataclass(frozen=True)
class JointDemand:
    """Demand of a depot: of the places that order there, and of its own customers.

    Attributes:
        streams: orders, places that review at the same times joined; streams that are equal stand there once.
        alike: number of times that each stream comes.
    """

    streams: tuple[OrderStream, ...]
    alike: tuple[int, ...]

    @property
    def means(self) -> Floats:
        """Units ordered per day by the places of each stream: float64[streams]."""
        return np.array([stream.mean * alike for stream, alike in zip(self.streams, self.alike, strict=True)])

    @property
    def mean(self) -> float:
        """Units ordered per day."""
        return math.fsum(self.means.tolist())

    def variance(self, days: float) -> float:
        """Return the variance of the units ordered over ``days`` days, in square units."""
        known = list(zip(self.streams, self.alike, strict=True))
        total = math.fsum(stream.variance(days) * alike for stream, alike in known if not stream.batch)
        in_batches = [(stream, alike) for stream, alike in known if stream.batch]
        if in_batches:
            units, chances, _ = batched([stream for stream, _ in in_batches], [days])
            mean = (units * chances[:, 0]).sum(axis=1, keepdims=True)
            each = ((units - mean) ** 2 * chances[:, 0]).sum(axis=1)
            total += float(each @ np.array([alike for _, alike in in_batches]))
        return total


def joined(streams: Sequence[OrderStream]) -> JointDemand:
    """Join the streams of a depot; those that are reviewed at the same times become one."""
    together: dict[tuple[float, float], list[OrderStream]] = {}
    found = [stream for stream in streams if not stream.every]
    for stream in streams:
        if stream.every:
            together.setdefault((stream.every, stream.first % stream.every), []).append(stream)
    for (every, first), some in together.items():
        found.append(
            OrderStream(_Sum(tuple(one.demand for one in some)), every=every, first=first, places=len(some))
        )
    alike = Counter(found)
    return JointDemand(tuple(alike), tuple(alike.values()))


@dataclass(frozen=True)
class _Sum:
    """Sum of independent demands."""

    parts: tuple[Passing, ...]

    @property
    def mean(self) -> float:
        """Units per day."""
        return math.fsum(one.mean for one in self.parts)

    def variance(self, days: float) -> float:
        """Return the variance over ``days`` days, in square units."""
        return math.fsum(one.variance(days) for one in self.parts)
