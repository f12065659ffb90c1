"""The page of all metrics, made of the glossary."""

from __future__ import annotations

from docs.pages.markdown import code, prose, table
from simulator.metrics import glossary
from simulator.metrics.glossary import SECTIONS, Metric
from simulator.metrics.metric_labels import LABELS

HEAD = ("Metric", "Unit", "Better", "By", "How it is worked out")
_BETTER = {"up": "higher", "down": "lower", "neither": ""}
_INTRODUCTION = """
# Metrics

Every figure the simulator reports, by subject. `simulator metrics` prints the same list, `simulator metrics TEXT`
the metrics with these words. Each has a mean and a 95 % confidence interval over the replications. *By* names the
splits that exist beside the figure of the whole run; *over* names the metric that counts the lines, orders or
customers a mean or a share is taken of.
"""


def page() -> str:
    """The page in Markdown."""
    words = prose((glossary.__doc__ or "").partition("\n\n")[2])
    parts = [_INTRODUCTION, words]
    for title, metrics in SECTIONS.items():
        parts += [f"## {title}", table(HEAD, map(_row, metrics))]
    return "\n\n".join(part.strip() for part in parts)


def _row(metric: Metric) -> tuple[str, ...]:
    formula = prose(metric.formula)
    if metric.of:
        formula = f"over [{code(metric.of)}](#{metric.of}): {formula}"
    if metric.empty:
        formula = f"{formula}; empty if {prose(metric.empty)}"
    name = f'<span id="{metric.name}">{code(metric.name)}</span>'
    if metric.name in LABELS:
        name += f"<br>{LABELS[metric.name]}"
    splits = ", ".join(split for split in metric.dimensions if split != "overall")
    return name, metric.unit, _BETTER[metric.better], splits, formula
