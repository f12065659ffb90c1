"""Mistakes caused by an alternative: their messages name it, and the file that it is inherited from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from simulator.scenario.yaml.composition import compose
from simulator.values.mistakes import Mistake, ScenarioError


@contextmanager
def alternative_named(
    path: str | os.PathLike[str], alternative: str | None, without: Callable[[], object]
) -> Iterator[None]:
    """Name the alternative in mistakes of the ``with`` block that do not occur without it.

    Args:
        path: the scenario file.
        alternative: name of the alternative that the block applies, ``None`` for no alternative.
        without: function that does the work of the block without the alternative.

    Raises:
        ScenarioError: the error of the block; mistakes of the alternative end with its name.
    """
    try:
        yield
    except ScenarioError as error:
        if alternative is None:
            raise
        known = set(_mistakes(without))
        suffix = f" (in the alternative '{alternative}'{_inherited(path, alternative)})"
        raise ScenarioError(
            one if one in known or _is_about_alternatives(one) else replace(one, message=one.message + suffix)
            for one in error.mistakes
        ) from None


def _mistakes(act: Callable[[], object]) -> tuple[Mistake, ...]:
    """Return the mistakes that calling a function raises."""
    try:
        act()
    except ScenarioError as error:
        return error.mistakes
    return ()


def _inherited(path: str | os.PathLike[str], alternative: str) -> str:
    """Return a clause on the file that an alternative is inherited from; "" for the scenario file itself."""
    try:
        key = compose(path).keys.get(("alternatives", alternative))
    except ScenarioError:
        return ""
    file = os.fspath(path)
    return "" if key is None or key.file == file else f", which {file} inherits from {key.file}"


def _is_about_alternatives(mistake: Mistake) -> bool:
    """Return True if the path of a mistake names the alternative already."""
    return mistake.path.partition(".")[0] == "alternatives"
