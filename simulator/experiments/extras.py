"""Libraries that only some experiments need; they are installed with an extra of this package."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_NEEDED: Final = {"optuna": ("optimise", "Optuna"), "SALib": ("sensitivity", "SALib")}
"""By library: the experiment, which is also the name of the extra, and how the library writes itself."""


class MissingExtraError(ModuleNotFoundError):
    """A library is needed that is not installed; says how to install it."""


def optional(module: str) -> Any:
    """A module of a library that need not be there. Raises MissingExtraError if the library is not."""
    library = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != library:
            raise
        extra, name = _NEEDED[library]
        problem = f"'{extra}' needs {name}: pip install 'backorder-simulator[{extra}]'"
        raise MissingExtraError(problem, name=library) from None
