"""Figures of the support desk, by hand."""

import numpy as np
import pytest

from simulator.metrics.measured_window import Window
from simulator.metrics.measures.support_desk import support_figures
from simulator.model.records.contact_log import ContactLog, Contacts

nan = np.nan


def contacts(*rows, staff=()):
    """Make contacts of (time, line, waited, served), and staff of (time, number)."""
    time, line, waited, served = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    since, number = np.array(staff, dtype=np.float64).reshape(-1, 2).T
    return Contacts(
        time, line.astype(np.int32), waited, served, ~np.isnan(served), since, number.astype(np.int32)
    )


LOG = contacts(
    (0.5, 0, 9.0, 1.0),  # before the window
    (1.0, 0, 0.0, 0.5),
    (2.0, -1, 1.0, 1.0),
    (3.0, 1, 2.0, nan),  # gave up
    (4.0, 2, 3.0, 4.0),  # begins at 7 and ends after the window
    (9.5, -1, nan, nan),  # still in the queue
    (11.0, 0, 5.0, 1.0),  # after the window
    staff=((0.0, 1), (5.0, 2), (9.0, 0), (12.0, 1)),
)
WINDOW = Window(1.0, 10.0)


def test_the_desk_as_a_whole():
    found = {
        name: float(value[0]) for name, value in support_figures(LOG, WINDOW, np.array([20.0]), 5.0).items()
    }
    # In the window they are busy 0.5 + 1 + 3 + (9.5 .. 10 = 0.5) days, and on duty 4 + 8.
    assert found == pytest.approx(
        {
            "contacts": 5.0,
            "backorder_contacts": 3.0,
            "contacts_per_100_orders": 25.0,
            "answered_contacts": 3.0,
            "ended_contacts": 4.0,
            "desk_queue_mean": (0.0 + 1.0 + 3.0 + 2.0) / 4.0,
            "desk_wait_mean": 4.0 / 3.0,
            "desk_wait_p95": 2.8,
            "unanswered_rate": 0.25,
            "desk_utilisation": 5.0 / 12.0,
            "contact_cost": 15.0,
        }
    )


def test_groups_have_the_contacts_of_their_lines():
    orders = np.array([10.0, 0.0, 5.0])
    found = support_figures(LOG, WINDOW, orders, 5.0, np.array([0, 0, 2]))
    assert found["contacts"].tolist() == [2.0, 0.0, 1.0]
    assert found["backorder_contacts"].tolist() == [2.0, 0.0, 1.0]
    assert found["contacts_per_100_orders"] == pytest.approx([20.0, nan, 20.0], nan_ok=True)
    assert found["desk_wait_mean"] == pytest.approx([0.0, nan, 3.0], nan_ok=True)
    assert found["desk_wait_p95"] == pytest.approx([0.0, nan, 3.0], nan_ok=True)
    assert found["unanswered_rate"] == pytest.approx([0.5, nan, 0.0], nan_ok=True)
    assert np.isnan(found["desk_utilisation"]).all()
    assert found["contact_cost"].tolist() == [5.0, 0.0, 5.0]


def test_without_a_desk_nobody_asks():
    found = {
        name: float(value[0])
        for name, value in support_figures(ContactLog().columns(), WINDOW, np.array([20.0]), 5.0).items()
    }
    undefined = {"desk_wait_mean", "desk_wait_p95", "desk_queue_mean", "unanswered_rate", "desk_utilisation"}
    assert {name for name, value in found.items() if np.isnan(value)} == undefined
    assert not any(value for name, value in found.items() if name not in undefined)
