"""Playing without a shortcut, to hold it against the long way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from simulator.scenario.shortcuts import Shortcut
from simulator.values.section import Section


@contextmanager
def without(shortcut: Shortcut) -> Iterator[None]:
    """Let nothing take the shortcut, nor any that is based on it."""
    allows, allows_stock = Shortcut.allows, Shortcut.allows_stock

    def allowed(self: Shortcut, scenario: Section) -> bool:
        return self is not shortcut and allows(self, scenario)

    def allowed_to_stock(self: Shortcut, sections: Mapping[str, Section | None]) -> bool:
        return self is not shortcut and allows_stock(self, sections)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Shortcut, "allows", allowed)
        patch.setattr(Shortcut, "allows_stock", allowed_to_stock)
        yield
