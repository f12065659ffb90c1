"""What is said of the scenario file of a test module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.scenario.load import load
from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import ScenarioError

Told = Callable[..., list[str]]


@pytest.fixture
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Told:
    """Function of settings that returns what is said of the module's SHOP under them."""
    path = tmp_path / "shop.yaml"
    path.write_text(request.module.SHOP, encoding="utf-8")

    def told(*settings: str) -> list[str]:
        """Each mistake, else each key without effect, with its path."""
        try:
            load(path, None, settings)
        except ScenarioError as error:
            return [f"{one.path}: {one.message}" for one in error.mistakes]
        return [f"{one.path}: {one.message}" for one in without_effect(path, settings)]

    return told
