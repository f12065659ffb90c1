"""Exact long-run cost of two sources for one stock, and a search over all parameters: no simulation in it.

The model. Customers arrive in a Poisson stream in continuous time, want a unit each, and wait first come, first
served. The stock is reviewed at 0, review, 2 review, … days. At a review, first everything due lands, then the
fast source is ordered from, then the slow one; an order with lead time 0 lands at once. Lead times are constant
whole days. Cost accrues continuously: `holding` per unit on hand and day, `waiting` per waiting unit and day, and
the price of each unit from its source. Units under way cost nothing.

The policies.

Single source
    Order up to a level at every review.
Dual index (Veeraraghavan & Scheller-Wolf 2008, Operations Research 56(4), 850-864)
    Order from the fast source up to `expedited` on the expedited position: net stock and all units that land
    within the fast lead time, whichever source sent them. Then order from the slow source up to `regular` on net
    stock and all outstanding orders, the fast order just placed included.
Tailored base-surge (Allon & Van Mieghem 2010, Management Science 56(1), 110-124; Janakiraman, Seshadri &
Sheopuri 2015, Management Science 61(7), 1547-1561)
    Order `standing` units from the slow source at every review, and from the fast source up to `level` on the
    expedited position. A fractional standing order is delivered in whole units that differ by at most one.

The method. Under both policies the expedited position after ordering is the fast level plus an overshoot, and the
overshoot is a function of a finite or quickly decaying Markov chain that does not depend on the fast level. The net
stock between t + fast and t + fast + review is that position less Poisson demand since t, plus at most one slow order
that lands in between, if slow - fast is no multiple of the review period.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csr_array
from scipy.stats import poisson

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Source = Literal["slow", "fast"]
Rate = int | Fraction

NEGLIGIBLE = 1e-14
"""Probability that is left out of a tail, and accuracy of stationary probabilities."""
DIRECT = 400
"""Largest number of states whose balance equations are solved directly."""


@dataclass(frozen=True)
class Instance:
    """Parameters of a stock with two sources.

    Args:
        rate: customers per day.
        slow, fast: lead times (whole days), fast < slow.
        price_slow, price_fast: price per unit.
        holding: cost per unit on hand and day.
        waiting: cost per waiting unit and day.
        review: days between reviews.
    """

    rate: float
    slow: int
    fast: int
    price_slow: float
    price_fast: float
    holding: float
    waiting: float
    review: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.fast < self.slow or self.review < 1:
            raise ValueError("lead times must be 0 <= fast < slow, and the review period at least a day")

    @property
    def lag(self) -> int:
        """Reviews, the one at hand included, whose slow orders lie beyond the fast lead time."""
        return -((self.fast - self.slow) // self.review)

    @property
    def entry(self) -> int:
        """Days from t + fast to the landing of the oldest of these slow orders, 1 to review."""
        return self.slow - self.fast - (self.lag - 1) * self.review

    @property
    def demand(self) -> float:
        """Mean demand between two reviews (units)."""
        return self.rate * self.review


DAILY = Instance(rate=2, slow=5, fast=1, price_slow=1, price_fast=4, holding=1, waiting=20)
"""Either policy saves more than a tenth against the better single source; reviewed daily."""
EVERY_FIVE_DAYS = Instance(
    rate=2, slow=12, fast=2, price_slow=1, price_fast=3, holding=1, waiting=20, review=5
)
"""Either policy saves more than a sixth, and the single sources cost about the same; reviewed every five days."""


@dataclass(frozen=True)
class Figures:
    """Long-run averages: units on hand, waiting units, and units per day from either source."""

    on_hand: float
    waiting: float
    slow: float
    fast: float

    def cost(self, instance: Instance) -> float:
        """Cost per day: stock, waiting, and the full price of all units."""
        stock = instance.holding * self.on_hand + instance.waiting * self.waiting
        return stock + instance.price_slow * self.slow + instance.price_fast * self.fast


@dataclass(frozen=True)
class Overshoot:
    """Stationary law of the expedited position after ordering, less the fast level.

    Args:
        units: overshoot (units), one entry per atom.
        entering: slow order (units) that lands `Instance.entry` days after t + fast, by atom.
        probability: by atom.
        slow: mean slow order per review (units).
    """

    units: Integers
    entering: Integers
    probability: Floats
    slow: float


# -- cost of a position ---------------------------------------------------------------------------------------


def on_hand_days(rate: float, positions: Integers, until: float) -> Floats:
    """Integral of E[(y - N(t))+] over 0 <= t <= until for each position y; N Poisson of that rate (unit-days).

    From E[(y - N)+] = sum of P(N <= k) over 0 <= k < y, and the integral of P(N(t) = j) over [0, T], which is
    P(N(T) > j) / rate (Hadley & Whitin 1963, Analysis of Inventory Systems, appendix 3).
    """
    highest = max(int(positions.max(initial=0)), 0)
    beyond = poisson.sf(np.arange(highest), rate * until)
    integral = np.concatenate([[0.0], np.cumsum(np.cumsum(beyond))]) / rate
    return integral[np.clip(positions, 0, highest)]


def net_days(rate: float, positions: Integers, until: float) -> Floats:
    """Integral of E[y - N(t)] over 0 <= t <= until for each position y (unit-days)."""
    return positions.astype(np.float64) * until - rate * until**2 / 2


def on_hand_and_waiting(rate: float, positions: Integers, start: float, end: float) -> tuple[Floats, Floats]:
    """Expected unit-days on hand, and of waiting, from start to end days after the position was reached."""
    held = on_hand_days(rate, positions, end) - on_hand_days(rate, positions, start)
    net = net_days(rate, positions, end) - net_days(rate, positions, start)
    return held, held - net


def figures_at(instance: Instance, law: Overshoot, level: int) -> Figures:
    """Averages of the policy that orders from the fast source up to this level."""
    first, landed, last = instance.fast, instance.fast + instance.entry, instance.fast + instance.review
    position = law.units + level
    before = on_hand_and_waiting(instance.rate, position, first, landed)
    after = on_hand_and_waiting(instance.rate, position + law.entering, landed, last)
    on_hand, waiting = (
        float(law.probability @ (early + late)) / instance.review
        for early, late in zip(before, after, strict=True)
    )
    slow = law.slow / instance.review
    return Figures(on_hand, waiting, slow, instance.rate - slow)


# -- laws of the overshoot ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def dual_index_overshoot(demand: float, lag: int, difference: int) -> Overshoot:
    """Overshoot of a dual index policy with regular - expedited = difference >= 0.

    After ordering, overshoot + the `lag` slow orders beyond the fast lead time = difference, so that these orders
    are the state; there are binom(difference + lag, lag) states. With demand D until the next review, the next
    slow order is min(D, overshoot + oldest slow order), and the fast order is the rest of D.

    Args:
        demand: mean of the Poisson demand between reviews (units).
        lag: see `Instance.lag`.
        difference: regular - expedited (units).
    """
    if difference < 0:
        raise ValueError("the expedited level must not be above the regular one")
    pipelines = _compositions(lag, difference)
    overshoot = difference - pipelines.sum(axis=1)
    oldest = pipelines[:, 0]
    most = overshoot + oldest
    # One transition per state and possible slow order 0, 1, …, most; the last stands for all D >= most.
    origin = np.repeat(np.arange(len(pipelines)), most + 1)
    order = np.arange(len(origin)) - np.repeat(np.cumsum(most + 1) - (most + 1), most + 1)
    chance = np.where(order == most[origin], poisson.sf(order - 1, demand), poisson.pmf(order, demand))
    radix = (difference + 1) ** np.arange(lag)[::-1]
    codes = pipelines @ radix
    following = np.column_stack([pipelines[origin, 1:], order]) @ radix
    target = np.searchsorted(codes, following)
    step = csr_array((chance, (target, origin)), shape=(len(pipelines), len(pipelines)))
    probability = _stationary(step)
    return Overshoot(overshoot, oldest, probability, float(probability @ oldest))


def _compositions(parts: int, total: int) -> Integers:
    """All vectors of that many integers >= 0 with a sum up to total, by row, in lexicographic order."""
    rows = np.zeros((1, 0), dtype=np.int64)
    for _ in range(parts):
        room = total - rows.sum(axis=1) + 1
        row = np.repeat(np.arange(len(rows)), room)
        value = np.arange(len(row)) - np.repeat(np.cumsum(room) - room, room)
        rows = np.column_stack([rows[row], value])
    return rows


def _stationary(step: csr_array) -> Floats:
    """Stationary law of a chain, step[to, from].

    Solves small chains directly, because slow orders hardly ever change if the difference is far below the demand.
    Uses the power method for large ones, with a step made half of the time, which breaks cycles of `lag` reviews.
    """
    states = step.shape[0]
    if states <= DIRECT:
        return _balanced(step.toarray())
    law = np.full(states, 1 / states)
    for _ in range(100_000):
        law, previous = (step @ law + law) / 2, law
        law /= law.sum()
        if np.abs(law - previous).sum() < NEGLIGIBLE:
            return np.asarray(law)
    raise ArithmeticError("the power method does not converge")


def _balanced(step: Floats) -> Floats:
    """Solution of the balance equations, one of which is replaced by: probabilities add up to 1."""
    system = step - np.eye(len(step))
    system[-1] = 1.0
    return np.asarray(np.linalg.solve(system, np.eye(len(step))[-1]))


@lru_cache(maxsize=256)
def surge_overshoot(demand: float, standing: Rate) -> Overshoot:
    """Overshoot of a tailored base-surge policy: W' = (W + q - D)+ for a standing order q and Poisson demand D.

    The chain is cut where Lundberg's bound, P(W >= n) <= exp(-r n) with E[exp(r (q - D))] = 1, is negligible
    (Asmussen 2003, Applied Probability and Queues, XIII.5). With a fractional standing order the bound holds at the
    start of a round of deliveries, and the sum of a round is added to the cut.

    Args:
        demand: mean of the Poisson demand between reviews (units), above the standing order.
        standing: units per review, see `deliveries`.
    """
    if not 0 <= standing < demand:
        raise ValueError("the standing order must be below the mean demand between reviews")
    pattern = deliveries(standing)
    states = np.arange(_surge_states(demand, standing))
    steps = [_surge_step(demand, quantity, states) for quantity in pattern]
    law = _balanced(reduce(lambda done, step: step @ done, steps))
    laws = []
    for step in steps:
        laws.append(law)
        law = step @ law
    entering = np.repeat(np.array(pattern, dtype=np.int64), len(states))
    probability = np.concatenate(laws) / len(pattern)
    return Overshoot(np.tile(states, len(pattern)), entering, probability, float(standing))


def deliveries(standing: Rate) -> list[int]:
    """Whole units of one round of standing orders: floor((k + 1) q) - floor(k q) at review k.

    A rate of 3/2 is delivered as 1, 2. Other ways to round down or up evenly are rotations of the same round, which
    do not change averages.
    """
    return [
        math.floor((turn + 1) * standing) - math.floor(turn * standing)
        for turn in range(standing.denominator)
    ]


def _surge_step(demand: float, standing: int, states: Integers) -> Floats:
    """Transition probabilities [to, from] of the overshoot, cut at the last state."""
    # From W, an overshoot of n > 0 takes a demand of W + standing - n; 0 takes all larger ones.
    step = poisson.pmf(states[None, :] + standing - states[:, None], demand)
    step[0] = poisson.sf(states + standing - 1, demand)
    step[-1] += 1 - step.sum(axis=0)
    return np.asarray(step)


def _surge_states(demand: float, standing: Rate) -> int:
    """Number of overshoots 0, 1, … that have to be told apart."""
    if standing == 0:
        return 1

    def excess(r: float) -> float:
        """Logarithm of E[exp(r (q - D))]: negative below its root, positive above."""
        return r * float(standing) + demand * math.expm1(-r)

    root = float(brentq(excess, 1 - standing / demand, demand / standing))
    return math.ceil(-math.log(NEGLIGIBLE) / root) + int(standing * standing.denominator) + 1


# -- costs of the policies ------------------------------------------------------------------------------------


def dual_index_figures(instance: Instance, expedited: int, regular: int) -> Figures:
    """Averages of the dual index policy with these levels, expedited <= regular (units)."""
    law = dual_index_overshoot(instance.demand, instance.lag, regular - expedited)
    return figures_at(instance, law, expedited)


def surge_figures(instance: Instance, standing: Rate, level: int) -> Figures:
    """Averages of the tailored base-surge policy (standing: units per review; level: units)."""
    return figures_at(instance, surge_overshoot(instance.demand, standing), level)


def single_figures(instance: Instance, source: Source, level: int) -> Figures:
    """Averages of ordering from one source up to a level (units)."""
    lead = instance.slow if source == "slow" else instance.fast
    held, waited = on_hand_and_waiting(instance.rate, np.array([level]), lead, lead + instance.review)
    slow = instance.rate if source == "slow" else 0.0
    return Figures(
        float(held[0]) / instance.review, float(waited[0]) / instance.review, slow, instance.rate - slow
    )


def dual_index_cost(instance: Instance, expedited: int, regular: int) -> float:
    """Cost per day of a dual index policy."""
    return dual_index_figures(instance, expedited, regular).cost(instance)


def surge_cost(instance: Instance, standing: Rate, level: int) -> float:
    """Cost per day of a tailored base-surge policy."""
    return surge_figures(instance, standing, level).cost(instance)


def single_cost(instance: Instance, source: Source, level: int) -> float:
    """Cost per day of ordering from one source up to a level."""
    return single_figures(instance, source, level).cost(instance)


# -- searches -------------------------------------------------------------------------------------------------


def best_level(cost: Callable[[int], float], start: int) -> tuple[float, int]:
    """Smallest cost, and its level, of a function that is convex in the level."""
    level = start
    for direction in (1, -1):
        while cost(level + direction) < cost(level):
            level += direction
    return cost(level), level


def best_single(instance: Instance) -> tuple[float, tuple[Source, int]]:
    """Smallest cost of one source, with the source and its level."""
    found: list[tuple[float, tuple[Source, int]]] = []
    for source in ("slow", "fast"):
        cost, level = best_single_level(instance, source)
        found.append((cost, (source, level)))
    return min(found)


def best_single_level(instance: Instance, source: Source) -> tuple[float, int]:
    """Smallest cost of this source, with its level."""
    lead = instance.slow if source == "slow" else instance.fast
    start = round(instance.rate * (lead + instance.review))
    return best_level(lambda level: single_cost(instance, source, level), start)


def best_dual_index(instance: Instance) -> tuple[float, tuple[int, int]]:
    """Smallest cost of a dual index policy, with (expedited, regular).

    Tries all differences up to the 0.9999 quantile of demand during `lag` reviews, beyond which the policy hardly
    differs from the slow source alone. For each difference, the cost is convex in the expedited level.
    """
    widest = int(poisson.isf(1e-4, instance.demand * instance.lag))
    start = round(instance.rate * (instance.fast + instance.review))
    found: list[tuple[float, tuple[int, int]]] = []
    for difference in range(widest + 1):
        law = dual_index_overshoot(instance.demand, instance.lag, difference)
        cost, level = best_level(_cost_by_level(instance, law), start)
        found.append((cost, (level, level + difference)))
    return min(found)


def best_surge(instance: Instance, turns: int = 1) -> tuple[float, tuple[Rate, int]]:
    """Smallest cost of a tailored base-surge policy, with (standing, level).

    Tries all standing orders below the mean demand that are multiples of 1 / turns units per review; for each, the
    cost is convex in the level.
    """
    start = round(instance.rate * (instance.fast + instance.review))
    found: list[tuple[float, tuple[Rate, int]]] = []
    for quantity in range(math.ceil(instance.demand * turns)):
        standing = Fraction(quantity, turns)
        law = surge_overshoot(instance.demand, standing)
        cost, level = best_level(_cost_by_level(instance, law), start)
        found.append((cost, (standing, level)))
    return min(found)


def _cost_by_level(instance: Instance, law: Overshoot) -> Callable[[int], float]:
    """Cost per day as a function of the fast level."""
    return lambda level: figures_at(instance, law, level).cost(instance)
