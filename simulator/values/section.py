"""Base class of every section of a scenario file, and the types of names that refer to another section.

A section is a frozen pydantic model whose fields are the YAML keys. It refuses unknown keys. In the
validation context a section records the class that read each mapping of the file. The loader uses this record
to suggest the key that was probably meant.

The validation context is a dict, with all entries optional:
    "names"       {"products": names, "customers": names, ...}: names that references may use
    "section_of"  {id(mapping): class}: filled in here, read by the loader
    "folder"      folder of the scenario file, from which paths to data files start
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from simulator.values.idle_keys import IdleKey, ScenarioFacts

FEW: Final = 8
"""Largest number of known names listed in a message when none is similar."""


class Section(BaseModel):
    """Part of the scenario file: frozen, unknown keys refused, written back under its YAML keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        serialize_by_alias=True,
        protected_namespaces=(),
        defer_build=True,  # validators are built when first used; a scenario uses few of the classes
    )

    later: ClassVar[dict[str, str]] = {}
    """Documented keys that are not supported yet, each with the consequence, as a clause."""

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the YAML keys of the section, in the order of the documentation."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the keys of this section, not of the sections inside it, that change no figure.

        Args:
            around: facts about the rest of the scenario.
            name: name or number of this section in the mapping or list around it.
        """
        yield from ()

    @model_validator(mode="before")
    @classmethod
    def _note_section(cls, data: Any, info: ValidationInfo) -> Any:
        """Record in the validation context that this class reads the mapping."""
        # The id suffices: the loader holds the document, so its mappings outlive the validation.
        if isinstance(data, dict) and isinstance(info.context, dict):
            noted = info.context.get("section_of")
            if noted is not None:
                noted[id(data)] = cls
        return data


def refusal(kind: str, problem: str) -> PydanticCustomError:
    """Return the exception for a mistake in a value; pydantic shows `problem` word for word.

    A plain ValueError would be shown with "Value error, " before it.

    Args:
        kind: short name of the mistake, for pydantic.
        problem: the message.
    """
    # The text is passed as a value, not as the template, because it may quote braces from the file.
    return PydanticCustomError(kind, "{problem}", {"problem": problem})


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name.

    It is "; did you mean 'x'?" if a known name is similar, else "; known: a, b, c" if at most `FEW` names are
    known, else "".

    Args:
        name: the unknown name.
        known: the names that could have been meant.
    """
    names = list(dict.fromkeys(map(str, known)))
    folded = {candidate.casefold(): candidate for candidate in names}
    near = difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{folded[near[0]]}'?"
    if 0 < len(names) <= FEW:
        return f"; known: {', '.join(names)}"
    return ""


class _Reference:
    """Annotation of a str that names an entry in one section of the file.

    Attributes:
        kind: key of the section, such as ``products``.
        noun: word for an entry in messages, such as ``product``.
    """

    def __init__(self, kind: str, noun: str) -> None:
        self.kind = kind
        self.noun = noun

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._known, handler(source))

    def _known(self, name: str, info: ValidationInfo) -> str:
        names: Collection[str] | None = ((info.context or {}).get("names") or {}).get(self.kind)
        if names is None or name in names:
            return name
        raise refusal("unknown_name", f"unknown {self.noun} '{name}'{nearest(name, names)}")


ProductName = Annotated[str, _Reference("products", "product")]
SegmentName = Annotated[str, _Reference("customers", "segment")]
WarehouseName = Annotated[str, _Reference("warehouses", "warehouse")]
SupplierName = Annotated[str, _Reference("suppliers", "supplier")]
PlaceName = Annotated[str, _Reference("places", "supplier or warehouse")]
WorkshopName = Annotated[str, _Reference("workshops", "workshop")]
CustomsName = Annotated[str, _Reference("customs", "customs office")]
