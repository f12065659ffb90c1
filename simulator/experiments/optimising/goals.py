"""Goals of an optimisation: an objective to be made small or large, and limits on other figures.

A figure is a metric of the glossary, overall or of one group: ``total_cost``, ``fill_rate[gold]``, and where
two dimensions have a group of that name ``fill_rate[segment=gold]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Self

from simulator.metrics.figures import Figures
from simulator.metrics.glossary import DIMENSIONS, GLOSSARY
from simulator.metrics.metric_labels import metric_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.expectations import Condition, condition, split_condition
from simulator.scenario.sources import source_labels
from simulator.values.section import nearest

_FIGURE: Final = re.compile(
    r"\s*(?P<metric>\w[\w ,]*?)\s*(\[\s*((?P<dimension>\w+)\s*=)?(?P<group>[^\]]+)\])?", re.ASCII
)
_MOST_OBJECTIVES: Final = 2


@dataclass(frozen=True, slots=True)
class GoalFigure:
    """Metric, overall or of one group of a dimension."""

    metric: str
    dimension: str | None = None
    group: str | None = None

    def of(self, figures: Figures) -> float:
        """Return the value of the figure in a replication; nan if it does not exist."""
        if self.dimension is None or self.group is None:
            return figures[self.metric]
        return figures.of(self.metric, self.dimension)[self.group]

    @property
    def unit(self) -> str:
        """Unit of the metric."""
        return GLOSSARY[self.metric].unit

    def __str__(self) -> str:
        return self.metric if self.group is None else f"{self.metric}[{self.group}]"


@dataclass(frozen=True, slots=True)
class Objective:
    """Figure to make large ("up") or small ("down")."""

    figure: GoalFigure
    better: Literal["up", "down"]

    @property
    def sign(self) -> float:
        """Factor on the values so that larger products are better: 1 or -1."""
        return 1.0 if self.better == "up" else -1.0

    def __str__(self) -> str:
        return f"{'maximise' if self.better == 'up' else 'minimise'} {self.figure}"


@dataclass(frozen=True, slots=True)
class Constraint:
    """Limit on the mean of a figure.

    Attributes:
        figure: figure that is limited.
        condition: condition as the user wrote it.
        limit: number in the condition, in the unit of the metric.
    """

    figure: GoalFigure
    condition: Condition
    limit: float

    @property
    def sign(self) -> float:
        """Factor on (value - limit) so that the product is positive if the limit is kept: 1 or -1."""
        return 1.0 if self.condition.sign in {">=", ">"} else -1.0

    def __str__(self) -> str:
        return f"{self.figure} {self.condition}"


@dataclass(frozen=True, slots=True)
class Goals:
    """Goals: one or two objectives, and any number of constraints."""

    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...] = ()

    @classmethod
    def read(
        cls,
        scenario: Scenario,
        minimise: Iterable[str] = (),
        maximise: Iterable[str] = (),
        subject_to: Iterable[str] = (),
    ) -> Self:
        """Read the values of the options ``--minimise``, ``--maximise`` and ``--subject-to``.

        Raises:
            ValueError: a figure or condition is unknown, an objective is named twice, or there are no
                objectives or more than two.
        """
        small = [Objective(_figure(text, scenario), "down") for text in minimise]
        objectives = (*small, *(Objective(_figure(text, scenario), "up") for text in maximise))
        if not objectives:
            raise ValueError(
                "say what to minimise or maximise, as in --maximise profit, or with a limit: "
                "--minimise total_cost --subject-to 'fill_rate >= 95 %'"
            )
        if len(objectives) > _MOST_OBJECTIVES:
            raise ValueError(
                "more than two objectives are not supported; give limits for the others (--subject-to)"
            )
        if len({objective.figure for objective in objectives}) < len(objectives):
            raise ValueError(f"{objectives[0].figure} is an objective twice")
        return cls(objectives, tuple(_constraint(text, scenario) for text in subject_to))

    @property
    def figures(self) -> tuple[GoalFigure, ...]:
        """Figures of the objectives, then those of the constraints, each once."""
        wanted = [objective.figure for objective in self.objectives]
        return tuple(dict.fromkeys([*wanted, *(constraint.figure for constraint in self.constraints)]))


def _figure(text: str, scenario: Scenario) -> GoalFigure:
    """Read a figure from a text.

    Raises:
        ValueError: the text is no figure.
    """
    match = _FIGURE.fullmatch(text.rstrip())
    if match is None:
        raise ValueError(f"'{text}' is no figure; write for example profit, or fill_rate[gold]")
    return _found(match, scenario)


def _constraint(text: str, scenario: Scenario) -> Constraint:
    named, limit = split_condition(text)
    match = _FIGURE.fullmatch(named.rstrip())
    if match is None:
        raise ValueError(f"'{text}' is no limit; write for example 'fill_rate >= 95 %'")
    figure = _found(match, scenario)
    if not limit:
        raise ValueError(f"'{text}' says no limit; write for example '{text.strip()} >= 95 %'")
    found = condition(limit)
    return Constraint(figure, found, found.bound(figure.unit))


def _found(match: re.Match[str], scenario: Scenario) -> GoalFigure:
    """Return the figure that was matched.

    Raises:
        ValueError: the glossary or the scenario does not have it.
    """
    metric, dimension, group = metric_of(match["metric"]), match["dimension"], match["group"]
    if group is None:
        if "overall" not in GLOSSARY[metric].dimensions:
            raise ValueError(f"{metric} exists by {', '.join(GLOSSARY[metric].dimensions)} only")
        return GoalFigure(metric)
    group = group.strip()
    known = _groups(scenario, metric)
    if dimension is not None and dimension not in known:
        raise ValueError(f"{metric} does not exist by {dimension}{nearest(dimension, known)}")
    places = [name for name, groups in known.items() if group in groups and dimension in {None, name}]
    if not places:
        names = [name for groups in known.values() for name in groups]
        raise ValueError(f"{metric} has no group '{group}'{nearest(group, names)}")
    if len(places) > 1:
        raise ValueError(f"'{group}' is a {' and a '.join(places)}: write {metric}[{places[0]}={group}]")
    return GoalFigure(metric, places[0], group)


def _groups(scenario: Scenario, metric: str) -> dict[str, tuple[str, ...]]:
    """Return the names of a metric's groups, by dimension."""
    names = {
        "segment": tuple(scenario.customers),
        "product": tuple(scenario.products),
        "warehouse": tuple(scenario.warehouses),
        "echelon": tuple(dict.fromkeys(str(one) for one in sorted(scenario.echelons().values()))),
        "supplier": source_labels(scenario, scenario.suppliers),
    }
    return {name: names[name] for name in DIMENSIONS if name in GLOSSARY[metric].dimensions}
