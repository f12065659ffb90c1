"""Warnings about keys without effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from simulator.cli.app import tell
from simulator.scenario.mistakes import Mistake, ScenarioError

_MOST: Final = 20
"""Warnings told in full; the rest are counted."""


def tell_idle(idle: Sequence[Mistake], *, strict: bool) -> None:
    """Print keys without effect to standard error, those that differ only in whose they are once.

    Args:
        idle: the keys.
        strict: take them for mistakes.

    Raises:
        ScenarioError: with all of them, where they are mistakes.
    """
    if idle and strict:
        raise ScenarioError(idle)
    kinds = {one: (one.file, one.path.rpartition(".")[2], one.message) for one in idle}
    alike = Counter(kinds.values())
    first: dict[tuple[str, str, str], Mistake] = {}
    for one, kind in kinds.items():
        first.setdefault(kind, one)
    for kind, one in list(first.items())[:_MOST]:
        more = alike[kind] - 1
        tell(f"{one} (and {more} more such {'key' if more == 1 else 'keys'})" if more else str(one))
    if len(first) > _MOST:
        tell(f"… and {len(first) - _MOST} other kinds of keys without effect; --strict tells all.")
