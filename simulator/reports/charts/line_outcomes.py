"""Outcomes of the order lines by segment: served at once, after a wait, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate, intervals
from simulator.reports.pictures import axes
from simulator.reports.pictures.layers import Spec, layer, mapped, nominal, quantitative
from simulator.reports.pictures.picture import ChartKey, ChartTable, Picture, Row, panel
from simulator.reports.wording.numerals import numeral, percent

EVERYBODY: Final = "All customers"
_MOST_SEGMENTS: Final = 10
_BAR_HEIGHT: Final = 34
_LABELLED: Final = 0.16
"""Smallest part, as a share of the longest bar, with room for its number."""
_NEARLY_ALL: Final = 0.6
"""Share of lines served from stock from which on these are not drawn: they would dwarf the rest."""


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """Outcome of an order line, and its look.

    Attributes:
        name: in words.
        colour: of its part of a bar.
        text: colour of text on that part.
        sold: whether the line was served in full.
    """

    name: str
    colour: str
    text: str
    sold: bool


FATES: Final = (
    LineOutcome("served from stock", "var(--fate-stock)", "var(--on-strong)", sold=True),
    LineOutcome("served after a wait", "var(--fate-late)", "var(--on-soft)", sold=True),
    LineOutcome("served with a substitute", "var(--fate-substitute)", "var(--on-strong)", sold=True),
    LineOutcome("made to order", "var(--fate-made)", "var(--on-strong)", sold=True),
    LineOutcome("still owed at the end", "var(--fate-open)", "var(--on-soft)", sold=False),
    LineOutcome("cancelled while waiting", "var(--fate-cancelled)", "var(--on-soft)", sold=False),
    LineOutcome("would not wait", "var(--fate-declined)", "var(--on-strong)", sold=False),
    LineOutcome("refused, being out of stock", "var(--fate-refused)", "var(--on-strong)", sold=False),
)


def line_outcomes(outcome: Replications) -> Picture:
    """Draw the share of order lines with each outcome, for all customers and for each segment."""
    everybody = _shares(outcome.names, outcome.overall[:, :, np.newaxis])[0]
    found = {EVERYBODY: everybody}
    if len(outcome.groups("segment")) > 1:
        by_segment = _shares(outcome.names, outcome.by("segment"))
        found |= dict(zip(outcome.groups("segment"), by_segment, strict=True))
    shown = [EVERYBODY, *_largest(outcome, list(found)[1:])]
    met = [k for k in range(len(FATES)) if any(found[name][k].mean > 0 for name in shown)]
    drawn = met if everybody[0].mean < _NEARLY_ALL else [k for k in met if k > 0]
    note = "Shares of the order lines of the measured time; a line is one product of an order."
    if drawn and drawn != met:
        note += " Lines served from stock are not drawn."
    panels = []
    if drawn:
        description = "; ".join(f"{name}: {_spoken(found[name], met)}" for name in shown)
        rows = _rows(found, shown, drawn)
        # bars and the texts on them have different colour scales
        layers = _layers(max(row["to"] for row in rows), shown, drawn)
        height = _BAR_HEIGHT * len(shown) + 10
        panels.append(panel(layers, description, height=height, apart=["color"], rows=rows))
    table = ChartTable(
        ("Customers", *(FATES[k].name.capitalize() for k in met)),
        [(name, *(str(numeral(found[name][k])) for k in met)) for name in found],
    )
    keys = tuple(ChartKey(FATES[k].name, FATES[k].colour) for k in drawn)
    return Picture(_title(everybody), note, tuple(panels), table, keys)


def _rows(found: dict[str, list[Estimate]], shown: list[str], drawn: list[int]) -> list[Row]:
    """Return a datum for each part of a bar; parts begin where the one before ends.

    Args:
        found: shares of each group, in the sequence of ``FATES``.
        shown: groups to draw.
        drawn: outcomes to draw, as indices of ``FATES``.
    """
    parts = []
    for name in shown:
        before = 0.0
        for k in drawn:
            share = float(np.nan_to_num(found[name][k].mean))
            parts.append((name, k, before, share))
            before += share
    longest = max(before + share for *_, before, share in parts)
    return [
        {
            "group": name,
            "row": axes.broken(name),
            "fate": FATES[k].name,
            "from": before,
            "to": before + share,
            "middle": before + share / 2,
            "label": _short(share) if share >= _LABELLED * longest else "",
            "share": str(numeral(found[name][k])),
        }
        for name, k, before, share in parts
    ]


def _layers(longest: float, shown: list[str], drawn: list[int]) -> list[Spec]:
    scale = {"domain": [0, longest], "nice": False}
    y = axes.names("row", shown)
    bar = {
        "x": quantitative("from", scale=scale, axis=axes.share_axis("Share of order lines")),
        "x2": {"field": "to"},
        "y": y,
        "color": mapped("fate", {FATES[k].name: FATES[k].colour for k in drawn}),
        "tooltip": [
            nominal("group", title="Customers"),
            nominal("fate", title="Lines"),
            nominal("share", title="Share"),
        ],
    }
    text = {
        "x": quantitative("middle"),
        "y": y,
        "text": nominal("label"),
        "color": mapped("fate", {FATES[k].name: FATES[k].text for k in drawn}),
    }
    return [layer("bar", bar, height={"band": 0.72}), layer("text", text, fontSize=12)]


def _shares(names: tuple[str, ...], values: npt.NDArray[np.float64]) -> list[list[Estimate]]:
    """Estimate the share of lines with each of ``FATES``, for each group.

    Args:
        names: metrics in the sequence of ``values``.
        values: float64[replications, metrics, groups].
    """

    def metric(name: str) -> npt.NDArray[np.float64]:
        return values[:, names.index(name), :]

    lines = metric("lines")
    cancelled, made = metric("cancelled_lines"), metric("made_lines")
    open_ = metric("open_lines") + metric("unfinished_lines")
    with np.errstate(invalid="ignore", divide="ignore"):
        at_once = np.nan_to_num(metric("line_fill_rate")) * metric("stock_lines")
        late = metric("backordered_lines") - (cancelled - metric("not_made_lines")) - metric("open_lines")
        declined, refused = metric("declined_lines"), metric("refused_lines")
        # The remaining lines were served in full with a substitute; rounding may leave a trace.
        other = lines - at_once - late - made - cancelled - open_ - declined - refused
        substituted = np.where(other > 1e-6 * lines, other, 0.0)
        counts = np.stack([at_once, late, substituted, made, open_, cancelled, declined, refused])
        shares = counts / lines
    fates_, replications, groups = shares.shape
    mean, half, n = intervals(shares.transpose(1, 2, 0).reshape(replications, -1))
    each = [
        Estimate(m, h, "share", int(k))
        for m, h, k in zip(mean.tolist(), half.tolist(), n.tolist(), strict=True)
    ]
    return [each[group * fates_ : (group + 1) * fates_] for group in range(groups)]


def _largest(outcome: Replications, names: list[str]) -> list[str]:
    """Select the segments with the most orders, in the scenario's sequence."""
    orders = outcome.summary_by("segment")
    chosen = set(sorted(names, key=lambda name: -orders[name]["orders"].mean)[:_MOST_SEGMENTS])
    return [name for name in names if name in chosen]


def _title(shares: list[Estimate]) -> str:
    if shares[0].n == 0:
        return "Nobody ordered anything"
    at_once = shares[0].mean
    waited = shares[1].mean + shares[2].mean
    missing = sum(share.mean for share, fate in zip(shares, FATES, strict=True) if not fate.sold)
    parts = [f"{percent(at_once)} of the order lines are served from stock"]
    if shares[1].mean > 0 and shares[2].mean > 0:
        parts.append(f"{percent(waited)} after a wait or with a substitute")
    elif waited > 0:
        parts.append(f"{percent(waited)} {'after a wait' if shares[1].mean > 0 else 'with a substitute'}")
    if shares[3].mean > 0:
        parts.append(f"{percent(shares[3].mean)} are made to order")
    if missing > 0:
        parts.append(f"{percent(missing)} are not served")
    return ", ".join(parts)


def _short(share: float) -> str:
    """Write a share with the few digits that fit into a bar."""
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.1f} %"


def _spoken(shares: list[Estimate], met: list[int]) -> str:
    return ", ".join(f"{percent(shares[k].mean)} {FATES[k].name}" for k in met if shares[k].mean > 0)
