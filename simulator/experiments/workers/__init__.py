"""Workers that play replications, the work they are estimated to have, and its limits."""

from __future__ import annotations

from typing import Any

from simulator.former_names import warn_of_former_name


def __getattr__(name: str) -> Any:
    """Return `Workers`, which stood here up to 0.1."""
    if name == "Workers":
        from simulator.experiments.workers.workers import Workers

        warn_of_former_name(f"{__name__}.Workers", f"{Workers.__module__}.Workers")
        globals()[name] = Workers
        return Workers
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
