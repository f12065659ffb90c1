"""The JSON Schema of the scenario file, for editors that complete and check while one writes.

It says which keys there are and what their values look like. What concerns several values together, such as
names that refer to another section, is left to ``simulator validate``.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from simulator.metrics.glossary import GLOSSARY
from simulator.policies.acceptance import Limit
from simulator.policies.compensation import CompensationPolicy
from simulator.policies.family import Policy
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import Arrivals, Demand
from simulator.scenario.sections.demand_profiles import Peak, Profile, Surge, Weekly, Yearly
from simulator.scenario.sections.expectations import SCHEMA
from simulator.scenario.sections.order_history import History
from simulator.values.section import Section

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PARTIAL: Final = "Partial"
_NOTES: Final = ("description", "default", "examples")
_SHORT: Final = 100
"""Shorter schemas are repeated rather than referred to."""
_KINDS: Final[dict[type[BaseModel], tuple[type[BaseModel], ...]]] = {
    Section: (Demand, History),
    Profile: (Weekly, Yearly, Peak, Surge),
}
"""Bases that stand for one of several sections; the only place of a bare Section is ``demand``."""


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario file.

    In a file that extends another, and within ``alternatives``, everything may be left out, and null removes.
    """
    whole = Scenario.model_json_schema(schema_generator=_Generator)
    definitions: dict[str, Any] = whole.pop("$defs")
    definitions |= {"Scenario": whole, "Expectations": _expectations()}
    told = whole["properties"]["expect"]["description"]
    whole["properties"]["expect"] = {"$ref": "#/$defs/Expectations", "description": told}
    whole["properties"]["show"]["items"] = {"enum": list(GLOSSARY)}
    definitions |= {f"{_PARTIAL}{name}": _partial(part) for name, part in definitions.items()}
    partial = definitions[f"{_PARTIAL}Scenario"]
    overrides = copy.deepcopy(partial)
    definitions["Alternative"] = {**overrides, "description": "Overrides: what is not named stays as it is."}
    del overrides["properties"]["alternatives"]
    for top in (whole, partial):
        top["properties"]["extends"] = _EXTENDS
        alternative = _or_null({"$ref": "#/$defs/Alternative"})
        _bare(top["properties"]["alternatives"])["additionalProperties"] = alternative
        top["patternProperties"] = {"^x-": {"description": "Not read: a place for YAML anchors."}}
    for products in (part["properties"]["products"] for part in (whole, partial, overrides)):
        _bare(products)["properties"] = {
            "each": {"$ref": f"#/$defs/{_PARTIAL}Product", "description": "Defaults of every product."},
            "from": {"type": "string", "description": "Order history whose products are added, with prices."},
        }
    for part in _schemas(definitions):
        part.pop("discriminator", None)  # is no part of JSON Schema
    for kind in ("pattern", "anyOf", "anyOf"):  # what became shared may have parts to share in its turn
        definitions |= _shared(definitions, kind)
    return {
        "$schema": DIALECT,
        "title": "Scenario of the backorder simulator",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"#/$defs/{_PARTIAL}Scenario"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": definitions,
    }


