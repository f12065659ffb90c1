"""Tables of what customers were told, asked and paid."""

import numpy as np
import pandas as pd

from simulator.reports.files.data_frames import orders_frame

CARE = ("promised", "repromised", "revisions", "notices", "compensation", "contacts", "unanswered")


def test_orders_say_how_customers_were_treated(results, caring):
    plain, rich = results.orders, caring.orders
    assert list(plain.columns) == list(rich.columns)
    assert {*CARE, "substituted", "substitute", "score"} <= set(rich.columns)
    assert plain["score"].isna().all()
    assert set(rich["score"].dropna()) <= {1, 2, 3, 4, 5}
    assert rich.groupby("order")["score"].count().max() == 1
    assert rich["substitute"].isna().all()
    assert (rich["notices"] > 0).any()


def test_a_substitute_has_a_name(caring):
    record = caring.outcome.records[0]
    names = record.book.products
    record.book.open("substitute")
    before = record.book.substitute.copy()
    record.book.substitute[3] = len(names) - 1
    frame = orders_frame({0: record})
    record.book.substitute[:] = before
    assert frame["substitute"][3] == names[-1]
    assert frame["substitute"].notna().sum() == 1


def test_contacts_name_the_line_they_are_about(results, caring):
    assert len(results.contacts) == 0
    contacts, orders = caring.contacts, caring.orders
    about = contacts[contacts["line"].notna()]
    assert 0 < len(about) < len(contacts)
    lines = orders.loc[about["line"].astype(int)].reset_index(drop=True)
    for column in ("order", "segment", "product", "warehouse"):
        assert list(about[column]) == list(lines[column])
        assert contacts.loc[contacts["line"].isna(), column].isna().all()
    assert (about["time"].to_numpy() >= lines["time"].to_numpy()).all()
    assert (contacts["answered"] == contacts["served"].notna()).all()
    asked = np.bincount(about["line"].astype(int), minlength=len(orders))
    assert (asked <= orders["contacts"]).all()  # who asks while the desk is closed asks later


def test_cash_is_a_series(results, caring):
    assert len(results.cash) == 0
    cash = caring.cash
    assert list(cash.columns) == ["replication", "time", "received", "refunded", "held"]
    assert cash["time"].is_monotonic_increasing
    assert cash["received"].iloc[-1] > 0


def test_tables_are_read_back_as_they_were_written(caring, tmp_path):
    place = caring.save(tmp_path)
    for name in ("orders", "contacts", "cash"):
        pd.testing.assert_frame_equal(pd.read_parquet(place / f"{name}.parquet"), getattr(caring, name))
