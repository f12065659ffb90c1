"""Tables of what places order from a depot over a time, on a grid of units, as discrete Fourier transforms."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.model.levels.depots.internal_demand import JointDemand, UnitsLaw, batched
from simulator.values.arrays import Floats, Integers

Transform = NDArray[np.complex128]
"""Half of the discrete Fourier transform of a law, or of several laws, one row each."""
_POINTS: Final = 1 << 9
"""Largest table of a law; with more units it has steps of several units."""
_FAR: Final = 8.0
"""Standard deviations above the mean at which a table ends."""


class OrderTables:
    """Tables of the orders of a depot. Quantities in units, times in days.

    Attributes:
        demand: orders, by stream.
        step: units from one value of a table to the next.
        points: length of a table.
    """

    def __init__(self, demand: JointDemand, longest: float, gap: float) -> None:
        """Choose the grid.

        Args:
            demand: orders of the places and of customers.
            longest: most days of interest.
            gap: units between the lowest and the highest position of the depot; all tables have it as a multiple.
        """
        self.demand = demand
        batches = [
            stream.batch for stream in demand.streams if stream.batch and float(stream.batch).is_integer()
        ]
        step = 1.0
        if len(batches) == len(demand.streams) and gap.is_integer():
            step = float(math.gcd(*map(int, batches), int(gap)))
        largest = max(float(stream.order_sizes().units[-1]) for stream in demand.streams)
        spread = math.sqrt(demand.variance(longest))
        units = demand.mean * longest + _FAR * spread + 2.0 * largest + gap
        if units / step > _POINTS - 4:
            step *= math.ceil(units / step / (_POINTS - 4))
            if gap:
                step = gap / max(1, round(gap / step))
        self.step = step
        self.points = min(_POINTS, 1 << math.ceil(math.log2(units / step + 4.0)))
        self._known: dict[float, tuple[Transform, Transform]] = {}

    def table(self, law: UnitsLaw) -> Floats:
        """Return a law by steps; each value is shared between the two steps around it, which keeps the mean."""
        found: Floats = self._tables(law.units[None, :], law.chances[None, :])[0]
        return found

    def transform(self, law: UnitsLaw) -> Transform:
        """Return the transform of a law."""
        return np.fft.rfft(self.table(law))

    def law(self, transform: Transform) -> Floats:
        """Return the law with this transform, by steps."""
        return np.maximum(np.fft.irfft(transform, self.points), 0.0)

    def learn(self, times: Iterable[float]) -> None:
        """Compute the tables of several times at once, which is quicker than one by one."""
        new = [days for days in dict.fromkeys(times) if days not in self._known]
        if not new:
            return
        streams, many = self.demand.streams, (len(self.demand.streams), len(new), self.points)
        over, before = np.zeros(many), np.zeros(many)
        rows = [k for k, stream in enumerate(streams) if stream.batch]
        if rows:
            units, anyhow, ahead = batched([streams[k] for k in rows], new)
            units = np.broadcast_to(units[:, None, :], anyhow.shape)
            shape = len(rows), len(new), self.points
            for tables, chances in ((over, anyhow), (before, ahead)):
                flat = self._tables(units.reshape(-1, units.shape[-1]), chances.reshape(-1, units.shape[-1]))
                tables[rows] = flat.reshape(shape)
        for k, stream in enumerate(streams):
            if not stream.batch:
                for place, days in enumerate(new):
                    over[k, place] = self.table(stream.over(days))
                    before[k, place] = self.table(stream.before(days))
        everything, before_own = self._together(np.fft.rfft(over), np.fft.rfft(before))
        for place, days in enumerate(new):
            self._known[days] = everything[place], before_own[:, place]

    def _together(self, over: Transform, before: Transform) -> tuple[Transform, Transform]:
        """Join the orders of all places.

        Args:
            over: transforms of the units that a place of each stream orders over each time.
            before: the same before an order of its own.

        Returns:
            Transforms of the units that all order over each time, and before an order of each stream.
        """
        alike = np.array(self.demand.alike, np.intp)
        many, ahead, behind = _power(over, alike), np.ones_like(over), np.ones_like(over)
        np.cumprod(many[:-1], axis=0, out=ahead[1:])
        np.cumprod(many[:0:-1], axis=0, out=behind[-2::-1])
        found: Transform = before * _power(over, alike - 1) * ahead * behind
        return many.prod(axis=0), found

    def over(self, days: float) -> Transform:
        """Return the transform of the units ordered over ``days`` days from any time on."""
        self.learn((days,))
        return self._known[days][0]

    def before(self, days: float) -> Transform:
        """Return the transforms of all that is ordered in the ``days`` days before an order of each stream."""
        self.learn((days,))
        return self._known[days][1]

    def _tables(self, units: Floats, chances: Floats) -> Floats:
        """Return laws by steps, one row a law."""
        places = np.minimum(units / self.step, self.points - 2.0)
        low = np.floor(places + 1e-9)
        part = np.maximum(0.0, places - low) * chances
        at = (low + self.points * np.arange(float(len(units)))[:, None]).astype(np.intp).ravel()
        size = len(units) * self.points
        flat = np.bincount(at, (chances - part).ravel(), size)
        flat += np.bincount(at + 1, part.ravel(), size)
        return np.asarray(flat, np.float64).reshape(len(units), self.points)


def _power(rows: Transform, exponents: Integers) -> Transform:
    """Return the product of each row with itself as often as its exponent says."""
    found, rows, left = np.ones_like(rows), rows.copy(), exponents.copy()
    while left.any():
        odd = left % 2 == 1
        found[odd] *= rows[odd]
        left //= 2
        rows *= rows
    return found
