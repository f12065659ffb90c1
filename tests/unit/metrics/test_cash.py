"""Cash computed by hand, for the run in conftest.py."""

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.metrics.measures.cash import METRICS, cash_frame


def test_series(record):
    frame = cash_frame(record)
    assert list(frame.columns) == ["time", "received", "refunded", "held"]
    at = frame.set_index("time")
    assert at.index.tolist() == [5, 6, 11, 12, 12.5, 13, 14, 15, 17, 18.5, 19, 20, 25, 26]
    # at the end there is line 7, of which nothing is known yet
    assert at["held"].tolist() == [40, 0, 100, 150, 110, 130, 70, 110, 100, 50, 40, 20, 50, 20]
    assert at["received"].iloc[-1] == 310
    assert at["received"][12] == 190
    assert at["refunded"][19] == 0
    assert at["refunded"][20] == 20


def test_charged_when_shipped(record, scenario):
    record.scenario = scenario(policies={"payment": "on_shipment"})
    found = figures(record)
    assert found["cash_received"] == found["revenue"] == 200
    assert found["refunds"] == found["refund_cost"] == 0
    # on the road: line 1 1 day, 2 from 12 to 14, 3 from 16.5 to 18.5, 6 from 15.5 to 17, 8 from 17.5 to 19
    assert found["cash_held_mean"] == pytest.approx((40 * 1 + 60 * 2 + 50 * 2 + 40 * 1.5 + 10 * 1.5) / 10)
    assert found["cash_held_max"] == 100  # lines 1 and 2 from 12 to 12.5
    assert cash_frame(record)["refunded"].max() == 0


def test_a_quick_refund_is_held_no_longer(record, scenario):
    record.scenario = scenario(
        policies={"payment": {"type": "on_order", "refund_delay": 0, "refund_cost": 0}}
    )
    found = figures(record)
    assert found["refunds"] == 20
    assert found["refund_cost"] == 0
    assert found["cash_held_mean"] == pytest.approx(86.5 - 20 * 5 / 10)


def test_cash_is_not_followed_without_a_policy(record, scenario):
    before = figures(record)
    record.scenario = scenario(policies={})
    found = figures(record)
    for name in found.names:
        if name in METRICS:
            assert np.isnan(found[name])
        else:
            handling = {"total_cost": -3.5, "profit": 3.5}.get(name, 0.0)
            assert found[name] == pytest.approx(before[name] + handling, rel=1e-12, nan_ok=True)
    assert len(cash_frame(record)) == 0


def test_what_was_received_is_sold_refunded_or_owed(record):
    found = figures(record)
    opening_backlog = 20  # line 7
    assert found["cash_received"] == found["revenue"] + found["refunds"] + opening_backlog
