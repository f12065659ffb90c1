"""Whatever is called without effect can be taken out of any world, and no figure moves."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import Phase, assume, given, settings

from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import ScenarioError
from tests.properties.worlds import documents
from tests.unit.scenario.worlds import COUNTED, Figures, figures, moved


@settings(max_examples=25, phases=[Phase.generate])  # shrinking plays every world again
@given(documents())
def test_a_key_without_effect_moves_nothing(document: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.yaml"
        file.write_text(
            json.dumps(document, default=lambda _: "fcfs"), encoding="utf-8"
        )  # for policies of tests
        before = _figures(file)
        assume(before is not None)
        assert before is not None
        for one in without_effect(file):
            without = _figures(file, _without(one.path, document))
            if without is not None:
                assert moved(before, without) <= COUNTED.get(one.path, set()), str(one)


def _without(path: str, document: dict[str, Any]) -> str:
    """The setting that takes a key out; a policy without its type is the default one."""
    if not path.endswith(".type"):
        return f"{path}="
    given = document["policies"]["allocation"]
    return f"policies.allocation={json.dumps({**given, 'type': 'fcfs'})}"


def _figures(file: Path, *overrides: str) -> Figures | None:
    """The figures; ``None`` of what is refused, as where a key that is left names one that has been taken out."""
    try:
        return figures(file, ["run.replications=1", *overrides])
    except ScenarioError:
        return None
