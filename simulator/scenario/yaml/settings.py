"""Values set by hand: ``--set policies.replenishment.s=120``, ``--set demand[0].rate=50/day``.

Names with dots, brackets or equals signs are quoted: ``products."size 4.5".price=3``. The value is YAML. An
empty value or null removes the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from simulator.scenario.yaml.document import parse_document
from simulator.scenario.yaml.merging import Merger, opened
from simulator.scenario.yaml.node import SET, Node
from simulator.values.mistakes import Mark, Place, ScenarioError, place_text

_STEP: Final = re.compile(
    r"""(?P<dot>\.?)\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s.\[\]="'][^.\[=]*?))\s*(?=[.\[=])"""
    r"""|\[(?P<number>[0-9]{1,9})\]\s*(?=[.\[=])"""
)
_FIXED: Final = ("extends", "alternatives")


@dataclass(frozen=True, slots=True)
class PathStep:
    """Step of a path into the scenario.

    Attributes:
        name: key of a mapping, or number of a list entry given in brackets.
        mark: position of the step in the text of the setting.
    """

    name: str | int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Setting:
    """Value set by hand, with its path in the scenario.

    Attributes:
        steps: the path; never empty.
        value: the value, with `SET` as its source.
    """

    steps: tuple[PathStep, ...]
    value: Node

    @classmethod
    def read(cls, text: str) -> Setting:
        """Parse a text ``path=value``.

        Raises:
            ScenarioError: the text has another form, or the value is not YAML.
        """
        file = f"{SET} {text}"
        steps, start = path_steps(text, file)
        document = parse_document(text[start:], file, column=len(SET) + 2 + start)
        if document.mistakes:
            raise ScenarioError(document.mistakes)
        return cls(steps, document.root.from_source(SET))

    def applied(self, root: Node, merger: Merger) -> Node:
        """Put the value into the scenario and return the result.

        Args:
            root: the scenario, which stays as it is.
            merger: log of the change.

        Raises:
            ScenarioError: the path leads through a value that is neither mapping nor list, or past the end of
                a list.
        """
        return self._put(root, 0, (), merger)

    def _put(self, node: Node, depth: int, place: Place, merger: Merger) -> Node:
        """Put the value below one node and return the changed node.

        Args:
            node: the node at `place`.
            depth: number of the first step that leads on from `place`.
            place: path of the node.
            merger: log of the change.
        """
        step = self.steps[depth]
        if isinstance(node.content, list):
            return self._put_in_list(node, node.content, depth, place, merger)
        node = opened(node, place)
        content = {} if node.content is None else node.content
        if not isinstance(content, dict):
            raise _refusal(step.mark, place, f"is {_shown(node)}, not a mapping: it has no {_named(step)}")
        if isinstance(step.name, int):
            raise _refusal(step.mark, place, f"is a mapping, not a list: it has no {_named(step)}")
        inner = content.get(step.name)
        if inner is None or inner.content is None or depth + 1 == len(self.steps):
            return merger.over(replace(node, content=content), self._nested(depth, place), place)
        changed = self._put(inner, depth + 1, (*place, step.name), merger)
        return replace(node, content={**content, step.name: changed})

    def _put_in_list(self, node: Node, entries: list[Node], depth: int, place: Place, merger: Merger) -> Node:
        """Put the value into or below an entry of a list and return the changed list.

        Args:
            node: the list.
            entries: content of the list.
            depth: number of the step that names the entry.
            place: path of the list.
            merger: log of the change.
        """
        step = self.steps[depth]
        if isinstance(step.name, str) and not re.fullmatch("[0-9]{1,9}", step.name):
            raise _refusal(
                step.mark, place, f"is a list: name an entry by its number, as {place_text(place)}[0]"
            )
        number = int(step.name)
        if number >= len(entries):
            held = f"entries 0 to {len(entries) - 1}" if entries else "no entries"
            raise _refusal(step.mark, place, f"has {held}, not {number}")
        inner = (*place, number)
        changed: Node | None
        if depth + 1 == len(self.steps):
            changed = merger.merged(entries[number], self.value, inner)
        else:
            changed = self._put(entries[number], depth + 1, inner, merger)
        rest = [] if changed is None else [changed]
        return replace(node, content=[*entries[:number], *rest, *entries[number + 1 :]])

    def _nested(self, depth: int, place: Place) -> Node:
        """Return the value wrapped in new mappings, one for each step from `depth` on.

        Raises:
            ScenarioError: one of these steps is the number of a list entry.
        """
        node = self.value
        for step in reversed(self.steps[depth:]):
            if isinstance(step.name, int):
                raise _refusal(step.mark, place, f"has no list with {_named(step)}")
            node = Node({step.name: replace(node, key=step.mark)}, step.mark, source=SET)
        return node


def path_steps(text: str, file: str) -> tuple[tuple[PathStep, ...], int]:
    """Parse the path of a text ``path=value``.

    Args:
        text: path and value.
        file: `text` with the option before it, as named in marks.

    Returns:
        The steps of the path, and the position in `text` at which the value starts.

    Raises:
        ScenarioError: the text has another form, or its path cannot be set on the command line.
    """
    ahead = len(file) - len(text) + 1
    steps: list[PathStep] = []
    at = 0
    while not steps or text[at] != "=":
        match = _STEP.match(text, at)
        is_number = match is not None and match["number"] is not None
        if (
            match is None
            or (not is_number and bool(match["dot"]) != bool(steps))
            or (is_number and not steps)
        ):
            mark = Mark(file, 1, ahead + at)
            raise ScenarioError.at(mark, "write a path and a value, as in products.headphones.price=3")
        group = next(name for name in ("number", "double", "single", "bare") if match[name] is not None)
        mark = Mark(file, 1, ahead + match.start(group))
        steps.append(PathStep(int(match[group]) if is_number else match[group], mark))
        at = match.end()
    if steps[0].name in _FIXED:
        raise ScenarioError.at(steps[0].mark, f"'{steps[0].name}' cannot be set on the command line")
    return tuple(steps), at + 1


def _named(step: PathStep) -> str:
    return f"entry {step.name}" if isinstance(step.name, int) else f"'{step.name}'"


def _shown(node: Node) -> str:
    return "a list" if isinstance(node.content, list) else f"'{node.content}'"


def _refusal(mark: Mark, place: Place, problem: str) -> ScenarioError:
    """Return the error of a path that cannot be followed.

    Args:
        mark: position of the step that fails.
        place: path of the value at which it fails.
        problem: predicate of the message, whose subject is that value.
    """
    return ScenarioError.at(mark, problem if place else f"the scenario {problem}", place)
