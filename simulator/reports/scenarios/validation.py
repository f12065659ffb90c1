"""Validation of a scenario file with its alternatives: mistakes, and notes on the data files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.experiments.checking.judgement import load_to_judge
from simulator.orders import order_book
from simulator.orders.random.streams import Streams
from simulator.scenario.data_file_notes import reading_notes
from simulator.scenario.yaml.composition import compose
from simulator.values.mistakes import Mistake, ScenarioError


def mistakes_of(file: Path) -> tuple[Mistake, ...]:
    """Return all mistakes, in the sequence of the file; those in the names of metrics are included.

    There are none if the scenario can be run as it is and with each alternative.
    """
    found: list[Mistake] = []
    for alternative in (None, *_alternatives(file)):
        try:
            scenario = load_to_judge(file, alternative)
            if any(scenario.histories()):  # their rows are checked when they become orders
                order_book.draw(scenario, Streams(scenario.run.seed, 0))
        except ScenarioError as error:
            found.extend(error.mistakes)
    return ScenarioError(found).mistakes


def notes_of(file: Path) -> list[str]:
    """Return the notes on the data files of a scenario without mistakes, alternatives included, each once."""
    notes = (reading_notes(load_to_judge(file, alternative)) for alternative in (None, *_alternatives(file)))
    return list(dict.fromkeys(note for some in notes for note in some))


def _alternatives(file: Path) -> Iterator[str]:
    """Yield the names of the alternatives that are mappings or empty.

    Loading the scenario reports other alternatives, and a file that cannot be read.
    """
    try:
        named = compose(file).data.get("alternatives")
    except ScenarioError:
        return
    for name, overrides in named.items() if isinstance(named, dict) else ():
        if overrides is None or isinstance(overrides, dict):
            yield name
