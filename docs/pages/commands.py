"""The page of all commands, made of the command line itself."""

from __future__ import annotations

from typing import Any

import typer

from docs.pages.markdown import code, prose, table
from simulator.cli import app

_INTRODUCTION = """
# Commands

What `simulator --help` and `simulator COMMAND --help` print. Exit codes stand in the
[README](../index.md#exit-codes).
"""


def page() -> str:
    """The page in Markdown."""
    # Typer has a click of its own, so that neither's classes can be named here.
    group: Any = typer.main.get_command(app)
    context = typer.Context(group, info_name="simulator")
    commands = [group.get_command(context, name) for name in group.list_commands(context)]
    overview = table(
        ("Command", ""),
        ((f"[{code(command.name)}](#{command.name})", _summary(command)) for command in commands),
    )
    parts = [
        _INTRODUCTION,
        prose(group.help),
        overview,
        "Before the command:",
        _parameters(group, context, "option"),
    ]
    for command in commands:
        parts += _section(command, typer.Context(command, info_name=command.name, parent=context))
    return "\n\n".join(part.strip() for part in parts if part)


def _summary(command: Any) -> str:
    return prose(command.help.partition("\n\n")[0])


def _section(command: Any, context: typer.Context) -> list[str]:
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    return [
        f"## {command.name}",
        prose(command.help),
        f"```text\n{usage}\n```",
        _parameters(command, context, "argument"),
        _parameters(command, context, "option"),
    ]


def _parameters(command: Any, context: typer.Context, kind: str) -> str:
    """Table of the arguments or of the options; "" if there is none."""
    told = [
        record
        for parameter in command.get_params(context)
        if parameter.param_type_name == kind and (record := parameter.get_help_record(context))
    ]
    return (
        table((kind.capitalize(), ""), ((code(name), prose(words)) for name, words in told)) if told else ""
    )
