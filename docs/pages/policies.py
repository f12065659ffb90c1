"""The page of all policies, made of their classes."""

from __future__ import annotations

import sys

from docs.pages.markdown import code, prose
from docs.pages.schema import Schema, families
from simulator.policies.family import Policy

_INTRODUCTION = """
# Policies

Every policy under `policies:` with its keys, made of the classes that decide. A policy without keys may be written
as its name alone: `backorders: reject`. Names may be written in any case, and `(R, s, S)` is `R_s_S`. How a policy
of your own joins them: [Policies of your own](../plug-ins.md).
"""

_NAMES = ("type", "offer")
"""Keys that name a policy."""


def page() -> str:
    """The page in Markdown."""
    schema = Schema()
    parts = [_INTRODUCTION]
    for family in families():
        members = built_in(family)
        common = tuple(key for key in family.keys() if key not in _NAMES)  # noqa: SIM118 - not a mapping
        parts += [f"## {family.family}", prose(sys.modules[family.__module__].__doc__ or "")]
        if common:
            parts += ["All of them have:", schema.keys(schema.of(members[-1].__name__), only=common)]
        for policy in members:
            parts += [f"### {policy.names[0]}", _described(policy, schema, common)]
    return "\n\n".join(part.strip() for part in parts)


def built_in(family: type[Policy]) -> list[type[Policy]]:
    """Members of a family, those of other packages left out."""
    return [one for one in dict.fromkeys(family.members.values()) if one.__module__.startswith("simulator.")]


def _described(policy: type[Policy], schema: Schema, common: tuple[str, ...]) -> str:
    section = schema.of(policy.__name__)
    others = f"Also called {', '.join(map(code, policy.names[1:]))}." if policy.names[1:] else ""
    keys = tuple(key for key in section["properties"] if key not in {*_NAMES, *common})
    told = schema.keys(section, only=keys) if keys else ""
    return "\n\n".join(part for part in (prose(section["description"]), others, told) if part)
