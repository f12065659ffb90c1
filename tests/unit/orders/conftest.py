from collections.abc import Callable
from typing import Any

import pytest

from simulator.orders import OrderBook, Streams, draw
from simulator.scenario.scenario import Scenario

Drawn = Callable[..., OrderBook]


@pytest.fixture(scope="session")
def scenario() -> Callable[..., Scenario]:
    """Make a scenario of its sections; products without fields may be a list of names."""

    def made(products: list[str] | dict[str, Any], demand: list[dict[str, Any]], **sections: Any) -> Scenario:
        named = products if isinstance(products, dict) else {name: {} for name in products}
        return Scenario.model_validate({"products": named, "demand": demand, **sections})

    return made


@pytest.fixture(scope="session")
def book(scenario: Callable[..., Scenario]) -> Drawn:
    """Draw the order book of a scenario made of its sections."""

    def drawn(*sections: Any, replication: int = 0, **more: Any) -> OrderBook:
        return draw(scenario(*sections, **more), Streams(42, replication))

    return drawn
