"""The support desk against queueing theory: M/M/c (Erlang C) and M/M/c+M (Erlang A)."""

import datetime
import math

import numpy as np
import pytest

from simulator.model.clock import Clock
from simulator.model.waiting.support_desk import SupportDesk
from simulator.orders.random.streams import Streams
from simulator.scenario.sections import support_desk
from simulator.scenario.sections.run import Run

AGENTS, PER_AGENT = 3, 240.0
"""Agents, and contacts a day that each can answer (6 minutes each)."""
REPLICATIONS, DAYS, WARM_UP = 16, 5.0, 0.5


def observed(rate, measure, hours="always", patience=None):
    """Means and standard errors of what ``measure`` finds in the contacts of each replication."""
    section = {
        "agents": AGENTS,
        "contact_time": {"dist": "exponential", "mean": "6 min"},
        "base_load": f"{rate}/day",
        "hours": hours,
    }
    if patience is not None:
        section["patience"] = {"dist": "exponential", "mean": patience}
    found = []
    for replication in range(REPLICATIONS):
        clock = Clock(WARM_UP + DAYS)
        desk = SupportDesk(
            clock,
            support_desk.SupportDesk.model_validate(section),
            Run(start=datetime.date(2026, 1, 1)),
            Streams(7, replication),
        )
        clock.run()
        log = desk.contacts()
        found.append(measure(log, log.time >= WARM_UP))
    values = np.array(found)
    return values.mean(axis=0), values.std(axis=0, ddof=1) / math.sqrt(REPLICATIONS)


def assert_near(found, expected):
    mean, error = found
    assert np.all(np.abs(mean - expected) < 4 * error), (mean, error, expected)
    assert np.all(error < 0.1 * np.array(expected)), "too few contacts to tell anything"


def erlang_c(load):
    """Probability of waiting in M/M/c with ``load`` = arrival rate / service rate (Erlang 1917)."""
    terms = [load**n / math.factorial(n) for n in range(AGENTS)]
    last = load**AGENTS / math.factorial(AGENTS) * AGENTS / (AGENTS - load)
    return last / (sum(terms) + last)


def test_erlang_c():
    rate = 0.8 * AGENTS * PER_AGENT
    waits = erlang_c(rate / PER_AGENT)
    drain = AGENTS * PER_AGENT - rate
    found = observed(
        rate,
        lambda log, counted: (
            (log.waited[counted] > 0).mean(),
            log.waited[counted].mean(),
            (log.waited[counted] > 1 / drain).mean(),
        ),
    )
    assert_near(found, (waits, waits / drain, waits * math.exp(-1)))


@pytest.mark.parametrize("utilisation", [0.9, 1.3])
def test_erlang_a(utilisation):
    rate, leaving = utilisation * AGENTS * PER_AGENT, 1440 / 4
    weights = [1.0]
    for n in range(1, 400):
        down = min(n, AGENTS) * PER_AGENT + max(n - AGENTS, 0) * leaving
        weights.append(weights[-1] * rate / down)
    chance = np.array(weights) / sum(weights)
    queue = np.maximum(np.arange(400) - AGENTS, 0) @ chance
    found = observed(
        rate,
        lambda log, counted: (
            (~log.answered[counted]).mean(),
            log.waited[counted].mean(),  # of those, too, who give up (Little 1961)
            (log.waited[counted] == 0).mean(),
        ),
        patience="4 min",
    )
    assert_near(found, (leaving * queue / rate, queue / rate, chance[:AGENTS].sum()))
