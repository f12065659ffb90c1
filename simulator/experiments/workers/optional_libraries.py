"""Optional libraries, which only some experiments need; extras of this package install them."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_NEEDED: Final = {"optuna": ("optimise", "Optuna"), "SALib": ("sensitivity", "SALib")}
"""Experiment that needs each library, which is also the name of the extra, and the library's own spelling."""


class MissingExtraError(ModuleNotFoundError):
    """An optional library is not installed; the message tells how to install it."""


def import_optional(module: str) -> Any:
    """Import a module of an optional library.

    Raises:
        MissingExtraError: the library is not installed.
    """
    library = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != library:
            raise
        extra, name = _NEEDED[library]
        problem = f"'{extra}' needs {name}: pip install 'backorder-simulator[{extra}]'"
        raise MissingExtraError(problem, name=library) from None
