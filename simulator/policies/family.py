"""Base class and registry of policies: frozen sections with behaviour, found by name in their family.

A family is a base class such as ``AllocationPolicy``. Built-in members register with ``@member("name")``;
a plug-in package registers its classes through the entry-point group ``simulator.policies``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, ClassVar, Self, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from simulator.values.section import Section, nearest

ENTRY_POINTS = "simulator.policies"

P = TypeVar("P", bound="Policy")


class Policy(Section):
    """Base of all policies: fields are the YAML keys, the docstring the documentation, methods the behaviour.

    Attributes:
        names: name and aliases of the policy.
        members: classes of the family, by normalised name.
        family: word for the family in messages.
    """

    names: ClassVar[tuple[str, ...]] = ()
    members: ClassVar[dict[str, type[Policy]]] = {}
    family: ClassVar[str] = "policy"

    kind: str = Field(default="", alias="type", validate_default=True, description="Name of the policy.")

    @field_validator("kind", mode="before")
    @classmethod
    def _by_its_first_name(cls, value: object) -> object:
        """Replace an alias by the policy's own name, so that policies that behave alike are equal."""
        return cls.names[0] if cls.names else value

    @classmethod
    def choose(cls, value: object, info: ValidationInfo) -> Self:
        """Make the member of this family that a value names.

        Args:
            value: name of a policy, mapping with the key ``type``, or a policy, which is returned unchanged.
            info: validation context, see `section`.

        Raises:
            ValueError: the value names no policy of the family.
            pydantic.ValidationError: a field of the policy is wrong.
        """
        if isinstance(value, cls):
            return value
        fields = {"type": value} if isinstance(value, str) else value
        if not isinstance(fields, dict):
            raise ValueError(f"must name a policy: {', '.join(cls.known())}")
        name = fields.get("type")
        if not isinstance(name, str):
            raise ValueError(f"needs a 'type': {', '.join(cls.known())}")
        found = cls.find(name)
        if found is None:
            raise ValueError(f"unknown {cls.family} policy {name!r}{nearest(name, cls.known())}")
        return found.model_validate(fields, context=info.context)

    @classmethod
    def find(cls, name: str) -> type[Self] | None:
        """Return the class with a name or alias, built in or from a plug-in; None if there is none."""
        member = cls.members.get(_folded(name))
        if member is None:
            _enter_plug_ins()
            member = cls.members.get(_folded(name))
        return member if member is not None and issubclass(member, cls) else None

    @classmethod
    def known(cls) -> list[str]:
        """Return the names, without aliases, of all members of the family, plug-ins included."""
        _enter_plug_ins()
        return list(dict.fromkeys(member.names[0] for member in cls.members.values()))


def member(*names: str) -> Callable[[type[P]], type[P]]:
    """Return a decorator that registers a class in its family under a name and aliases."""

    def enter(policy: type[P]) -> type[P]:
        policy.names = names
        for name in names:
            policy.members[_folded(name)] = policy
        return policy

    return enter


def _folded(name: str) -> str:
    """Normalise a name: ``(R, s, S)``, ``R_s_S`` and ``r-s-s`` become equal."""
    return name.strip().strip("()").replace(" ", "").replace(",", "_").replace("-", "_").lower()


def _enter_plug_ins() -> None:
    """Register the policies of installed plug-ins. A name already taken keeps its class."""
    for entry in entry_points(group=ENTRY_POINTS):
        policy: Any = entry.load()
        if not policy.names:
            policy.names = (entry.name,)
        policy.members.setdefault(_folded(entry.name), policy)
