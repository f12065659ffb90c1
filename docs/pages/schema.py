"""The schema of the scenario file, read for people: sections, and what a key may be given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Any, Final

from pydantic import TypeAdapter

from docs.pages.markdown import code, prose, table
from simulator.laws.distributions import DurationDistribution, QuantityDistribution
from simulator.laws.law import LAWS
from simulator.metrics.glossary import GLOSSARY
from simulator.policies.family import Policy
from simulator.reports.scenarios.schema import scenario_schema
from simulator.values.units import Day, Days, Money, PerDay, Quantity, Share

Part = dict[str, Any]
HEAD: Final = ("Key", "Value", "Default", "Meaning")
_PREFIX: Final = "#/$defs/"
_OPTIONS: Final = ("anyOf", "oneOf")


def families() -> list[type[Policy]]:
    """Families of policies, in the sequence of the scenario file."""
    found = {base.family: base for base in Policy.__subclasses__() if "members" in vars(base)}
    return [found[key] for key in Schema().of("Policies")["properties"] if key in found]


class Schema:
    """The JSON Schema of the scenario file.

    Args:
        link: gives the address of a section by the name of its definition; "" for none.
    """

    def __init__(self, link: Callable[[str], str] = lambda _: "") -> None:
        self._link = link

    @cached_property
    def _definitions(self) -> dict[str, Part]:
        definitions: dict[str, Part] = scenario_schema()["$defs"]
        return definitions

    def of(self, name: str) -> Part:
        """Section of that name, or whatever else the schema defines under it."""
        found = self._definitions[name]
        return next((option for option in found.get("anyOf", ()) if "properties" in option), found)

    def keys(self, section: Part, *, only: Collection[str] | None = None) -> str:
        """Table of the keys of a section, all unless told."""
        needed = section.get("required", ())
        return table(
            HEAD,
            (
                (
                    code(key),
                    ", ".join(self.values(part)),
                    "**needed**" if key in needed else _default(part),
                    prose(self._meaning(part)),
                )
                for key, part in section["properties"].items()
                if only is None or key in only
            ),
        )

    def values(self, part: Part) -> list[str]:
        """Everything that a key may be given, in words."""
        if "$ref" in part:
            return self._of_reference(part)
        if options := [one for key in _OPTIONS for one in part.get(key, ()) if set(one) != {"required"}]:
            return list(dict.fromkeys(value for option in options for value in self.values(option)))
        if names := part.get("enum", [part["const"]] if "const" in part else []):
            return (
                ["[metric](metrics.md)"] if names == list(GLOSSARY) else [code(str(name)) for name in names]
            )
        if "examples" in part:
            examples = [str(example) for example in part["examples"]]
            return [_KINDS.get(examples[0]) or f"as {', '.join(map(code, examples))}"]
        return self._of_type(part)

    def _of_reference(self, part: Part) -> list[str]:
        name = part["$ref"].removeprefix(_PREFIX)
        target = self._definitions[name]
        if name in _NAMED:
            return [_NAMED[name]]
        if link := self._link(name):
            short = (word for option in target.get("anyOf", ()) for word in option.get("enum", ()))
            return [*map(code, short), link]
        return self.values({**target, **{key: value for key, value in part.items() if key != "$ref"}})

    def _of_type(self, part: Part) -> list[str]:
        told: list[str] = []
        match part.get("type"):
            case "boolean":
                told = ["`true`", "`false`"]
            case "integer" | "number" as kind:
                told = [_number("whole number" if kind == "integer" else "number", part)]
            case "array":
                size = f" of {part['minItems']}" if part.get("minItems", 0) == part.get("maxItems") else ""
                told = [_with(f"list{size}:", self.values(part.get("items") or part["prefixItems"][0]))]
            case "object":
                others: Part = part.get("additionalProperties") or next(
                    iter(part.get("patternProperties", {}).values()), {}
                )
                told = [_with("mapping to", self.values(others)) if others else "mapping"]
                told[0] = _with(f"{told[0]} with", [code(key) for key in part.get("properties", ())])
            case "string" if "pattern" not in part:
                told = ["text"]
        return told

    def sections(self, part: Part, path: str) -> Iterator[tuple[str, str]]:
        """Sections that a value may hold, each as the name of its definition and its path in the file."""
        if "$ref" in part:
            name = part["$ref"].removeprefix(_PREFIX)
            if name in _NAMED:
                return
            if "properties" in self.of(name):
                yield name, path
            else:
                yield from self.sections(self.of(name), path)
        for key in _OPTIONS:
            for option in part.get(key, ()):
                yield from self.sections(option, path)
        if isinstance(items := part.get("items"), dict):
            yield from self.sections(items, f"{path}[]")
        if isinstance(others := part.get("additionalProperties"), dict):
            yield from self.sections(others, f"{path}.NAME")

    def _meaning(self, part: Part) -> str:
        """Description of a key, or else of the section that it holds."""
        told: str = part.get("description", "")
        if told and told not in _OF_TYPES:
            return told
        names = {name for name, _ in self.sections(part, "")}
        if len(names) != 1:
            return ""
        told = self.of(names.pop()).get("description", "")
        return f"{' '.join(told.split()).partition('. ')[0].rstrip('.')}."


def _with(noun: str, values: list[str]) -> str:
    """A noun and what belongs to it; the noun's last word ties them, and goes where there is nothing."""
    return (
        f"{noun} {', '.join(values)}"
        if values
        else noun.removesuffix(":").removesuffix(" to").removesuffix(" with")
    )


def _number(noun: str, part: Part) -> str:
    if "exclusiveMinimum" in part:
        return f"{noun} above {part['exclusiveMinimum']}"
    limits = [f"{word} {part[key]}" for word, key in (("from", "minimum"), ("to", "maximum")) if key in part]
    return " ".join((noun, *limits))


def _default(part: Part) -> str:
    match part.get("default"):
        case None:
            return ""
        case bool() as default:
            return code(str(default).lower())
        case float() as default:
            return code(f"{default:g}")
        case default:
            return code(str(default))


_KINDS: Final = {
    "12 days": "duration",
    "40/day": "rate",
    "20 %": "share",
    "25 %/year": "holding cost",
    "2026-11-27": "date",
}
"""What values are that the schema gives these examples of."""
_OF_TYPES: Final = {
    TypeAdapter(kind).json_schema()["description"]
    for kind in (Day, Days, DurationDistribution, Money, PerDay, Quantity, QuantityDistribution, Share)
}
"""Words about the type of a value, which the column of values has already."""
_NAMED: Final = {
    **{base.__name__: f"[policy](policies.md#{base.family})" for base in Policy.__subclasses__()},
    **{law.__name__: "[distribution](#distributions)" for laws in LAWS.values() for law in laws.values()},
    "Expectations": "conditions by [metric](metrics.md)",
    "Alternative": "overrides",
}
"""Definitions with a page or a heading of their own."""
