"""Layers of charts: marks with fields of the data on their channels, as parts of a Vega-Lite specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Spec = dict[str, Any]
"""Part of a Vega-Lite specification."""


def layer(
    mark: str, channels: Mapping[str, Any], *, rows: str = "rows", where: str | None = None, **look: Any
) -> Spec:
    """Make a layer, which draws one mark for each row, or one line or area over all of them.

    Args:
        mark: kind of mark, such as "bar".
        channels: fields by channel, such as "x".
        rows: name under which `panel` gets the rows.
        where: expression that selects the rows to draw; by default all.
        look: properties of the mark.
    """
    spec: Spec = {"data": {"name": rows}, "mark": {"type": mark, **look}, "encoding": dict(channels)}
    if where is not None:
        spec["transform"] = [{"filter": where}]
    return spec


def quantitative(field: str, **more: Any) -> Spec:
    """Make a channel of numbers; ``more`` holds axis, scale, title and the like."""
    return {"field": field, "type": "quantitative", **more}


def nominal(field: str, **more: Any) -> Spec:
    """Make a channel of names; ``more`` holds axis, scale, title and the like."""
    return {"field": field, "type": "nominal", **more}


def temporal(field: str, **more: Any) -> Spec:
    """Make a channel of dates; ``more`` holds axis, scale, title and the like."""
    return {"field": field, "type": "temporal", **more}


def mapped(field: str, looks: Mapping[str, Any]) -> Spec:
    """Make a channel that gives each name its look, such as a colour, without a legend."""
    scale = {"domain": list(looks), "range": list(looks.values())}
    return nominal(field, scale=scale, legend=None)
