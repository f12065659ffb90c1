"""Tables of a comparison: what each alternative changes, how sure that is, and whom it serves better or worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.experiments.paired import differences, holm
from simulator.experiments.statistics import Floats, intervals
from simulator.experiments.welfare import TOLERANCE, Welfare
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY

if TYPE_CHECKING:
    import pandas as pd

ERROR: Final = 0.05
"""Probability with which any of the marks of a table may be wrong."""
MAIN: Final = (
    *("profit", "line_fill_rate", "backorder_rate", "wait_mean", "lost_units", "cancelled_units"),
    *("satisfaction", "on_time_rate", "backorder_wait_p90", "delivery_time_mean", "on_hand_mean"),
    "contacts_per_100_orders",
)
"""Metrics that are shown unless others are asked for, as far as they exist."""

Series = Mapping[str, Sequence[Figures]]
"""Figures of each alternative, replication by replication."""
Group = tuple[str, str, tuple[str, ...], Mapping[str, Floats]]
"""Dimension, group, metrics, and their values by alternative: float64[replications, metrics]."""


def main_metrics(series: Series) -> tuple[str, ...]:
    """Those of the main metrics that are more than nothing for some alternative, and say something of their own."""
    rows = {
        metric: np.array([[one[metric] for one in figures] for figures in series.values()]) for metric in MAIN
    }
    found = [metric for metric in MAIN if np.any(~np.isnan(rows[metric]) & (rows[metric] != 0.0))]
    # Where every line that is not filled from stock waits, one of the two shares is the other's reverse …
    if np.allclose(rows["line_fill_rate"] + rows["backorder_rate"], 1.0, equal_nan=True):
        found = [metric for metric in found if metric != "backorder_rate"]
    # … and where the way to the customer takes as long under all alternatives, the waits say it all.
    way = rows["delivery_time_mean"] - rows["wait_mean"]
    if np.all(~(np.abs(way - way[0]) > TOLERANCE)):
        found = [metric for metric in found if metric != "delivery_time_mean"]
    return tuple(found)


def groups(series: Series) -> Iterator[Group]:
    """Everybody, then each segment that all alternatives have."""
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
    """One row for each alternative, metric and group, as ``Comparison.differences`` describes it."""
    import pandas as pd

    tables = []
    for dimension, group, metrics, values in groups(series):
        for name in (name for name in series if name != against):
            found = differences(values[name], values[against])
            both = np.where(np.isnan(values[name]), np.nan, values[against])
            base = intervals(both)[0]
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
                "shown": [metric in shown for metric in metrics],
            }
            tables.append(pd.DataFrame(columns))
    table = pd.concat(tables, ignore_index=True)
    p_values = table["p_value"].to_numpy()
    table["p_holm"] = np.nan
    for rows in table.groupby(["dimension", "shown"]).indices.values():
        table.loc[rows, "p_holm"] = holm(p_values[rows])
    table["significant"] = table["p_holm"] < ERROR
    table["verdict"] = [
        _verdict(metric, difference) if significant else "unclear"
        for metric, difference, significant in zip(
            table["metric"], table["difference"], table["significant"], strict=True
        )
    ]
    return table[_SEQUENCE]


_SEQUENCE: Final = [
    *("alternative", "metric", "dimension", "group", "mean_against", "mean", "difference", "half_width"),
    *("p_value", "p_holm", "significant", "verdict", "variance_ratio", "n", "unit", "shown"),
]


def _verdict(metric: str, difference: float) -> str:
    better = GLOSSARY[metric].better
    if better == "neither":
        return "different"
    return "better" if (difference > 0) == (better == "up") else "worse"


def means_table(series: Series) -> pd.DataFrame:
    """One row for each alternative, metric and group, as ``Comparison.means`` describes it."""
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
    """One row for each alternative and segment, as ``Comparison.customers`` describes it."""
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
    """One row for each alternative and replication: their names, and every metric, overall."""
    import pandas as pd

    tables = []
    for name, figures in series.items():
        table = pd.DataFrame(np.stack([one.overall for one in figures]), columns=pd.Index(figures[0].names))
        table.insert(0, "replication", np.arange(len(figures)))
        table.insert(0, "alternative", name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
