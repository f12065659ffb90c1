"""What a scenario takes from its order histories: products with their prices, the first day, the horizon.

It becomes part of the merged data as if it were written there, so that ``show`` names its origin and every check
sees it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulator.scenario.composition import Resolved
from simulator.scenario.customers import History
from simulator.scenario.document import Node
from simulator.scenario.mistakes import Mistake, Place, ScenarioError
from simulator.scenario.notation import days_text
from simulator.scenario.order_files import history_products, history_span

_PATHS = ("orders", "file")
"""Keys whose values are paths to data files, relative to the file they stand in."""


def with_paths_from(resolved: Resolved, folder: Path) -> Resolved:
    """Paths to data files that stand in other folders (in a file that is extended) made relative to ``folder``."""

    def moved(node: Node, place: Place) -> Node:
        content = node.content
        if isinstance(content, dict):
            content = {key: moved(inner, (*place, key)) for key, inner in content.items()}
        elif isinstance(content, list):
            content = [moved(inner, (*place, number)) for number, inner in enumerate(content)]
        elif isinstance(content, str) and place and (place[-1] in _PATHS or place == ("products", "from")):
            own = resolved.folder(place)
            if own != folder and not Path(content).is_absolute():
                content = Path(os.path.relpath(own / content, folder)).as_posix()
        return replace(node, content=content)

    return replace(resolved, root=moved(resolved.root, ()))


def with_histories(resolved: Resolved, folder: Path) -> Resolved:
    """Take products (``products: {from: file}``), start and horizon from the files, where they are not written."""
    top = resolved.root.content
    if not isinstance(top, dict):
        return resolved
    mistakes: list[Mistake] = []
    histories = list(_histories(resolved.data, folder))
    entries: dict[str, Node | None] = dict(top)
    entries["products"] = _products(resolved, histories, folder, mistakes)
    if histories:
        entries["run"] = _run(resolved, histories, folder, mistakes)
    kept = {key: node for key, node in entries.items() if node is not None}
    return replace(
        resolved, root=replace(resolved.root, content=kept), mistakes=(*resolved.mistakes, *mistakes)
    )


def _histories(data: dict[str, Any], folder: Path) -> list[History]:
    """The entries of ``demand`` that are histories and can be understood; validation reports the others."""
    found = []
    demand = data.get("demand")
    for entry in demand if isinstance(demand, list) else ():
        if isinstance(entry, dict) and "orders" in entry:
            try:
                found.append(History.model_validate(entry, context={"folder": folder}))
            except ValidationError:
                continue
    return found


def _products(
    resolved: Resolved, histories: list[History], folder: Path, mistakes: list[Mistake]
) -> Node | None:
    """The products of the scenario, those of the file ``from`` among them; what is written wins."""
    top = resolved.root.content
    group = top.get("products") if isinstance(top, dict) else None
    source = group.content.get("from") if group is not None and isinstance(group.content, dict) else None
    if group is None or source is None or not isinstance(group.content, dict):
        return group
    written = {name: node for name, node in group.content.items() if name != "from"}
    wanted = (folder / str(source.content)).resolve()
    history = next((one for one in histories if one.file.resolve() == wanted), None)
    place: Place = ("products", "from")
    if history is None:
        message = f"no entry of 'demand' has 'orders: {source.content}', which would name the columns"
        mistakes.append(Mistake.at(resolved.mark(place), place, message))
        return replace(group, content=written)
    try:
        read = history_products(history, folder)
    except ScenarioError as error:
        mistakes.extend(error.mistakes)
        return replace(group, content=written)
    origin = str(source.content)
    priced = {
        name: _node({} if price is None else {"price": price}, source, origin) for name, price in read.items()
    }
    return replace(group, content={**priced, **written})


def _run(resolved: Resolved, histories: list[History], folder: Path, mistakes: list[Mistake]) -> Node | None:
    """The section ``run`` with the first day and the length of the histories, where it does not say."""
    top = resolved.root.content
    assert isinstance(top, dict)
    group = top.get("run") or Node({}, resolved.root.mark)
    if not isinstance(group.content, dict) or {"start", "horizon"} <= group.content.keys():
        return group
    spans = []
    for history in histories:
        try:
            spans.append(history_span(history, folder))
        except ScenarioError as error:
            mistakes.extend(error.mistakes)
    dates = [date for date, _ in spans if date is not None]
    entries = dict(group.content)
    origin = ", ".join(history.orders for history in histories)
    if dates and "start" not in entries:
        entries["start"] = _node(min(dates).isoformat(), group, origin)
    if spans and "horizon" not in entries:
        start = entries["start"].content if "start" in entries else None
        days = max(_end(date, length, start) for date, length in spans)
        if days > 0:
            entries["horizon"] = _node(days_text(days), group, origin)
    return replace(group, content=entries)


def _end(date: Any, length: float, start: object) -> float:
    """Days from the start of the run to the end of a history."""
    if date is None or not isinstance(start, str):
        return length
    try:
        return length + float((date - type(date).fromisoformat(start)).days)
    except ValueError:  # not a date: validation says so
        return length


def _node(content: Any, near: Node, source: str) -> Node:
    if isinstance(content, dict):
        content = {key: _node(inner, near, source) for key, inner in content.items()}
    return Node(content, near.mark, near.key, source)
