"""Each cause is switched off alone: what it did is gone, and no other random number has moved."""

from copy import deepcopy
from dataclasses import fields

import numpy as np
import pytest

from simulator.experiments.explaining.causes import CAUSES, chosen_causes, without_causes
from simulator.metrics.figures import figures
from simulator.model.clock import Clock
from simulator.model.supply.leg import Delay
from simulator.model.supply.route import SupplyChain
from simulator.model.world import simulate
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Draws, Streams
from simulator.scenario.scenario import Scenario
from tests.unit.experiments.causes_shop import PLAIN, WORLD, laid_over, shop

DEMAND = {"peaks", "seasons"}


def plain(**changes):
    return Scenario.model_validate(PLAIN | changes)


def test_every_cause_is_tried():
    assert CAUSES.keys() == WORLD.keys()
    assert [cause.name for cause in CAUSES.values()] == list(CAUSES)


def test_present():
    assert chosen_causes(plain()) == ()
    assert [cause.name for cause in chosen_causes(shop())] == list(CAUSES)
    for name in CAUSES:
        assert [cause.name for cause in chosen_causes(shop(name))] == [name]


@pytest.mark.parametrize(
    "changes",
    [
        {"profiles": [{"peak": "long gone", "from": "2020-01-01", "to": "2020-12-31", "factor": 4}]},
        {"profiles": [{"weekly": [3, 3, 3, 3, 3, 3, 3]}]},
        {"warehouses": {"shop": {"dock": {"doors": 1}}}},
        {"customs": {"elsewhere": {"inspection": {"probability": "40 %", "time": "8 days"}}}},
        {"policies": {"allocation": {"type": "critical_level", "levels": {"new": 0}}}},
    ],
)
def test_what_does_nothing_is_not_there(changes):
    assert chosen_causes(plain(**changes)) == ()


def test_named():
    assert [cause.name for cause in chosen_causes(shop(), ["customs", "peaks", "customs"])] == [
        "peaks",
        "customs",
    ]
    with pytest.raises(ValueError, match="unknown cause 'custom'; did you mean 'customs'"):
        chosen_causes(shop(), ["peaks", "custom"])


@pytest.mark.parametrize("name", CAUSES)
def test_off_for_good(name):
    off = without_causes(shop(), [CAUSES[name]])
    assert not CAUSES[name].present(off)
    assert [cause.name for cause in chosen_causes(off)] == [other for other in CAUSES if other != name]


AFTERWARDS = {
    "capacity": plain(),
    "lead_times": plain(),
    "transport": plain(),
    "departures": plain(),
    "customs": shop("customs", customs={"port": {"documents": "1 day", "inspection": None}}),
    "dock": plain(),
    "disruptions": plain(),
    "hours": plain(),
    "quality": plain(),
    "made_to_order": plain(
        products=laid_over(
            PLAIN["products"],
            {"mug": {"made_to_order": {"workshop": "pottery", "share": "40 %", "blank": "mug"}}},
        ),
        workshops={"pottery": {"staff": 9}},
    ),
    "reserve": plain(policies=PLAIN["policies"] | {"allocation": "priority"}),
}
"""The scenario that should be left."""


@pytest.mark.parametrize("name", AFTERWARDS)
def test_nothing_of_it_is_left(name):
    left, expected = (
        figures(simulate(one)) for one in (without_causes(shop(name), [CAUSES[name]]), AFTERWARDS[name])
    )
    np.testing.assert_array_equal(left.overall, expected.overall)


# -- no other random number moves ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CAUSES.keys() - DEMAND))
def test_customers_stay_who_they_are(name):
    before, after = (draw(one, Streams(5, 1)) for one in (shop(), without_causes(shop(), [CAUSES[name]])))
    for field in fields(before):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", sorted(DEMAND))
def test_the_same_customers_come_at_other_times(name):
    """The n-th order of each stream is the same order, placed at another time."""
    before, after = (draw(one, Streams(5, 1)) for one in (shop(), without_causes(shop(), [CAUSES[name]])))
    assert not np.array_equal(before.time[:20], after.time[:20])
    for product in range(2):
        for segment in range(2):
            one, other = (
                [
                    book.quantity[rows].tolist(),
                    book.patience[rows].tolist(),
                    book.willing[rows].tolist(),
                ]
                for book in (before, after)
                for rows in [first_lines(book, product, segment)]
            )
            for a, b in zip(one, other, strict=True):
                shared = min(len(a), len(b))
                assert shared > 40
                assert a[:shared] == b[:shared]


def first_lines(book, product, segment):
    """Rows of the orders whose first line is this, in order."""
    first = np.append(True, np.diff(book.order) > 0)
    return np.flatnonzero(first & (book.product == product) & (book.segment == segment))


DRAWN = {
    "lead_time": {"lead_times"},
    "unit_time": {"capacity"},
    "transit": {"transport"},
    "documents": {"customs"},
    "green_lane": {"customs"},
    "chosen": {"customs"},
    "inspection": {"customs"},
    "unload": {"dock"},
}
"""Which causes may touch which draws of a purchase order."""


@pytest.mark.parametrize("name", CAUSES)
def test_purchase_orders_meet_the_same_delays(name):
    # Laws instead of constants, so that every draw shows.
    random = {"dist": "exponential", "mean": "1 day"}
    laws = {
        "suppliers": {
            "maker": {"capacity": None, "production": {"unit_time": {"dist": "exponential", "mean": "1 h"}}}
        },
        "customs": {"port": {"green_lane": random, "inspection": {"time": random}}},
        "warehouses": {"shop": {"dock": {"unload": random}}},
    }
    scenario = shop(**laws)
    off = without_causes(scenario, [CAUSES[name]])
    untouched = {draws for draws, causes in DRAWN.items() if name not in causes}
    gone = {draws for draws in DRAWN if draws not in untouched}
    for product in scenario.products:
        before, after = (route_delays(one, product) for one in (scenario, off))
        for draws in untouched:
            assert drawn(before, draws) == drawn(after, draws)
        for draws in gone:
            assert drawn(before, draws) != drawn(after, draws)


def route_delays(scenario, product):
    """What purchase orders draw on their way, by name of the delay."""
    chain = SupplyChain(scenario, Clock(scenario.run.end), Streams(5, 1))
    route = chain.route("shop", product, 0.0)
    found: dict[str, Draws] = {}
    for leg in chain.shared_route("shop", product).leg_sequence.legs:
        by_chance = getattr(leg, "share", 1.0) > 0.0  # else nothing is chosen for inspection
        delays = (
            [value for value in vars(leg).values() if isinstance(value, Delay)] if by_chance else [leg.delay]
        )
        found |= {delay.name: route.draws(delay) for delay in delays}
    return found


def drawn(delays, name):
    return None if name not in delays else [delays[name][n] for n in range(300)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hours", "Mon-Fri 08:00-17:00"),
        ("closed", {"fair": {"from": "2026-02-02", "to": "2026-02-09"}}),
        ("holidays", "DE"),
    ],
)
def test_opening_times_of_every_place_are_a_cause(key, value):
    always = plain(customs={"port": {}})
    for section, name in (("suppliers", "maker"), ("lanes", 0), ("customs", "port"), ("warehouses", "shop")):
        document = deepcopy(PLAIN | {"customs": {"port": {}}})
        document[section][name][key] = value
        closing = Scenario.model_validate(document)
        assert CAUSES["hours"].present(closing), section
        assert CAUSES["hours"].off(closing) == always
