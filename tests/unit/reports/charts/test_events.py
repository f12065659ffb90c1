import datetime

import pytest

from simulator.reports.pictures.event_marks import Event, date_of, event_keys, events, rows
from simulator.scenario.scenario import Scenario


def scenario(*profiles):
    return Scenario.model_validate(
        {
            "run": {"start": "2026-03-01", "horizon": "60 days"},
            "products": {"tea": {}},
            "demand": [{"product": "tea", "rate": "1/day"}],
            "profiles": list(profiles),
        }
    )


def peak(name, first, last):
    return {"peak": name, "from": first, "to": last, "factor": 2.5}


def event(day):
    date = datetime.date(2026, 3, day)
    return Event(f"on {day}", date, date, "")


def test_peaks_and_surges_in_sequence_seasons_left_out():
    found = events(
        scenario(
            {"weekly": [1, 1, 1, 1, 1, 2, 2]},
            {"surge": "an article", "on": "2026-04-01", "factor": 2, "decays": "15 days"},
            peak("spring sale", "2026-03-10", "2026-03-12"),
        )
    )
    assert [one.name for one in found] == ["spring sale", "an article"]
    assert [key.text for key in event_keys(found)] == [
        "spring sale, 10–12 March 2026: demand × 2.5",
        "an article, 1 April 2026: demand × 2, fading over 15 days",
    ]
    assert [key.mark for key in event_keys(found)] == ["1", "2"]


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2026-02-20", "2026-02-28", False),
        ("2026-02-20", "2026-03-01", True),
        ("2026-04-29", "2026-05-20", True),  # day 59 is the last
        ("2026-04-30", "2026-05-20", False),
    ],
)
def test_events_outside_the_run_are_left_out(first, last, shown):
    assert bool(events(scenario(peak("sale", first, last)))) == shown


def test_numbers_near_to_each_other_stand_in_rows():
    assert rows([event(1), event(2), event(3), event(20)], 60.0) == [0, 1, 2, 0]
    assert rows([event(day) for day in (1, 11, 21)], 60.0) == [0, 0, 0]
    assert max(rows([event(day) for day in range(1, 20)], 3650.0)) == 2


def test_dates_of_days():
    run = scenario().run
    assert [date_of(run, day).isoformat() for day in (0.0, 0.9, 31.0)] == [
        "2026-03-01",
        "2026-03-01",
        "2026-04-01",
    ]
