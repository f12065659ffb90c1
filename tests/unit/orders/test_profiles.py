import datetime

import numpy as np
import pytest

from simulator.orders.arrivals.daily_factors import daily_factors
from simulator.scenario.sections.demand_profiles import Peak, Surge, Weekly, Yearly

THURSDAY = datetime.date(2026, 1, 1)


def factors(*profiles, start=THURSDAY, days=14, product="a", segment="gold", region="eu"):
    return daily_factors(profiles, product, segment, region, start=start, days=days)


def test_without_profiles_every_day_is_alike():
    assert factors(days=3).tolist() == [1.0, 1.0, 1.0]


def test_a_week_begins_on_monday_and_has_mean_1():
    weekly = Weekly(weekly=(2, 4, 6, 8, 10, 12, 14))
    assert factors(weekly, days=7).tolist() == [1.0, 1.25, 1.5, 1.75, 0.25, 0.5, 0.75]
    assert factors(weekly, start=datetime.date(1969, 12, 29), days=2).tolist() == [0.25, 0.5]


def test_a_year_begins_in_january_and_has_mean_1():
    yearly = Yearly(yearly=(12, *[0] * 10, 12))
    days = factors(yearly, start=datetime.date(2024, 2, 28), days=366)
    dates = [datetime.date(2024, 2, 28) + datetime.timedelta(day) for day in range(366)]
    assert days.tolist() == [6.0 if date.month in {1, 12} else 0.0 for date in dates]


def test_a_peak_has_both_its_dates():
    peak = Peak.model_validate({"peak": "sale", "from": "2026-01-03", "to": "2026-01-05", "factor": 3.5})
    assert factors(peak, days=7).tolist() == [1, 1, 3.5, 3.5, 3.5, 1, 1]


def test_a_surge_has_the_exact_extra_demand():
    surge = Surge.model_validate({"surge": "post", "on": "2026-01-11", "factor": 5, "decays": "4 days"})
    days = factors(surge, days=400)
    assert days[:10].tolist() == [1.0] * 10
    # The integral of 4 exp(-t / 4) over one day, and over all of them.
    assert days[10] == pytest.approx(1 + 16 * (1 - np.exp(-1 / 4)), rel=1e-12)
    assert (days - 1).sum() == pytest.approx(16, rel=1e-12)
    assert days[14] - 1 == pytest.approx((days[10] - 1) / np.e, rel=1e-12)


def test_a_surge_that_began_before_the_run_goes_on():
    surge = Surge.model_validate({"surge": "post", "on": "2025-12-28", "factor": 3, "decays": "2 days"})
    early = factors(surge, start=datetime.date(2025, 12, 28), days=10)
    assert np.array_equal(factors(surge, days=6), early[4:])


def test_profiles_multiply_and_more_days_only_append():
    weekly = Weekly(weekly=(1, 1, 1, 1, 1, 1, 8))
    peak = Peak.model_validate({"peak": "sale", "from": "2026-01-03", "to": "2026-01-04", "factor": 3})
    assert factors(weekly, peak, days=5).tolist() == [0.5, 0.5, 1.5, 12.0, 0.5]
    assert np.array_equal(factors(weekly, peak, days=50)[:5], factors(weekly, peak, days=5))


@pytest.mark.parametrize(
    ("other", "factor"),
    [({}, 2.0), ({"product": "b"}, 1.0), ({"segment": "x"}, 1.0), ({"region": "us"}, 1.0)],
)
def test_a_profile_concerns_the_streams_it_names(other, factor):
    fields = {"peak": "p", "from": "2026-01-01", "to": "2026-12-31", "factor": 2}
    filters = {"products": ["a"], "segments": ["gold"], "regions": ["eu", "uk"]}
    assert factors(Peak.model_validate(fields | filters), days=1, **other).tolist() == [factor]
