"""The base of every section of a scenario file, and names that refer to another section.

A section is one frozen pydantic model whose fields are the YAML keys. It refuses unknown keys. So that the
loader can say which key was probably meant, a section notes in the validation context which class read which
mapping of the file.

The validation context (all entries optional) is a dict:
    "names"       {"products": names, "customers": names, ...}: what references may refer to
    "section_of"  {id(mapping): class}: filled in here, read by the loader
    "folder"      folder of the scenario file, from where paths to data files start
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from simulator.scenario.idle import Idle, Surroundings

FEW: Final = 8
"""Up to so many known names are listed when no name is near."""


class Section(BaseModel):
    """A part of the scenario file: frozen, unknown keys refused, written back under its YAML keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        serialize_by_alias=True,
        protected_namespaces=(),
    )

    later: ClassVar[dict[str, str]] = {}
    """Keys that the documentation names but nothing acts on yet, each with what it will mean."""

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The YAML keys this section understands, in the order they are documented."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Keys of this section, those of inner sections excepted, that change no figure.

        Args:
            around: facts that other sections contribute.
            name: name or number of this section in the mapping or list that it stands in.
        """
        yield from ()

    @model_validator(mode="before")
    @classmethod
    def _note_section(cls, data: Any, info: ValidationInfo) -> Any:
        # The id is enough: the loader holds the document, so its mappings outlive the validation.
        if isinstance(data, dict) and isinstance(info.context, dict):
            noted = info.context.get("section_of")
            if noted is not None:
                noted[id(data)] = cls
        return data


def refusal(kind: str, problem: str) -> PydanticCustomError:
    """The exception for a mistake in a value; pydantic shows `problem` word for word.

    A plain ValueError would be shown with "Value error, " before it.
    """
    # The text goes in as a value, not as the template: it may quote braces from the file.
    return PydanticCustomError(kind, "{problem}", {"problem": problem})


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name.

    "; did you mean 'x'?" when a known name is near, "; known: a, b, c" when there are few, else "".
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
    """Marks a str as the name of something in one section of the file."""

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
CustomsName = Annotated[str, _Reference("customs", "customs office")]
