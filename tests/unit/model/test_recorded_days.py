"""Days of order histories that pilot runs draw again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.model.levels.recorded_days import recorded_days
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario


def scenario(folder: Path, *entries: str) -> Scenario:
    demand = []
    for number, entry in enumerate(entries):
        rows, *fields = entry.split(" | ")
        path = folder / f"{number}.csv"
        path.write_text("\n".join(["time,product,quantity", *rows.split()]) + "\n", encoding="utf-8")
        pairs = dict(field.split(": ") for field in fields)
        demand.append(
            {"orders": str(path), **pairs, **({"scale": float(pairs["scale"])} if "scale" in pairs else {})}
        )
    return Scenario.model_validate({"products": {"mug": {}}, "demand": demand})


def test_histories_that_follow_each_other_share_their_days(tmp_path: Path) -> None:
    (days,) = recorded_days(scenario(tmp_path, "0.5,mug,2 1.25,mug,3", "3.5,mug,4"))["warehouse", "mug"]
    assert days.begin.tolist() == [0, 1, 2, 2, 3]
    assert days.hour.tolist() == [0.5, 0.25, 0.5]
    assert days.units.tolist() == [2, 3, 4]
    assert days.lines_per_day == 0.75


def test_a_history_that_repeats_has_the_days_of_its_cycle(tmp_path: Path) -> None:
    one, two = recorded_days(scenario(tmp_path, "0.5,mug,2", "0,mug,4 | repeat: 3 days"))["warehouse", "mug"]
    assert one.begin.tolist() == [0, 1]
    assert two.begin.tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize("scale", [0.25, 1.0, 1.5, 2.0])
def test_a_scaled_history_is_drawn_so_many_times_as_often(tmp_path: Path, scale: float) -> None:
    (days,) = recorded_days(scenario(tmp_path, f"0.5,mug,1 1.5,mug,1 | scale: {scale}"))["warehouse", "mug"]
    assert days.lines_per_day == scale
    time, units = days.drawn(10_000, Streams(1, 0), "history")
    # Five standard deviations of a binomial number of lines.
    part = scale % 1.0
    assert abs(len(time) - 10_000 * scale) <= 5 * np.sqrt(10_000 * part * (1 - part))
    assert (np.diff(time) >= 0).all()
    assert (units == 1).all()
