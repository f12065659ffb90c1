"""Pilot runs that are short: in a random world any level will do, so long as it is found by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.model.levels import level_search, sized_stock


@pytest.fixture(autouse=True, scope="module")
def _short_pilot_runs() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sized_stock, "_STEPS", 2_000)
        patch.setattr(sized_stock, "_RECORDED_STEPS", 2_000)
        yield
    level_search.smallest_level.cache_clear()  # of answers that are known badly
