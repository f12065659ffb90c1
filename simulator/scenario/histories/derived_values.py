"""Values a scenario takes from its order histories: products with their prices, start and horizon.

They become part of the merged data as if they were written there. Thus ``show`` names their origin, and every
check sees them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulator.scenario.histories.order_files import history_products, history_span, read_history
from simulator.scenario.sections.order_history import History
from simulator.scenario.yaml.composition import Resolved
from simulator.scenario.yaml.node import Node
from simulator.values.mistakes import Mistake, Place, ScenarioError
from simulator.values.notation import days_text

_PATHS = ("orders", "file")
"""Keys whose values are paths to data files, relative to the folder of the file that contains the key."""


def with_paths_from(resolved: Resolved, folder: Path) -> Resolved:
    """Return the scenario with all paths to data files relative to one folder.

    Paths in an extended file are written relative to that file, which may be in another folder.

    Args:
        resolved: the merged scenario.
        folder: folder of the scenario file.
    """

    def relative(node: Node, place: Place) -> Node:
        content = node.content
        if isinstance(content, dict):
            content = {key: relative(inner, (*place, key)) for key, inner in content.items()}
        elif isinstance(content, list):
            content = [relative(inner, (*place, number)) for number, inner in enumerate(content)]
        elif isinstance(content, str) and _is_path(place):
            own = resolved.folder(place)
            if own != folder and not Path(content).is_absolute():
                content = Path(os.path.relpath(own / content, folder)).as_posix()
        else:
            return node
        return replace(node, content=content)

    return replace(resolved, root=relative(resolved.root, ()))


def _is_path(place: Place) -> bool:
    """Return True if the value at a place is the path of a data file, or one in a list of such paths."""
    if place and isinstance(place[-1], int):
        place = place[:-1]
    return bool(place) and (place[-1] in _PATHS or place == _FROM)


def with_histories(resolved: Resolved, folder: Path) -> Resolved:
    """Add products (``products: {from: file}``), start and horizon from the data files; written values win.

    Mistakes in the files are added to the result, each with the line of the scenario that names the file.

    Args:
        resolved: the merged scenario.
        folder: folder of the scenario file; relative paths start here.
    """
    if not isinstance(resolved.root.content, dict):
        return resolved
    resolved = _with_only_product(resolved)
    top = resolved.root.content
    assert isinstance(top, dict)
    mistakes: list[Mistake] = []
    histories = dict(_histories(resolved, folder))
    for place, history in list(histories.items()):
        try:
            read_history(history, folder)
        except ScenarioError as error:
            mistakes.extend(asked_for(error.mistakes, resolved, place))
            del histories[place]
    entries: dict[str, Node | None] = dict(top)
    unreadable = len(mistakes)
    entries["products"] = _products(resolved, histories, folder, mistakes)
    if histories:
        entries["run"] = _run(resolved, list(histories.values()), folder)
    kept = {key: node for key, node in entries.items() if node is not None}
    unread = (
        {("products",)}
        if _source(resolved) is not None and (unreadable or len(mistakes) > unreadable)
        else set()
    )
    return replace(
        resolved,
        root=replace(resolved.root, content=kept),
        mistakes=(*resolved.mistakes, *mistakes),
        unread=frozenset(unread),
    )


def asked_for(mistakes: Iterable[Mistake], resolved: Resolved, place: int) -> list[Mistake]:
    """Append to each mistake in a data file the position at which the scenario names the file.

    Args:
        mistakes: mistakes found in the file.
        resolved: the merged scenario.
        place: number of the entry of ``demand`` that names the file.
    """
    mark = resolved.mark(("demand", place, "orders"))
    return [
        replace(mistake, message=f"{mistake.message} (asked for in {mark.file}:{mark.line})")
        for mistake in mistakes
    ]


def _with_only_product(resolved: Resolved) -> Resolved:
    """Give the only product to histories without a column of products, if the scenario has exactly one."""
    top = resolved.root.content
    assert isinstance(top, dict)
    demand, group = top.get("demand"), top.get("products")
    names = [name for name in _content(group) if name != "each"] if group is not None else []
    if demand is None or not isinstance(demand.content, list) or len(names) != 1 or names == ["from"]:
        return resolved
    entries = []
    for entry in demand.content:
        content = _content(entry)
        columns = _content(content["columns"]) if "columns" in content else {}
        alone = "product" in columns and columns["product"].content is None
        if alone and "orders" in content and "product" not in content:
            named = _node(names[0], entry, "the only product")
            entries.append(replace(entry, content={**content, "product": named}))
        else:
            entries.append(entry)
    root = replace(resolved.root, content={**top, "demand": replace(demand, content=entries)})
    return replace(resolved, root=root)


def _content(node: Node) -> dict[str, Node]:
    """Return the entries of a mapping; none for any other node."""
    return node.content if isinstance(node.content, dict) else {}


def _histories(resolved: Resolved, folder: Path) -> Iterator[tuple[int, History]]:
    """Yield the valid histories in ``demand``, each with its number; validation reports the others."""
    demand = resolved.data.get("demand")
    for place, entry in enumerate(demand if isinstance(demand, list) else ()):
        if not isinstance(entry, dict) or "orders" not in entry:
            continue
        try:
            yield place, History.model_validate(entry, context={"folder": folder})
        except ValidationError as error:
            texts = {("demand", place, *_place(entry, found["loc"])) for found in error.errors()}
            try:  # a text field keeps 4711 or 007 as written, not as a number
                as_text = resolved.as_written(texts).data["demand"][place]
                yield place, History.model_validate(as_text, context={"folder": folder})
            except ValidationError:
                continue


def _place(value: Any, location: tuple[str | int, ...]) -> Place:
    """Follow pydantic's location of an error through `value`, skipping steps that are not in the data."""
    place: Place = ()
    for step in location:
        inside = isinstance(value, dict) and step in value
        if inside or (isinstance(value, list) and isinstance(step, int) and step < len(value)):
            value, place = value[step], (*place, step)
    return place