_NULL: Final = {"type": "null"}
_EXTENDS: Final = {
    "description": "Scenario file or files that this one changes; paths relative to this file.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}


class _Generator(GenerateJsonSchema):
    """Knows where the scenario takes one of several sections, and how the file writes a default."""

    _within: tuple[type[Policy], ...] = ()
    """Families that are being described: one of their members may hold another of them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        """Keys speak for themselves."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """The schema of a section, or of those it stands for."""
        cls: type[BaseModel] = schema["cls"]
        if cls in _KINDS:
            return {"anyOf": [self._of(kind) for kind in _KINDS[cls]]}
        if issubclass(cls, Policy):
            return self._policy(schema, cls) if cls.names else self._family(cls)
        described = super().model_schema(schema)
        _write_defaults(described, cls)
        if cls is Arrivals:  # whose type is short for it
            return {"anyOf": [{"enum": ["poisson"]}, {**described, "required": ["type"]}]}
        return described

    def _of(self, cls: type[BaseModel]) -> JsonSchemaValue:
        inner: CoreSchema = cls.__pydantic_core_schema__
        return self.generate_inner(inner)

    def _family(self, family: type[Policy]) -> JsonSchemaValue:
        """A policy's name, or any member of the family; within one of its own members, any mapping."""
        members = [found for name in family.known() if (found := family.find(name)) is not None]
        names = [name for cls in members for name in cls.names]
        named: list[JsonSchemaValue] = [{"enum": names}, _spelled(*names)]
        if family in self._within:
            return {"anyOf": [*named, {"type": "object", "required": ["type"]}]}
        self._within = (*self._within, family)
        described = [self._of(cls) for cls in members]
        self._within = self._within[:-1]
        return {"anyOf": [*named, *described]}

    def _policy(self, schema: core_schema.ModelSchema, cls: type[Policy]) -> JsonSchemaValue:
        described = super().model_schema(schema)
        _write_defaults(described, cls)
        described["properties"]["type"] = {"anyOf": [{"enum": list(cls.names)}, _spelled(*cls.names)]}
        if issubclass(cls, CompensationPolicy):  # whose type may be called what it is
            described["properties"]["offer"] = described["properties"]["type"]
            described["anyOf"] = [{"required": ["type"]}, {"required": ["offer"]}]
        elif cls is not Limit:  # which is known by its only key
            described["required"] = ["type", *described.get("required", [])]
        return described


def _write_defaults(described: JsonSchemaValue, cls: type[BaseModel]) -> None:
    """Defaults as the file writes them (``60 days``, not 60.0); those of whole sections are their own business."""
    written = cls.model_construct().model_dump(mode="json", warnings=False)
    for key, value in described.get("properties", {}).items():
        value.pop("default", None)
        if isinstance(written.get(key), str | int | float):
            value["default"] = written[key]


def _spelled(*names: str) -> JsonSchemaValue:
    """The names in any case, with brackets, and with other signs between the words: ``(R, s, S)``."""

    def pattern(name: str) -> str:
        return " *".join("[_,-]" if c == "_" else f"[{c.lower()}{c.upper()}]" for c in name)

    return {"type": "string", "pattern": f"^[ (]*({'|'.join(pattern(name) for name in names)})[ )]*$"}


def _partial(part: Any) -> Any:
    """The schema of overrides of a part: every key may be left out or null; lists are given as a whole."""
    if not isinstance(part, dict) or part.get("type") == "array":
        return part
    if "$ref" in part:
        return {**part, "$ref": part["$ref"].replace("#/$defs/", f"#/$defs/{_PARTIAL}")}
    result = {key: value for key, value in part.items() if key not in {"required", "oneOf", "anyOf"}}
    options = [option for key in ("anyOf", "oneOf") for option in part.get(key, ())]
    if types := [_partial(option) for option in options if set(option) != {"required"}]:
        result["anyOf"] = types
    if "properties" in part:
        result["properties"] = {key: _or_null(_partial(value)) for key, value in part["properties"].items()}
    others = part.get("additionalProperties", True)
    if others is not True:
        # Null for a key of another kind of policy: it removes what a base file said for that kind.
        result["additionalProperties"] = _or_null(_partial(others)) if others else _NULL
    return result


def _expectations() -> JsonSchemaValue:
    """Conditions by metric, so that editors complete the names."""
    conditions = {
        name: {**copy.deepcopy(SCHEMA), "description": f"In {metric.unit}: {metric.formula}."}
        for name, metric in GLOSSARY.items()
    }
    return {"type": "object", "properties": conditions, "additionalProperties": False}


def _or_null(part: JsonSchemaValue) -> JsonSchemaValue:
    notes = {key: value for key, value in part.items() if key in _NOTES}
    rest = {key: value for key, value in part.items() if key not in _NOTES}
    options = rest["anyOf"] if set(rest) == {"anyOf"} else [rest]
    return {"anyOf": options if _NULL in options else [*options, _NULL], **notes}


def _shared(definitions: dict[str, Any], kind: str) -> dict[str, Any]:
    """Definitions for schemas with the key ``kind`` that occur several times, which then refer to them."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for part in _schemas(definitions):
        if kind in part:
            found[json.dumps({key: value for key, value in part.items() if key not in _NOTES})].append(part)
    shared: dict[str, Any] = {}
    for text, parts in found.items():
        if len(parts) > 1 and len(text) > _SHORT:
            name = f"Shared{len(definitions) + len(shared)}"
            shared[name] = json.loads(text)
            for part in parts:
                notes = {key: value for key, value in part.items() if key in _NOTES}
                part.clear()
                part.update({"$ref": f"#/$defs/{name}", **notes})
    return shared


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within the value, the inner ones first."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _schemas(inner)
    if isinstance(value, dict):
        yield value


def _bare(part: JsonSchemaValue) -> JsonSchemaValue:
    """The schema itself, of one that also takes null."""
    inner: JsonSchemaValue = part["anyOf"][0] if "anyOf" in part else part
    return inner
