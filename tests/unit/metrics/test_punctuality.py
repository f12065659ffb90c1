"""Punctuality of simulated runs, against the same computed order by order in plain Python."""

import itertools

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.orders.order_book import Status
from simulator.scenario.scenario import Scenario

TAKEN = (Status.FROM_STOCK, Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED)


@pytest.fixture(params=["partial", "complete"])
def run(request):
    gamma = {"dist": "gamma", "mean": "4 days", "cv": 0.7}
    record = simulate(
        Scenario.model_validate(
            {
                "run": {"horizon": "60 days", "warm_up": "5 days", "cool_down": "4 days"},
                "products": {"a": {"price": 10}, "b": {"price": 3}},
                "customers": {"gold": {}, "std": {"patience": gamma, "will_wait": 0.9}},
                "demand": [
                    {
                        "products": {"a": "5/day", "b": "3/day"},
                        "segments": {"gold": 0.5, "std": 0.5},
                        "also": {"b": 0.5, "a": 0.2},
                    }
                ],
                "warehouses": {"warehouse": {"delivery": gamma}},
                "suppliers": {"supplier": {"lead_time": gamma}},
                "policies": {
                    "replenishment": {"type": "r_Q", "r": 15, "Q": 30},
                    "promise": {"type": "fixed", "lead_time": "7 days"},
                    "ship": request.param,
                },
            }
        )
    )
    record.book.open("contacts", "revisions")
    record.book.contacts[::7] = 1
    record.book.revisions[::11] = 2
    return record


@pytest.mark.parametrize("dimension", ["overall", "segment", "product"])
def test_by_loops(run, dimension):
    found, frame = figures(run), run.book.frame()
    frame["status"], frame["overall"] = run.book.status, "overall"
    rows = frame[(frame["time"] >= 5) & (frame["time"] < 60)].to_dict("records")
    rows = [row | judged(row, run.end) for row in rows]
    for group in {row[dimension] for row in rows}:
        own = [row for row in rows if row[dimension] == group]
        for metric, expected in expectations(own).items():
            value = found[metric] if dimension == "overall" else found.of(metric, dimension)[group]
            assert value == pytest.approx(expected), (metric, group)
            assert expected > 0


def judged(row, end):
    """Tell if a line was promised, was delivered, was late, and failed."""
    delivered = row["status"] in {Status.FROM_STOCK, Status.FILLED_LATE} and not np.isnan(row["delivered"])
    over = np.nanmin([row["delivered"], np.inf]) if delivered else np.nanmin([row["cancelled"], end])
    promised = row["status"] in TAKEN and not np.isnan(row["promised"])
    late = over - row["promised"] if promised else 0.0
    failed = row["status"] in {Status.REFUSED, Status.DECLINED, Status.CANCELLED} or late > 1e-9
    return {"kept": promised, "came": delivered, "late": late, "failed": failed}


def expectations(rows):
    due = [row for row in rows if row["kept"] and (row["came"] or row["late"] > 1e-9)]
    late = [row["late"] for row in due if row["came"] and row["late"] > 1e-9]
    orders = [list(lines) for _, lines in itertools.groupby(rows, key=lambda row: row["order"])]
    orders = [lines for lines in orders if any(line["kept"] for line in lines)]
    orders = [lines for lines in orders if any(x["failed"] for x in lines) or all(x["came"] for x in lines)]
    otif = [lines for lines in orders if not any(line["failed"] for line in lines)]
    perfect = [lines for lines in otif if not any(line["contacts"] or line["revisions"] for line in lines)]
    return {
        "on_time_rate": sum(row["late"] <= 1e-9 for row in due) / len(due),
        "days_late_mean": np.mean(late),
        "otif": len(otif) / len(orders),
        "perfect_order_rate": len(perfect) / len(orders),
    }
