"""A large shop as a scenario file: many products with unequal demand, from suppliers abroad through customs offices.

The same number of order lines is shared among any number of products, the k-th most popular of which is asked for
in proportion to k^-0.74. With ``--network`` warehouses behind two depots serve them (`worlds.network`).

    python -m tests.benchmarks.large_shop shop.yaml --products 20000 [--alternatives 400] [--days 365]
    python -m tests.benchmarks.large_shop network.yaml --products 2000 --network [--days 365]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import yaml

from tests.benchmarks import worlds

LINES_A_DAY = 5_000
SUPPLIERS, OFFICES = 40, 12
_EXPONENT = 0.74


def large_shop(products: int, *, days: float = 365.0, alternatives: int = 0) -> str:
    """Return the scenario as YAML text.

    Args:
        products: number of products.
        days: length of the run in days.
        alternatives: number of alternatives; each changes one setting.
    """
    suppliers = min(SUPPLIERS, products)
    shares = [(k + 1) ** -_EXPONENT for k in range(products)]
    rate = LINES_A_DAY / sum(shares)
    names = [f"product {k}" for k in range(products)]
    lines = [
        "name: a large shop",
        f"run: {{horizon: {days:g} days, cool_down: 60 days, warm_up: 60 days}}",
        "products:",
        *(f"  {name}: {{price: {10 + k % 90}, cost: {5 + k % 40}}}" for k, name in enumerate(names)),
        "demand:",
        "  - products:",
        *(f"      {name}: {rate * share:.9g}/day" for name, share in zip(names, shares, strict=True)),
        "suppliers:",
    ]
    for number in range(suppliers):
        made = ", ".join(names[number::suppliers])
        lines.append(
            f"  supplier {number}: {{products: [{made}], "
            f"lead_time: {{dist: gamma, mean: {8 + number % 10} days, cv: 0.4}}}}"
        )
    lines += ["warehouses:", "  centre: {delivery: 2 days}", "lanes:"]
    for number in range(suppliers):
        lines.append(
            f"  - {{from: supplier {number}, to: centre, customs: office {number % OFFICES}, "
            f"transit: {{dist: gamma, mean: {6 + number % 7} days, cv: 0.3}}}}"
        )
    lines.append("customs:")
    for number in range(OFFICES):
        lines.append(
            f"  office {number}: {{documents: {{dist: gamma, mean: 2 days, cv: 1}}, "
            "inspection: {probability: 5 %, time: {dist: gamma, mean: 3 days, cv: 1}}}"
        )
    lines += [
        "policies:",
        "  replenishment: {type: r_Q, service_level: 95 %, cover: 28 days, levels: textbook}",
    ]
    if alternatives:
        lines.append("alternatives:")
        for number in range(alternatives):
            lines.append(
                f"  level {number}: {{policies: {{replenishment: {{service_level: {80 + number % 190 / 10} %}}}}}}"
            )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the scenario of the command line."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.large_shop")
    asked.add_argument("file", type=Path)
    asked.add_argument("--products", type=int, default=20_000)
    asked.add_argument("--alternatives", type=int, default=0)
    asked.add_argument("--days", type=float, default=365.0)
    asked.add_argument("--network", action="store_true", help="warehouses behind two depots")
    wanted = asked.parse_args()
    if wanted.network:
        text = yaml.safe_dump(worlds.network(wanted.products, days=wanted.days), sort_keys=False)
    else:
        text = large_shop(wanted.products, days=wanted.days, alternatives=wanted.alternatives)
    wanted.file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
