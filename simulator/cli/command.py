"""Registration of commands, whose parameters may be groups of options."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from typing import Any

from simulator.cli.app import app


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Register a function as a command of the program.

    A parameter whose type is a dataclass is a group: the fields of the dataclass become options. If the
    function has a parameter of the same name as a field, that parameter decides place, help and default of
    the option, and both get its value.
    """
    app.command()(_spread(function))
    return function


def _spread(function: Callable[..., None]) -> Callable[..., None]:
    """Return the function with the options of its groups in place of the groups, as Typer needs them."""
    own = inspect.signature(function, eval_str=True).parameters
    groups: dict[str, Callable[..., Any]] = {
        name: one.annotation
        for name, one in own.items()
        if isinstance(one.annotation, type) and is_dataclass(one.annotation)
    }
    fields = {name: inspect.signature(kind, eval_str=True).parameters for name, kind in groups.items()}
    options: dict[str, inspect.Parameter] = {}
    for name, one in own.items():
        shown = fields.get(name, {name: one})
        options |= {option: of for option, of in shown.items() if option == name or option not in own}

    def called(**given: Any) -> None:
        parts = {
            name: kind(**{option: given[option] for option in fields[name]}) for name, kind in groups.items()
        }
        function(**parts, **{name: given[name] for name in own if name not in groups})

    called.__name__, called.__doc__ = function.__name__, function.__doc__
    called.__annotations__ = {name: one.annotation for name, one in options.items()}
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # inspect and Typer look here first
        [one.replace(kind=one.KEYWORD_ONLY) for one in options.values()]
    )
    return called
