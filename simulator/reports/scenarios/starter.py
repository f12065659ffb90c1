"""Starter scenario, as written by ``simulator new``: small, complete, and commented for a new user."""

from __future__ import annotations

import shlex
from pathlib import Path

from simulator.scenario.yaml.writing import scalar_text

SCHEMA = "scenario.schema.json"
"""Name of the schema file in the first line of a scenario, which editors read."""

_TEXT = """\
# yaml-language-server: $schema=@SCHEMA@
# The line above is for your editor: it completes and checks keys once the file exists, which
#     simulator schema > @SCHEMA@
# makes. Then:
#     simulator validate @FILE@      is everything understood?
#     simulator run @FILE@           what happens?
#     simulator show @FILE@          every value, and where it comes from
# A value with a dimension carries its unit: 36 h, 5 days, 2 weeks; 40/day, 300/week; 20 %; 25 %/year.

name: @NAME@
question: How many customers have to wait, and how long?

# Orders placed from the end of the warm-up to the horizon are counted, in each of the replications. The warm-up should
# last until goods that were ordered in the run have come in.
run: {start: 2026-01-01, horizon: 365 days, warm_up: 60 days, replications: 20, seed: 42}

products:
  headphones:
    price: 89                 # money a unit, in any currency you like as long as it is one
    cost: 41
    holding: 25 %/year        # of its cost, for every unit on the shelf; or money: 0.03/day
    backorder_cost: 0.10/day  # for every unit that a customer waits for
  earbuds: {price: 39, cost: 14, holding: 25 %/year, backorder_cost: 0.05/day}

# Segments of customers. 1 is the most important priority; patience is how long they wait before they cancel,
# will_wait the share that accepts a backorder at all.
customers:
  gold: {priority: 1, patience: {dist: weibull, mean: 21 days, cv: 0.6}}
  standard: {priority: 2, patience: {dist: weibull, mean: 12 days, cv: 0.8}, will_wait: 80 %}

# Orders a day. A quantity or a duration is a value or a distribution: constant, exponential, gamma, erlang,
# lognormal, normal, weibull, uniform, triangular, poisson, geometric, negative_binomial, discrete, empirical,
# mixture. Instead of drawing orders you can replay your own: {orders: orders.csv, columns: {time: Date, ...}}.
demand:
  - {product: headphones, segments: {gold: 20 %, standard: 80 %}, rate: 30/day, quantity: {dist: geometric, mean: 1.2}}
  - {product: earbuds, segment: standard, rate: 12/day, also: {headphones: 5 %}}

# How demand changes with the calendar.
profiles:
  - weekly: [1.15, 1.13, 1.13, 1.05, 0.94, 0.80, 0.80]  # Monday to Sunday
  - {peak: Black Friday, from: 2026-11-27, to: 2026-11-30, factor: 3}

warehouses:
  rotterdam:
    pick_time: 6 min
    delivery: {dist: lognormal, mean: 2 days, cv: 0.4}
    delivery_cost: 4
    # stock: {headphones: 900, earbuds: 400}  # units at the start; left out: where the replenishment policy starts

suppliers:
  shenzhen:
    lead_time: {dist: gamma, mean: 10 days, cv: 0.3}
    order_cost: 150           # for every purchase order

# The route from a supplier to a warehouse. Without lanes goods arrive as soon as they are dispatched.
lanes:
  - {from: shenzhen, to: rotterdam, transit: {dist: gamma, mean: 12 days, cv: 0.25}, customs: port}
customs:
  port:
    documents: 12 h
    inspection: {probability: 6 %, time: {dist: exponential, mean: 2 days}}

policies:
  backorders: accept          # or reject, or {limit: 200}: units that may wait for a stock
  # When to order and how much: r_Q, s_S, base_stock, R_S, R_s_S, standing_order; levels as numbers
  # ({type: r_Q, r: 800, Q: 450}) or from a service level.
  replenishment: {type: r_Q, service_level: 90 %, cover: 14 days}
  allocation: fcfs            # or priority, critical_level, largest_value, shortest_line, random, ...
  ship: partial               # or complete: an order leaves when its last line is there

# What you expect; every run says whether it is so. simulator metrics lists the figures.
expect:
  fill_rate: at least 80 %
  backorder_wait_p95: less than 30 days

# What-ifs, each a set of overrides:  simulator run @FILE@ --alternative "out of stock"
# A single value is changed by        simulator run @FILE@ --set run.seed=7
alternatives:
  out of stock: {policies: {backorders: reject}}
  gold first: {policies: {allocation: {type: critical_level, levels: {standard: 40}}}}
  leaner: {policies: {replenishment: {service_level: 75 %}}}
"""


def file_of(name: str) -> Path:
    """Return the file for a scenario of that name, such as ``peak``, ``peak.yaml`` or ``scenarios/peak``.

    Raises:
        ValueError: no file can have the name, or it cannot be written in one line.

    >>> [file_of(name).as_posix() for name in ("scenarios/peak", "peak.yml", "v1.2")]
    ['scenarios/peak.yaml', 'peak.yml', 'v1.2.yaml']
    """
    path = Path(name)
    if not name.isprintable() or not path.name.strip(". "):
        raise ValueError(f"{name!r} is no name for a file")
    return path if path.suffix in {".yaml", ".yml"} else path.with_name(f"{path.name}.yaml")


def starter(file: Path) -> str:
    """Return the text of a scenario that can be run as it is, named after its file."""
    words = file.stem.replace("_", " ").replace("-", " ").split()
    title = " ".join(words).strip() or "scenario"
    text = _TEXT.replace("@NAME@", scalar_text(title[:1].upper() + title[1:]))
    return text.replace("@FILE@", shlex.quote(file.name)).replace("@SCHEMA@", SCHEMA)


def write_starter(name: str) -> Path:
    """Write the starter scenario to the file of that name, and return its path.

    Raises:
        FileExistsError: the file exists already.
        OSError: the file cannot be written.
        ValueError: no file can have the name.
    """
    file = file_of(name)
    with file.open("x", encoding="utf-8") as new:
        new.write(starter(file))
    return file
