"""What the results of all experiments have in common."""

import pytest

import simulator
from simulator.reports.files.manifest import Recorded


@pytest.mark.parametrize("name", [name for name in simulator.__all__ if name.endswith("Results")])
def test_the_results_of_every_experiment_save_themselves(name):
    kind = getattr(simulator, name)
    if name == "CheckResults":  # a verdict on many scenarios, which has no folder of its own
        assert not issubclass(kind, Recorded)
        return
    assert issubclass(kind, Recorded)
    assert not getattr(kind, "__abstractmethods__", None)
    assert kind.save is Recorded.save


def test_there_are_results_of_a_run_and_five_experiments():
    assert len([name for name in simulator.__all__ if name.endswith("Results")]) == 7
