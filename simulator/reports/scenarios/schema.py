"""JSON Schema of the scenario file, for editors that complete and check it as it is written.

The schema defines the keys and the form of their values. Rules on several values together, such as names that
refer to another section, are left to ``simulator validate``.
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
"""Keys of a schema that describe a value without restricting it."""
_SHORT: Final = 100
"""Length of a schema, in characters, up to which it is repeated instead of shared by reference."""
_KINDS: Final[dict[type[BaseModel], tuple[type[BaseModel], ...]]] = {
    Section: (Demand, History),
    Profile: (Weekly, Yearly, Peak, Surge),
}
"""Sections that may stand where a base class is declared. Only ``demand`` declares a bare Section."""


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    In a file that extends another, and within ``alternatives``, every key may be left out, and null removes
    a value.
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
        part.pop("discriminator", None)  # not part of JSON Schema
    for kind in ("pattern", "anyOf", "anyOf"):  # a shared schema may itself have parts to share
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
    """Generator that knows where one of several sections may stand, and writes defaults as the file does."""

    _within: tuple[type[Policy], ...] = ()
    """Families being described; a member inside another member of its family is not described again."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        """Return False: keys need no title."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a section, or of the sections that may stand in its place."""
        cls: type[BaseModel] = schema["cls"]
        if cls in _KINDS:
            return {"anyOf": [self._of(kind) for kind in _KINDS[cls]]}
        if issubclass(cls, Policy):
            return self._policy(schema, cls) if cls.names else self._family(cls)
        described = super().model_schema(schema)
        _write_defaults(described, cls)
        if cls is Arrivals:  # its type alone is short for the mapping
            return {"anyOf": [{"enum": ["poisson"]}, {**described, "required": ["type"]}]}
        return described

    def _of(self, cls: type[BaseModel]) -> JsonSchemaValue:
        """Return the schema of a class within the one being generated."""
        inner: CoreSchema = cls.__pydantic_core_schema__
        return self.generate_inner(inner)

    def _family(self, family: type[Policy]) -> JsonSchemaValue:
        """Return the schema of the family: the name of a policy, or the mapping of any member.

        Within one of its own members, any mapping with a type is allowed, which ends the recursion.
        """
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
        """Return the schema of the mapping of one policy."""
        described = super().model_schema(schema)
        _write_defaults(described, cls)
        described["properties"]["type"] = {"anyOf": [{"enum": list(cls.names)}, _spelled(*cls.names)]}
        if issubclass(cls, CompensationPolicy):  # its key `type` may be called `offer`
            described["properties"]["offer"] = described["properties"]["type"]
            described["anyOf"] = [{"required": ["type"]}, {"required": ["offer"]}]
        elif cls is not Limit:  # it is known by its only key
            described["required"] = ["type", *described.get("required", [])]
        return described


def _write_defaults(described: JsonSchemaValue, cls: type[BaseModel]) -> None:
    """Replace the defaults in a schema by those the file would have: ``60 days``, not 60.0.

    Defaults that are sections or lists are removed; the schema of a section has those of its keys.
    """
    written = cls.model_construct().model_dump(mode="json", warnings=False)
    for key, value in described.get("properties", {}).items():
        value.pop("default", None)
        if isinstance(written.get(key), str | int | float):
            value["default"] = written[key]


def _spelled(*names: str) -> JsonSchemaValue:
    """Return a schema for names in any case, in brackets, with any signs between words: ``(R, s, S)``."""

    def pattern(name: str) -> str:
        return " *".join("[_,-]" if c == "_" else f"[{c.lower()}{c.upper()}]" for c in name)

    return {"type": "string", "pattern": f"^[ (]*({'|'.join(pattern(name) for name in names)})[ )]*$"}


def _partial(part: Any) -> Any:
    """Return the schema of overrides: every key may be left out or null; a list is given as a whole."""
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
        # Null may stand at a key of another kind of policy: it removes the value that a base file has there.
        result["additionalProperties"] = _or_null(_partial(others)) if others else _NULL
    return result


def _expectations() -> JsonSchemaValue:
    """Return the schema of the expectations, every metric by name, so that editors complete the names."""
    conditions = {
        name: {**copy.deepcopy(SCHEMA), "description": f"In {metric.unit}: {metric.formula}."}
        for name, metric in GLOSSARY.items()
    }
    return {"type": "object", "properties": conditions, "additionalProperties": False}


def _or_null(part: JsonSchemaValue) -> JsonSchemaValue:
    """Return a schema that also allows null."""
    notes = {key: value for key, value in part.items() if key in _NOTES}
    rest = {key: value for key, value in part.items() if key not in _NOTES}
    options = rest["anyOf"] if set(rest) == {"anyOf"} else [rest]
    return {"anyOf": options if _NULL in options else [*options, _NULL], **notes}


def _shared(definitions: dict[str, Any], kind: str) -> dict[str, Any]:
    """Replace schemas that occur several times by references.

    Args:
        definitions: schemas to search; changed in place.
        kind: key that a schema must have to be shared.

    Returns:
        Definitions that the references point to, by name.
    """
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
    """Yield every mapping within a value, inner ones first."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _schemas(inner)
    if isinstance(value, dict):
        yield value


def _bare(part: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema without null, from one that may also allow null."""
    inner: JsonSchemaValue = part["anyOf"][0] if "anyOf" in part else part
    return inner
