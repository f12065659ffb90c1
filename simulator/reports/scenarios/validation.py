"""Validation of a scenario file with its alternatives: mistakes, keys without effect, notes on the data files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.experiments.checking.judgement import load_to_judge
from simulator.orders import order_book
from simulator.orders.random.streams import Streams
from simulator.scenario.data_file_notes import reading_notes
from simulator.scenario.load import ScenarioFile
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import Mistake, ScenarioError


@dataclass(frozen=True)
class Validation:
    """Everything that is to be said of a scenario file before it is played.

    Attributes:
        mistakes: all mistakes, in the sequence of the file; those in the names of metrics are included. There are none
            if the scenario can be run as it is and with each alternative.
        idle: keys without effect, if there are no mistakes.
        notes: notes on the data files, each once, if there are no mistakes.
    """

    mistakes: tuple[Mistake, ...]
    idle: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path) -> Validation:
        """Validate a file with each of its alternatives."""
        found: list[Mistake] = []
        scenarios: list[Scenario] = []
        try:
            file = ScenarioFile(path)
        except ScenarioError as error:
            return cls(error.mistakes)
        for alternative in (None, *file.valid_alternatives):
            try:
                scenario = load_to_judge(file, alternative)
                if any(scenario.histories()):  # their rows are checked when they become orders
                    order_book.draw(scenario, Streams(scenario.run.seed, 0))
                scenarios.append(scenario)
            except ScenarioError as error:
                found.extend(error.mistakes)
        if found:
            return cls(ScenarioError(found).mistakes)
        return cls((), without_effect(file), tuple(reading_notes(*scenarios)))
