"""Tables of a comparison: differences and their tests, verdicts, means, and customers better and worse off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.experiments.comparing.customer_welfare import TOLERANCE, Welfare
from simulator.experiments.statistics.confidence_intervals import intervals
from simulator.experiments.statistics.paired_differences import differences, holm
from simulator.metrics.bases import ASKED, AWAY, COMPANIONS, PURCHASES
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

ERROR: Final = 0.05
"""Probability that any row of a kind is wrongly marked as significant."""
MAIN: Final = (
    *("profit", "line_fill_rate", "backorder_rate", "asked_wait_mean", "served_within_7_days", "wait_mean"),
    *("unsold_units", "on_hand_mean", "lost_units", "cancelled_units", "satisfied_rate", "satisfaction"),
    *("kept_rate", "on_time_rate", "backorder_wait_p90", "delivery_time_mean", "contacts_per_100_orders"),
)
"""Metrics shown by default, if they exist."""
ASPECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "profit": ("profit",),
    "who waits": ("backorder_rate", "line_fill_rate"),
    "how long": ("asked_wait_mean",),
    "what is lost": ("unsold_units", "lost_units", "cancelled_units"),
    "stock": ("on_hand_mean",),
}
"""Aspects of a verdict on an alternative, each with its metrics.

The first metric that is shown decides or, if none is shown, the first of all. All are totals or cover all
demand, so that a policy cannot improve them by choosing the customers it serves.
"""
_SAME: Final = (
    *(("wait_mean", "asked_wait_mean"), ("unsold_units", "lost_units"), ("unsold_units", "cancelled_units")),
    ("on_time_rate", "kept_rate"),
)
"""Pairs of metrics: the first is not shown if it equals the second, as without cancellations or unpromised lines."""

Series = Mapping[str, Sequence[Figures]]
"""Figures of each alternative, replication by replication."""
Group = tuple[str, str, tuple[str, ...], Mapping[str, Floats]]
"""Dimension, group, metrics, and their values by alternative: float64[replications, metrics]."""


def main_metrics(series: Series, show: Sequence[str] = ()) -> tuple[str, ...]:
    """Select the metrics to show: those of ``show``, each with its companions, then main ones that add information.

    A metric that exists under no alternative is left out, and so is a main metric that is 0 in all
    replications.
    """
    names = tuple(dict.fromkeys((*show, *(one for name in show for one in COMPANIONS.get(name, ())), *MAIN)))
    rows = {
        metric: np.array([[one[metric] for one in figures] for figures in series.values()])
        for metric in names
    }
    found = [metric for metric in MAIN if np.any(~np.isnan(rows[metric]) & (rows[metric] != 0.0))]
    # If every line that is not filled from stock waits, the two shares add up to 1 and one is enough.
    if np.allclose(rows["line_fill_rate"] + rows["backorder_rate"], 1.0, equal_nan=True):
        found = [metric for metric in found if metric != "backorder_rate"]
    # If delivery takes equally long under all alternatives, the waits are enough.
    way = rows["delivery_time_mean"] - rows["wait_mean"]
    if np.all(~(np.abs(way - way[0]) > TOLERANCE)):
        found = [metric for metric in found if metric != "delivery_time_mean"]
    for metric, other in _SAME:
        if np.allclose(rows[metric], rows[other], equal_nan=True):
            found = [name for name in found if name != metric]
    first = [name for metric in show for name in (metric, *COMPANIONS.get(metric, ()))]
    return tuple(dict.fromkeys((*(name for name in first if np.any(~np.isnan(rows[name]))), *found)))


def groups(series: Series) -> Iterator[Group]:
    """Yield the values of all customers, then those of each segment that all alternatives have."""
    names = tuple(GLOSSARY)
    overall = {name: np.stack([one.overall for one in figures]) for name, figures in series.items()}
    yield "overall", "overall", names, overall
    by_segment = {name: figures[0].by["segment"][0] for name, figures in series.items()}
    split = [row for row, name in enumerate(names) if "segment" in GLOSSARY[name].dimensions]
    for segment in next(iter(by_segment.values())):
        if all(segment in found for found in by_segment.values()):
            values = {
                name: np.stack(
                    [one.by["segment"][1][split, by_segment[name].index(segment)] for one in figures]
                )
                for name, figures in series.items()
            }
            yield "segment", segment, tuple(names[row] for row in split), values


def differences_table(series: Series, against: str, shown: Sequence[str]) -> pd.DataFrame:
    """Make the table of differences: one row for each alternative, metric and group, see ``Comparison.differences``."""
    import pandas as pd

    tables = []
    for dimension, group, metrics, values in groups(series):
        for name in (name for name in series if name != against):
            found = differences(values[name], values[against])
            exists, existed = ~np.isnan(values[name]), ~np.isnan(values[against])
            base = intervals(np.where(exists, values[against], np.nan))[0]
            moved = (found.mean != 0) | (found.half_width > 0)
            columns: dict[str, Any] = {
                "alternative": name,
                "metric": metrics,
                "dimension": dimension,
                "group": group,
                "mean_against": base,
                "mean": base + found.mean,
                "difference": found.mean,
                "half_width": found.half_width,
                "p_value": found.p_value,
                "variance_ratio": found.variance_ratio,
                "n": found.n,
                "unit": [GLOSSARY[metric].unit for metric in metrics],
                "of": [GLOSSARY[metric].of for metric in metrics],
                "of_changed": _of_changed(metrics, found.p_value),
                "differs": np.where(found.n > 0, moved, exists.any(axis=0) | existed.any(axis=0)),
                "shown": [metric in shown for metric in metrics],
            }
            tables.append(pd.DataFrame(columns))
    table = pd.concat(tables, ignore_index=True)
    p_values = table["p_value"].to_numpy()
    table["p_holm"] = np.nan
    decisive = {metric for metrics in ASPECTS.values() for metric in metrics}
    family = np.where(table["shown"], "shown", np.where(table["metric"].isin(decisive), "aspects", "rest"))
    for rows in table.groupby([table["dimension"], family]).indices.values():
        table.loc[rows, "p_holm"] = holm(p_values[rows])
    table["significant"] = table["p_holm"] < ERROR
    told = (table[name] for name in ("metric", "difference", "significant", "of_changed"))
    table["verdict"] = [
        _verdict(metric, difference, of_changed=changed) if significant else "unclear"
        for metric, difference, significant, changed in zip(*told, strict=True)
    ]
    return table[_SEQUENCE]


_SEQUENCE: Final = [
    *("alternative", "metric", "dimension", "group", "mean_against", "mean", "difference", "half_width"),
    *("p_value", "p_holm", "significant", "verdict", "variance_ratio", "n", "unit", "shown"),
    *("of", "of_changed", "differs"),
]


def _of_changed(metrics: Sequence[str], p_value: Floats) -> list[bool]:
    """Flag metrics over a group of another size: the 95 % interval of the difference in its size excludes 0.

    All demand is the same under any policy, except for customers that a policy keeps away. A metric over
    purchase orders is never flagged, because these select no customers.

    Args:
        metrics: names of metrics.
        p_value: float64[metrics], p-values of their differences.
    """
    places = {metric: k for k, metric in enumerate(metrics)}
    bases = (GLOSSARY[metric].of for metric in metrics)
    counted = [AWAY if base in ASKED else base for base in bases]
    selects = (base and base not in PURCHASES for base in counted)
    return [
        bool(some) and bool(p_value[places[base]] < ERROR)
        for base, some in zip(counted, selects, strict=True)
    ]


def _verdict(metric: str, difference: float, *, of_changed: bool) -> str:
    """Return the verdict on a significant difference."""
    better = GLOSSARY[metric].better
    if better == "neither" or of_changed:
        return "different"
    return "better" if (difference > 0) == (better == "up") else "worse"


def verdicts_table(differences: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Make the table of verdicts: one row for each alternative and aspect, see ``Comparison.verdicts``."""
    import pandas as pd

    decisive = {
        aspect: next((metric for metric in some if metric in metrics), some[0])
        for aspect, some in ASPECTS.items()
    }
    overall = differences[differences["dimension"] == "overall"]
    rows: list[Any] = list(overall[overall["metric"].isin(decisive.values())].itertuples())
    found = {(row.alternative, row.metric): row for row in rows}
    told = [
        {
            "alternative": name,
            "aspect": aspect,
            "metric": metric,
            "verdict": _verdict_word(found[name, metric]),
        }
        for name in dict.fromkeys(overall["alternative"])
        for aspect, metric in decisive.items()
    ]
    return pd.DataFrame(told)


