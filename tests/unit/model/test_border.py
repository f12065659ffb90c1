"""Customs by the facts of a country, and what goods cost at the border."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from simulator.metrics.figures import figures
from simulator.scenario.sections.country_facts import country_facts
from simulator.scenario.sections.supply_network import Customs
from tests.unit.model.shop import every, play


def test_brazil() -> None:
    office = Customs.model_validate({"facts": "BRA"})
    assert office.documents.mean == pytest.approx(1.0)  # 24 hours
    assert office.documents.variance == pytest.approx(1.0)
    assert office.green_lane.mean == pytest.approx(30 / 24)
    assert office.brokerage == pytest.approx(106.9 + 375)


def test_the_file_goes_before_the_facts() -> None:
    office = Customs.model_validate({"facts": "BRA", "documents": "2 h", "brokerage": 0})
    assert office.documents.mean == pytest.approx(2 / 24)
    assert office.brokerage == 0
    assert office.green_lane.mean == pytest.approx(30 / 24)


def test_a_country_without_time_at_the_border() -> None:
    assert Customs.model_validate({"facts": "DEU"}).green_lane.mean == 0


def test_an_unknown_country() -> None:
    with pytest.raises(ValidationError, match="no figures for 'BRX'; did you mean"):
        Customs.model_validate({"facts": "BRX"})


def test_every_country_has_four_figures() -> None:
    assert len(country_facts()) > 180
    assert all(min(facts) >= 0 for facts in country_facts().values())


def test_duty_and_brokerage() -> None:
    sections: dict[str, Any] = {
        "run": {"horizon": "20 days"},
        "products": {"ball": {"price": 10, "cost": 4}},
        "demand": [every(2)],
        "suppliers": {"factory": {"lead_time": "1 day", "price": 5}},
        "lanes": [{"from": "factory", "to": "centre", "customs": "port"}],
        "customs": {"port": {"duty": "10 %", "brokerage": 3}},
    }
    found = figures(play({"replenishment": {"type": "base_stock", "S": 0}}, **sections))
    landed = found["received_units"]
    assert landed == 10
    assert found["customs_cost"] == pytest.approx(landed * (0.5 + 3))
    running = found["customs_cost"] + found["price_variance"]
    assert found["profit"] == pytest.approx(found["revenue"] - found["cost_of_goods_sold"] - running)
