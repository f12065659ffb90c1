"""Real order lines run through the command line, and every unit of demand is accounted for.

The data are the first half of November 2011 of UCI's Online Retail, 9,543 order lines. They are not part of this
project; the test runs where they lie in the folder of reference data.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.reference import FOLDER

ROOT = Path(__file__).parents[2]
ORDERS = FOLDER / "online_retail_lines_2011-11_first_half.csv.gz"

SCENARIO = """\
name: real orders
run: {{replications: 2, cool_down: 20 days}}
products: {{from: "{orders}", each: {{cost: 1}}}}
customers:
  all: {{patience: {{dist: weibull, mean: 4 days, cv: 0.8}}, will_wait: 70 %}}
demand:
  - orders: "{orders}"
    columns: {{time: InvoiceDate, order: InvoiceNo, product: StockCode, quantity: Quantity, price: UnitPrice}}
warehouses: {{centre: {{stock: 150}}}}
suppliers: {{factory: {{lead_time: {{dist: gamma, mean: 6 days, cv: 0.5}}}}}}
policies:
  backorders: {{limit: 400}}
  replenishment: {{type: s_S, s: 100, S: 400}}
"""


@pytest.mark.skipif(not ORDERS.is_file(), reason=f"no real order lines in {FOLDER}")
def test_every_unit_of_real_demand_is_accounted_for(tmp_path: Path) -> None:
    path = tmp_path / "real.yaml"
    path.write_text(SCENARIO.format(orders=ORDERS), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "simulator",
        "run",
        str(path),
        "--json",
        "--out",
        str(tmp_path),
        "--workers",
        "1",
    ]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    figures = {name: figure["mean"] for name, figure in json.loads(run.stdout)["metrics"].items()}
    asked = float(pd.read_csv(ORDERS)["Quantity"].sum())
    assert figures["lines"] == 9543
    assert figures["units"] == asked
    parts = [
        figures[name]
        for name in ("filled_units", "refused_units", "declined_units", "cancelled_units", "open_units")
    ]
    assert all(part > 0 for part in parts[:4])
    assert sum(parts) == asked