def _verdict_word(row: Any) -> str:
    if not row.differs:
        return "same"
    return str(row.verdict)


def means_table(series: Series) -> pd.DataFrame:
    """Make the table of means: one row for each alternative, metric and group, see ``Comparison.means``."""
    import pandas as pd

    tables = []
    for dimension, group, metrics, values in groups(series):
        for name in series:
            mean, half_width, n = intervals(values[name])
            columns: dict[str, Any] = {
                "alternative": name,
                "metric": metrics,
                "dimension": dimension,
                "group": group,
                "mean": mean,
                "half_width": half_width,
                "n": n,
                "unit": [GLOSSARY[metric].unit for metric in metrics],
            }
            tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def customers_table(welfare: Mapping[str, Sequence[Welfare | None]]) -> pd.DataFrame:
    """Make the table of welfare: one row for each alternative and segment, see ``Comparison.customers``."""
    import pandas as pd

    rows = []
    for name, counted in welfare.items():
        counts = [one for one in counted if one is not None]
        if len(counts) < len(counted) or not counts:
            continue
        shares = np.stack([one.shares() for one in counts])
        for k, group in enumerate(counts[0].groups):
            row: dict[str, Any] = {"alternative": name, "segment": group}
            row["orders"] = float(np.mean([one.orders[k] for one in counts]))
            net = shares[:, 0, k] - shares[:, 1, k]
            means, half_widths, _ = intervals(np.column_stack((shares[:, :, k], net)))
            for share, mean, half_width in zip(_SHARES, means, half_widths, strict=True):
                row[share] = mean
                row[f"{share}_half_width"] = half_width
            rows.append(row)
    columns = ["alternative", "segment", "orders", *_SHARES, *(f"{share}_half_width" for share in _SHARES)]
    return pd.DataFrame(rows, columns=columns)


_SHARES: Final = ("better", "worse", "same", "net")


def replications_table(series: Series) -> pd.DataFrame:
    """Make the table of replications: one row for each alternative and replication, one column for each metric."""
    import pandas as pd

    tables = []
    for name, figures in series.items():
        table = pd.DataFrame(np.stack([one.overall for one in figures]), columns=pd.Index(figures[0].names))
        table.insert(0, "replication", np.arange(len(figures)))
        table.insert(0, "alternative", name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
