"""A small run whose results the reports are made of."""

from pathlib import Path

import pytest

from simulator.reports.results.run import run
from simulator.reports.results.run_results import Results
from tests.cli.shop import SHOP


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario file of the corner shop."""
    file = tmp_path_factory.mktemp("shop") / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


CARE = (
    "policies.promise={type: fixed, lead_time: 3 days}",
    "policies.communication={update_every: 2 days}",
    "policies.compensation={offer: voucher, value: 2, when: backordering}",
    "policies.payment=on_order",
    "support_desk={agents: 1, base_load: 2/day}",
    "satisfaction={}",
)
"""Everything that can be done for customers who wait."""


@pytest.fixture(scope="session")
def caring(shop: Path) -> Results:
    """The same with everything that can be done for customers who wait."""
    return run(shop, replications=2, workers=1, overrides=CARE)


@pytest.fixture(scope="session")
def results(shop: Path) -> Results:
    """Three replications of it."""
    return run(shop, replications=3, workers=1)
