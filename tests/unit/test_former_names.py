"""Names that the documentation of 0.1 tells plug-ins and programs to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import warnings
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    from {former} import {name}
from {present} import {name} as now
assert {name} is now
(one,) = told
assert one.category is DeprecationWarning, one
assert one.filename == "<string>", one.filename
assert str(one.message).startswith("{former}"), one
assert "{present}" in str(one.message), one
"""
NAMES = [
    ("simulator.experiments.journal", "simulator.experiments.replications.journal", "Journal"),
    ("simulator.experiments.panel", "simulator.experiments.replications.scenario_panel", "Panel"),
    ("simulator.experiments.workers", "simulator.experiments.workers.workers", "Workers"),
    ("simulator.scenario.distributions", "simulator.laws.distributions", "DurationDistribution"),
    ("simulator.scenario.section", "simulator.values.section", "Section"),
    ("simulator.scenario.units", "simulator.values.units", "Days"),
]


@pytest.mark.parametrize(("former", "present", "name"), NAMES)
def test_a_former_name_works_and_warns_who_uses_it(former: str, present: str, name: str) -> None:
    program = PROGRAM.format(former=former, present=present, name=name)
    played = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert not played.returncode, played.stderr


def test_a_name_that_never_was_is_still_missing() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"simulator\.scenario\.nothing"):
        __import__("simulator.scenario.nothing")
    with pytest.raises(ImportError, match="Nobody"):
        exec("from simulator.experiments.workers import Nobody", {})  # noqa: S102 - an import that fails
