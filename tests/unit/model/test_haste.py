"""Lower bounds on the end of patience, under any schedule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.records.line_table import LineTable
from simulator.model.waiting.patience_ends import patience_ends
from simulator.model.waiting.waiting_customer import treatment_rules
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario


def scenario(impatience: dict[str, Any], **policies: Any) -> Scenario:
    patience = {"dist": "weibull", "shape": 1.6, "scale": "5 days"}
    return Scenario.model_validate(
        {
            "run": {"horizon": "200 days", "cool_down": "1000 days"},
            "products": {"ball": {"price": 10}},
            "customers": {
                "hasty": {"patience": patience, "impatience": impatience},
                "calm": {"patience": {"dist": "gamma", "mean": "4 days", "cv": 1}},
            },
            "demand": [{"product": "ball", "rate": "5/day", "segments": {"hasty": "70 %", "calm": "30 %"}}],
            "suppliers": {"factory": {"lead_time": "4 days"}},
            "policies": {"replenishment": {"type": "base_stock", "S": 0}, **policies},
        }
    )


@pytest.mark.parametrize(
    "impatience",
    [{}, {"past_promise": 4}, {"informed": 3, "informed_for": "2 days"}, {"compensated": 5, "informed": 0.5}],
)
def test_nobody_gives_up_sooner_than_the_bound(impatience: dict[str, Any]) -> None:
    world = scenario(
        impatience,
        promise={"type": "fixed", "lead_time": "2 days"},
        communication={"update_every": "3 days", "channel": {"read": "50 %"}},
        compensation={"offer": "voucher", "value": 3, "after": "2.5 days"},
    )
    book = draw(world, Streams(1, 0))
    table, rules = LineTable(book, [1.0, 1.0]), treatment_rules(world, None, step=False)
    before = table.deadlines(slice(None))
    ends = patience_ends(rules, table, book, world.run.end)
    assert ends is not None
    lines = np.arange(len(book))
    bounds, exact = table.deadlines(lines), np.array([ends.end(line) for line in lines.tolist()])
    assert np.all(bounds <= exact)
    calm = table.segment == book.segments.index("calm")
    assert np.array_equal(bounds[calm], before[calm])
    assert np.array_equal(exact[calm], before[calm])
    waits = (exact - table.time)[~calm]
    assert np.mean((bounds - table.time)[~calm] / waits) > 0.5  # else it would not save anything


def test_without_impatience_nobody_has_to_be_asked() -> None:
    world = scenario({}, communication={"update_every": "3 days"})
    calm = world.model_copy(update={"customers": {"calm": world.customers["calm"]}})
    book = draw(world, Streams(1, 0))
    assert patience_ends(treatment_rules(calm, None, step=False), LineTable(book, [1.0]), book, 100.0) is None
