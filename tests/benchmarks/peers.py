"""How fast other simulators are at the base-stock shop, as multiples of an empty SimPy loop.

Each peer runs in an environment of its own, made when it is first needed, beside the checkout's ``.venv``.
Empty loops run before and after each peer, in the same environment. A peer whose fill rate is not the
exact one is not playing our shop: that ends the benchmark.
"""

import json
import math
import subprocess
import sys
import venv
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from scipy.stats import poisson

HERE = Path(__file__).parent / "shops"
ENVIRONMENT = Path(__file__).parents[2] / ".venv-peers"

RATE, LEAD_TIME, BASE_STOCK, R, Q = 10.0, 5.0, 54, 54, 200
AT_ONCE = float(poisson.cdf(BASE_STOCK - 1, RATE * LEAD_TIME))
"""Share of orders served at once: P(D <= S - 1), D ~ Poisson(50) (Palm 1938)."""


def _in_batches() -> float:
    """The same with (r, Q) = (54, 200): the position is uniform on r+1..r+Q (Hadley & Whitin 1963, ch. 4)."""
    return sum(float(poisson.cdf(R + level - 1, RATE * LEAD_TIME)) for level in range(1, Q + 1)) / Q


def _same_day() -> float:
    """Share of units served on their day where time goes in days: E[min(D1, (S - D4)+)] / E[D1].

    What is ordered after the demand of one day arrives before that of the fifth day after it, so the demand of
    four days is under way when a day begins.
    """
    day, lead = (poisson(RATE * length) for length in (1, LEAD_TIME - 1))
    served = sum(
        day.pmf(asked) * lead.pmf(gone) * min(asked, max(0, BASE_STOCK - gone))
        for asked in range(60)
        for gone in range(140)
    )
    return float(served / RATE)


class Peer(NamedTuple):
    """A simulator, its program, enough orders to time it, its exact fill rate, and more words for the program."""

    name: str
    program: str
    orders: int
    exact: float
    words: tuple[int, ...] = ()


def peers() -> list[Peer]:
    """From the slowest to the fastest."""
    return [
        Peer("SupplyNetPy 0.5.1", "supplynetpy_shop.py", 20_000, AT_ONCE),
        Peer("stockpyl 1.0.2 (units)", "stockpyl_shop.py", 100_000, _same_day()),
        Peer("Ciw 3.2.7", "ciw_shop.py", 50_000, AT_ONCE),
        Peer("SimPy, naive", "naive_simpy.py", 100_000, AT_ONCE),
        Peer("salabim 26.0.9", "salabim_shop.py", 200_000, AT_ONCE),
        Peer("SimPy, lean", "lean_simpy.py", 300_000, AT_ONCE),
        Peer("cimba 0.9.6 (compiled)", "cimba_shop.py", 2_000_000, AT_ONCE),
        Peer("cimba 0.9.6, (r, Q)", "cimba_shop.py", 2_000_000, _in_batches(), (R, Q)),
    ]


def install() -> Path:
    """The Python of the peers' environment, made or brought up to date if the requirements are others."""
    python = ENVIRONMENT / "bin" / "python"
    installed = ENVIRONMENT / "installed.txt"
    requirements = HERE / "requirements.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-qq", "-r", str(requirements)], check=True)
        installed.write_text(wanted, encoding="utf-8")
    return python


def speed(peer: Peer, python: Path, turns: int) -> float:
    """Median over the turns of the peer's orders per second as a multiple of the empty loop's."""
    ratios = []
    for _ in range(turns):
        ratio, played = take_turn(python, peer.program, peer.orders, *peer.words)
        _hold_to_theory(peer, played)
        ratios.append(ratio)
    return median(ratios)


def take_turn(python: Path, program: str, *words: float) -> tuple[float, dict[str, Any]]:
    """Run a program between two empty loops; return its speed as a multiple of theirs and what it reported."""
    loops = [_run(python, "empty_loop.py", 300_000)]
    played = _run(python, program, *words)
    loops.append(_run(python, "empty_loop.py", 300_000))
    loop = sum(one["seconds"] / one["orders"] for one in loops) / 2
    return loop / (played["seconds"] / played["orders"]), played


def _hold_to_theory(peer: Peer, played: dict[str, Any]) -> None:
    """Raise unless the fill rate lies within sampling error of the exact one.

    Neighbouring orders share their fate for about a lead time, so a run has one independent observation for
    every lead time's worth of orders; the bound is five of their standard errors, and the empty start.
    """
    independent = played["orders"] / (RATE * LEAD_TIME)
    bound = 5 * math.sqrt(peer.exact * (1 - peer.exact) / independent) + 1 / independent
    if abs(played["fill_rate"] - peer.exact) > bound:
        raise SystemExit(
            f"{peer.name}: fill rate {played['fill_rate']:.4f}, exact {peer.exact:.4f} ± {bound:.4f}"
        )


def _run(python: Path, program: str, *words: float) -> dict[str, Any]:
    command = [str(python), str(HERE / program), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main(turns: int) -> None:
    """Print the speeds."""
    python = install()
    for peer in peers():
        print(f"{peer.name:28}{speed(peer, python, turns):8.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
