"""Proposals of settings to play next: a model covers the whole space, a compass search the surroundings of the best.

The model is Optuna's tree-structured Parzen estimator (Bergstra et al. 2011, Algorithms for hyper-parameter
optimization), which learns from every trial, broken limits included. The compass search (Kolda, Lewis &
Torczon 2003, Optimization by direct search, SIAM Review 45, 385-482) tries the neighbours of the best point
on every axis. Its steps are long at first, and are halved whenever all neighbours at the present steps are
known. It finds the last per cent that the model misses.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator.experiments.optimising.search_space import Axis, Point, Space
from simulator.experiments.workers.optional_libraries import import_optional

if TYPE_CHECKING:
    import optuna

_ATTEMPTS: Final = 20
"""Proposals of the model for each point wanted, before the model counts as exhausted."""
_FIRST_STEP: Final = 8
"""First steps of the compass search are an axis divided by this number."""


class ModelProposals:
    """Proposals from the whole space: random at first, later where the model expects good trials.

    Args:
        space: space of the settings.
        directions: better direction of each objective.
        seed: seed of the random numbers.
        startup: number of random proposals at the beginning.

    Raises:
        ModuleNotFoundError: Optuna is not installed.
    """

    def __init__(
        self, space: Space, directions: Sequence[Literal["up", "down"]], seed: int, startup: int
    ) -> None:
        import_optional("optuna")  # tells how to install it if it is missing
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._space = space
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sampler = optuna.samplers.TPESampler(
                n_startup_trials=startup, seed=seed, multivariate=len(directions) == 1, constant_liar=True
            )
        words: list[Literal["minimize", "maximize"]] = [
            "maximize" if better == "up" else "minimize" for better in directions
        ]
        self._study = optuna.create_study(sampler=sampler, directions=words)
        self._distributions = {axis.path: _distribution(axis) for axis in space.axes}
        self._pending: dict[Point, optuna.trial.Trial] = {}
        self._rng = np.random.default_rng(seed)

    def ask(self, count: int, known: Collection[Point]) -> list[Point]:
        """Return up to ``count`` new points; fewer only if hardly any are left.

        Args:
            count: number of points wanted.
            known: points that are not proposed again.
        """
        found: list[Point] = []
        for _ in range(_ATTEMPTS * count):
            if len(found) == count:
                return found
            trial = self._study.ask(self._distributions)
            point = tuple(_place(axis, trial.params[axis.path]) for axis in self._space.axes)
            if point in known or point in self._pending:
                self._fail(trial)
            else:
                self._pending[point] = trial
                found.append(point)
        for _ in range(_ATTEMPTS * count):
            if len(found) == count:
                break
            point = tuple(int(self._rng.integers(len(axis))) for axis in self._space.axes)
            if point not in known and point not in found:
                found.append(point)
        return found

    def tell(self, point: Point, values: Sequence[float] | None, broken: Mapping[str, float]) -> None:
        """Teach the model the values of a point.

        Args:
            point: point played, whether this model proposed it or not.
            values: values of the objectives; None if there are none, as for an impossible setting.
            broken: amount by which each limit is broken; at most 0 if it is kept.
        """
        import optuna

        trial = self._pending.pop(point, None)
        if values is None:
            if trial is not None:
                self._fail(trial)
        elif trial is None:
            params = {
                axis.path: _number(axis, place) for axis, place in zip(self._space.axes, point, strict=True)
            }
            made = optuna.trial.create_trial(
                values=values,
                params=params,
                distributions=dict(self._distributions),
                constraints=dict(broken),
            )
            self._study.add_trial(made)
        else:
            for name, by in broken.items():
                trial.set_constraint(name, by)
            self._study.tell(trial, list(values))

    def _fail(self, trial: optuna.trial.Trial) -> None:
        import optuna

        self._study.tell(trial, state=optuna.trial.TrialState.FAIL)


class CompassProposals:
    """Proposals next to good points: neighbours on each axis and, at the shortest steps, on each pair of axes.

    Args:
        space: space of the settings.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._steps = [max(1, len(axis) // _FIRST_STEP) for axis in space.axes]

    def ask(self, centres: Sequence[Point], count: int, known: Collection[Point]) -> list[Point]:
        """Return up to ``count`` new neighbours of the centres; none once all at the shortest steps are known.

        Neighbours at the present steps come first. If they are too few, those at shorter steps follow.

        Args:
            centres: good points.
            count: number of points wanted.
            known: points that are not proposed again.
        """
        while not (found := self._fresh(centres, self._steps, known)) and max(self._steps) > 1:
            self._steps = _halved(self._steps)
        steps = self._steps
        while len(found) < count and max(steps) > 1:
            steps = _halved(steps)
            found = list(dict.fromkeys([*found, *self._fresh(centres, steps, known)]))
        return found[:count]

    def _fresh(self, centres: Sequence[Point], steps: Sequence[int], known: Collection[Point]) -> list[Point]:
        around = (point for centre in centres for point in self._around(centre, steps))
        return [point for point in dict.fromkeys(around) if point not in known]

    def _around(self, centre: Point, steps: Sequence[int]) -> Iterator[Point]:
        moves = [self._moves(k, centre[k], steps[k]) for k in range(len(centre))]
        for k, places in enumerate(moves):
            for place in places:
                yield (*centre[:k], place, *centre[k + 1 :])
        if max(steps) == 1:  # a ridge may run diagonally, as that of r and Q does
            for one, other in itertools.combinations(range(len(centre)), 2):
                for a, b in itertools.product(moves[one], moves[other]):
                    point = list(centre)
                    point[one], point[other] = a, b
                    yield tuple(point)

    def _moves(self, k: int, place: int, step: int) -> list[int]:
        """Return the places on an axis a step up and down, or all other places if the values have no order."""
        axis = self._space.axes[k]
        if not axis.ordered:
            return [other for other in range(len(axis)) if other != place]
        ends = (max(place - step, 0), min(place + step, len(axis) - 1))
        return [other for other in dict.fromkeys(ends) if other != place]


def _halved(steps: Sequence[int]) -> list[int]:
    return [max(1, step // 2) for step in steps]


def _distribution(axis: Axis) -> optuna.distributions.BaseDistribution:
    import optuna

    if axis.numbers is None:
        return optuna.distributions.CategoricalDistribution(tuple(range(len(axis))))
    if axis.by_factors:
        return optuna.distributions.FloatDistribution(
            float(axis.numbers[0]), float(axis.numbers[-1]), log=True
        )
    return optuna.distributions.IntDistribution(0, len(axis) - 1)


def _number(axis: Axis, place: int) -> float | int:
    """Return the number that stands for a place in the model."""
    return float(axis.numbers[place]) if axis.by_factors and axis.numbers is not None else place


def _place(axis: Axis, number: float) -> int:
    """Return the place on an axis that a number of the model stands for."""
    return axis.nearest(number) if axis.by_factors else int(number)
