"""Programs that simulate a shop of one product and nothing else, in the environment of the peers."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import peers
from tests.benchmarks.theory import CV, LEAD_TIME, RATE, Service, one_for_one, reordering

LINES = 1_000_000
"""Order lines of a replication, as many as the worlds of the bench have."""


class Program(NamedTuple):
    """A program, by its name in the table and its file."""

    name: str
    file: str


class Shop(NamedTuple):
    """The parameters (r, Q) of a shop and the figures it must show."""

    reorder_level: int
    quantity: int
    exact: Service


PROGRAMS = (
    Program("Numba, order by order", "numba_shop.py"),
    Program("numpy, closed form", "closed_form_shop.py"),
)
REORDERING = Shop(2500, 3000, reordering(2500, 3000))
ONE_FOR_ONE = Shop(2074, 1, one_for_one(2075))


def take_turn(program: Program, shop: Shop, python: Path) -> tuple[float, list[Service]]:
    """Run the program between two empty loops.

    Returns:
        Its speed as a multiple of theirs, and the figures of each replication.
    """
    words = (LINES, shop.reorder_level, shop.quantity, RATE, LEAD_TIME, CV)
    speed, played = peers.take_turn(python, program.file, *words)
    return speed, [Service(*one) for one in zip(played["at_once"], played["mean_waits"], strict=True)]