_FROM: Place = ("products", "from")


def _source(resolved: Resolved) -> Node | None:
    """Return the value of ``products: {from: …}``, None if there is none."""
    top = resolved.root.content
    group = top.get("products") if isinstance(top, dict) else None
    return None if group is None else _content(group).get("from")


def _products(
    resolved: Resolved, histories: dict[int, History], folder: Path, mistakes: list[Mistake]
) -> Node | None:
    """Return the products of the scenario and of the files in ``from``; written products win.

    Args:
        resolved: the merged scenario.
        histories: valid histories by their number in ``demand``.
        folder: folder of the scenario file.
        mistakes: list to which mistakes are appended.
    """
    top = resolved.root.content
    group = top.get("products") if isinstance(top, dict) else None
    source = _source(resolved)
    if group is None or source is None:
        return group
    written = {name: node for name, node in _content(group).items() if name != "from"}
    files = source.content if isinstance(source.content, list) else [source]
    priced: dict[str, Node] = {}
    for number, file in enumerate(files):
        place = (*_FROM, number) if isinstance(source.content, list) else _FROM
        if not isinstance(file.content, str):
            mistakes.append(
                Mistake.at(file.mark, place, "must be the path of a data file, or a list of paths")
            )
            continue
        history = _history_of(folder / file.content, histories, folder)
        if history is None:
            # The mistakes of a history that cannot be read are reported already.
            demand = resolved.data.get("demand")
            entries = demand if isinstance(demand, list) else []
            if not any(_names_file(entry, folder / file.content, folder) for entry in entries):
                message = f"no entry of 'demand' has 'orders: {file.content}', which would name the columns"
                mistakes.append(Mistake.at(file.mark, place, message))
            continue
        for name, price in history_products(history, folder).items():
            known = priced.get(name)
            if known is None or (price is not None and not known.content):
                priced[name] = _node({} if price is None else {"price": price}, file, file.content)
    return replace(group, content={**priced, **written})


def _history_of(file: Path, histories: dict[int, History], folder: Path) -> History | None:
    """Return the first history that reads a file, None if none does.

    Args:
        file: the file.
        histories: valid histories by their number in ``demand``.
        folder: folder of the scenario file.
    """
    wanted = os.path.realpath(file)
    return next(
        (
            one
            for one in histories.values()
            if any(os.path.realpath(path) == wanted for path in one.files_in(folder))
        ),
        None,
    )


def _names_file(entry: object, file: Path, folder: Path) -> bool:
    """Return True if an entry of ``demand`` names the file, even if the entry is invalid."""
    orders = entry.get("orders") if isinstance(entry, dict) else None
    names = orders if isinstance(orders, list) else [orders]
    return any(
        isinstance(name, str) and os.path.realpath(folder / name) == os.path.realpath(file) for name in names
    )


def _run(resolved: Resolved, histories: list[History], folder: Path) -> Node | None:
    """Return the section ``run``, with start and horizon of the histories where it has none of its own."""
    top = resolved.root.content
    assert isinstance(top, dict)
    group = top.get("run") or Node({}, resolved.root.mark)
    if not isinstance(group.content, dict) or {"start", "horizon"} <= group.content.keys():
        return group
    spans = [history_span(history, folder) for history in histories]
    dates = [date for date, _ in spans if date is not None]
    entries = dict(group.content)
    origin = ", ".join(name for history in histories for name in history.names)
    if dates and "start" not in entries:
        entries["start"] = _node(min(dates).isoformat(), group, origin)
    if "horizon" not in entries:
        start = entries["start"].content if "start" in entries else None
        days = max(_days_to_end(date, length, start) for date, length in spans)
        if days > 0:
            entries["horizon"] = _node(days_text(days), group, origin)
    return replace(group, content=entries)


def _days_to_end(date: Any, length: float, start: object) -> float:
    """Return the days from the start of the run to the end of a history.

    Args:
        date: first day of the history; None if its file counts days.
        length: days from midnight of ``date`` to the end of the history.
        start: first day of the run as written. Unless it is a date, the result is ``length``.
    """
    if date is None or not isinstance(start, str):
        return length
    try:
        return length + float((date - type(date).fromisoformat(start)).days)
    except ValueError:  # not a date: validation reports it
        return length


def _node(content: Any, near: Node, source: str) -> Node:
    """Return a node for a derived value.

    Args:
        content: the value.
        near: node whose position it gets.
        source: origin of the value, such as the name of a data file.
    """
    if isinstance(content, dict):
        content = {key: _node(inner, near, source) for key, inner in content.items()}
    return Node(content, near.mark, near.key, source)
