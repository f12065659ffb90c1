"""Former module names: they work until 0.3, with a DeprecationWarning.

Only names that the documentation of 0.1 tells plug-ins and programs to import are kept.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

FORMER_NAMES: Final = {
    "simulator.experiments.journal": "simulator.experiments.replications.journal",
    "simulator.experiments.panel": "simulator.experiments.replications.scenario_panel",
    "simulator.metrics.labels": "simulator.metrics.metric_labels",
    "simulator.scenario.distributions": "simulator.laws.distributions",
    "simulator.scenario.idle": "simulator.values.idle_keys",
    "simulator.scenario.mistakes": "simulator.values.mistakes",
    "simulator.scenario.section": "simulator.values.section",
    "simulator.scenario.units": "simulator.values.units",
}
"""Former name of a module -> its name."""


class FormerNames:
    """Finder and loader of modules by their former names, asked last (`sys.meta_path`)."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a specification for a former name, None for any other."""
        # Importing the base class that `ModuleSpec` asks for would cost more than the whole package.
        return ModuleSpec(name, self) if name in FORMER_NAMES else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Create an empty module, filled by `exec_module`."""
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module all names of the one that has taken its place, and warn whoever imports it."""
        former, present = module.__name__, FORMER_NAMES[module.__name__]
        warn_of_former_name(former, present)
        module.__dict__.update(
            {name: value for name, value in vars(import_module(present)).items() if not name.startswith("__")}
        )


def warn_of_former_name(former: str, present: str) -> None:
    """Warn that a name has changed, at the line that imports it: two frames above, those of the import left out."""
    warnings.warn(
        f"{former} is now {present}; the former name goes with version 0.3",
        DeprecationWarning,
        stacklevel=3,
    )


def install() -> None:
    """Let former names be imported."""
    if not any(isinstance(finder, FormerNames) for finder in sys.meta_path):
        sys.meta_path.append(FormerNames())
