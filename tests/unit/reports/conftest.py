"""A small run whose results the reports are made of."""

from pathlib import Path

import pytest

from simulator.reports.results import Results, run
from tests.cli.shop import SHOP


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario file of the corner shop."""
    file = tmp_path_factory.mktemp("shop") / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def results(shop: Path) -> Results:
    """Three replications of it."""
    return run(shop, replications=3, workers=1)
