"""A browser for all tests of a process, and pages to look at with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import simulator
from tests.browser.chromium import Chromium, program

HOSTILE = (
    "</script><script>window.broken = 1</script>",
    '<img src=x onerror="window.broken = 2">',
    "<!-- <script>",
    "x'] && (window.broken = 3) && ['",
    "{{ 7 * 7 }}",
)
"""Names that must stay names."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    path = program()
    if path is None:
        pytest.skip(
            "no Chromium here, so nothing is looked at in a browser; 'apt-get install chromium' brings one"
        )
    with Chromium(path) as found:
        yield found


def shop(**changes):
    """A shop in which customers of two segments wait, with an event, a season and two warehouses."""
    data = {
        "name": "Corner shop",
        "question": "Who waits?",
        "run": {
            "horizon": "120 days",
            "warm_up": "20 days",
            "replications": 3,
            "seed": 7,
            "start": "2026-03-01",
        },
        "products": {name: {"price": 9, "cost": 4, "holding": "25 %/year"} for name in ("tea", "pot")},
        "customers": {"members": {}, "passers-by": {"will_wait": 0.5, "patience": "9 days", "priority": 2}},
        "demand": [
            {
                "products": {"tea": "9/day", "pot": "4/day"},
                "segments": {"members": 0.4, "passers-by": 0.6},
                "regions": {"north": 0.5, "south": 0.5},
            }
        ],
        "profiles": [
            {"peak": "market days", "from": "2026-04-10", "to": "2026-04-13", "factor": 2},
            {"surge": "an article", "on": "2026-04-12", "factor": 2, "decays": "9 days"},
        ],
        "warehouses": {"upper": {"serves": ["north"]}, "lower": {"serves": ["south"]}},
        "suppliers": {"importer": {"lead_time": {"dist": "exponential", "mean": "9 days"}, "order_cost": 20}},
        "policies": {"replenishment": {"type": "r_Q", "r": 25, "Q": 60}},
    }
    return simulator.Scenario.model_validate(data | changes)


def written(page: str, file: Path) -> Path:
    file.write_text(page, encoding="utf-8", newline="\n")
    return file
