"""What purchase orders meet on their way, stock by stock."""

from __future__ import annotations

from simulator.model.delays import Delays, delays_between
from simulator.orders.streams import Streams
from simulator.scenario.network import Lane, Supplier


def test_only_what_chance_has_a_part_in_is_drawn_for_each_stock() -> None:
    streams = Streams(1, 0)
    works = Supplier.model_validate({"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.4}})
    lane = Lane.model_validate({"from": "works", "to": "centre", "transit": "3 days"})
    met = delays_between(("works", works), lane, None, None, streams)
    ball, cap = (Delays(met, stock, streams) for stock in ("centre/ball", "centre/cap"))
    assert ball.transit is cap.transit
    assert ball.transit is not None
    assert [ball.transit[n] for n in (0, 40)] == [3.0, 3.0]
    assert ball.lead_time[0] != cap.lead_time[0]
    assert ball.documents is None
