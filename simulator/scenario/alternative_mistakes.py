"""Mistakes that only an alternative makes: they name it, and the file that inherits it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from simulator.scenario.composition import compose
from simulator.scenario.mistakes import Mistake, ScenarioError


@contextmanager
def alternative_named(
    path: str | os.PathLike[str], alternative: str | None, without: Callable[[], object]
) -> Iterator[None]:
    """Name the alternative in those mistakes of the ``with`` block that are not there without it.

    Args:
        path: the scenario file.
        alternative: name of the alternative that the block applies; ``None``: nothing is changed.
        without: does the same without the alternative.

    Raises:
        ScenarioError: that of the block, every mistake with the alternative behind it.
    """
    try:
        yield
    except ScenarioError as error:
        if alternative is None:
            raise
        known = set(_mistakes(without))
        behind = f" (in the alternative '{alternative}'{_inherited(path, alternative)})"
        raise ScenarioError(
            one if one in known or _is_about_alternatives(one) else replace(one, message=one.message + behind)
            for one in error.mistakes
        ) from None


def _mistakes(act: Callable[[], object]) -> tuple[Mistake, ...]:
    try:
        act()
    except ScenarioError as error:
        return error.mistakes
    return ()


def _inherited(path: str | os.PathLike[str], alternative: str) -> str:
    """Which file inherits the alternative from which; nothing if it stands in the scenario file itself."""
    try:
        key = compose(path).keys.get(("alternatives", alternative))
    except ScenarioError:
        return ""
    file = os.fspath(path)
    return "" if key is None or key.file == file else f", which {file} inherits from {key.file}"


def _is_about_alternatives(mistake: Mistake) -> bool:
    """Whether the mistake's path says already what it is about."""
    return mistake.path.partition(".")[0] == "alternatives"
