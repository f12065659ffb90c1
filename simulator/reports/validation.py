"""Everything that is wrong with a scenario file, its alternatives included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.orders import book
from simulator.orders.streams import Streams
from simulator.scenario.composition import compose
from simulator.scenario.mistakes import Mistake, ScenarioError
from simulator.scenario.scenario import load


def mistakes_of(file: Path) -> tuple[Mistake, ...]:
    """All mistakes, in the sequence of the file; none if it can be run with and without each alternative."""
    found: list[Mistake] = []
    for alternative in (None, *_alternatives(file)):
        try:
            scenario = load(file, alternative)
            if any(scenario.histories()):  # whose rows are held against the scenario when they become orders
                book.draw(scenario, Streams(scenario.run.seed, 0))
        except ScenarioError as error:
            found.extend(error.mistakes)
    return ScenarioError(found).mistakes


def _alternatives(file: Path) -> Iterator[str]:
    """Names of the alternatives; none of a file that cannot be read, which is said elsewhere."""
    try:
        named = compose(file).data.get("alternatives")
    except ScenarioError:
        return
    yield from named if isinstance(named, dict) else ()
