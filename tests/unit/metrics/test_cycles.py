"""Replenishment cycles, counted by hand and joined from intervals of time."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.goods.replenishment_cycles import Cycles
from simulator.metrics.measured_window import Window
from simulator.orders.order_book import Status


def record(landings, lines):
    """Make a record of ``landings``, (time, stock), and ``lines``, (time, stock, short)."""
    landings, lines = sorted(landings), sorted(lines)
    time, stock, short = (np.array(column) for column in zip(*lines, strict=True)) if lines else ([], [], [])
    received, at = (np.asarray(column) for column in zip(*landings, strict=True)) if landings else ([], [])
    return SimpleNamespace(
        book=SimpleNamespace(
            stocks=((0, 0), (0, 1)),
            time=np.asarray(time, float),
            serving=np.asarray(stock, np.int32),
            status=np.where(np.asarray(short, bool), Status.FILLED_LATE, Status.FROM_STOCK).astype(np.int8),
        ),
        purchases=SimpleNamespace(
            stock=np.asarray(at, np.int32),
            received=np.asarray(received, float),
            quantity=np.ones(len(landings)),
        ),
    )


def by_hand(landings, lines, window, stock):
    begins = sorted({t for t, k in landings if k == stock and window.start <= t < window.end})
    cycles = list(pairwise(begins))
    good = [
        not any(short and k == stock and begin <= t < end for t, k, short in lines) for begin, end in cycles
    ]
    return len(cycles), sum(good)


times = st.integers(0, 40).map(lambda t: t / 2)
landings = st.lists(st.tuples(times, st.integers(0, 1)), max_size=12)
lines = st.lists(st.tuples(times, st.integers(0, 1), st.booleans()), max_size=30)


@given(landings, lines)
def test_cycles_are_those_counted_by_hand(landed, placed):
    window = Window(4.0, 18.0)
    found = Cycles.of(record(landed, placed), window).sums()
    counted = [by_hand(landed, placed, window, stock) for stock in (0, 1)]
    assert found["cycles"].tolist() == [cycles for cycles, _ in counted]
    assert found["good_cycles"].tolist() == [good for _, good in counted]


@given(landings, lines, st.lists(times, max_size=5))
def test_stretches_of_time_can_be_put_together(landed, placed, cuts):
    everything = record(landed, placed)
    edges = [0.0, *sorted(cuts), 20.5]
    parts = [Cycles.of(everything, Window(a, b)) for a, b in pairwise(edges)]
    whole, joined = Cycles.of(everything, Window(0.0, 20.5)), parts[0]
    for part in parts[1:]:
        joined = joined.then(part)
    assert joined.sums()["cycles"].tolist() == whole.sums()["cycles"].tolist()
    assert joined.sums()["good_cycles"].tolist() == whole.sums()["good_cycles"].tolist()
