"""Wording of a sensitivity analysis: rows and sentences on the inputs that move each figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.experiments.sweeping.sensitivity import InputEffects, Sensitivity
from simulator.experiments.sweeping.sensitivity_indices import SensitivityIndex
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.wording.numerals import numeral, percent
from simulator.reports.wording.sweep_sentences import name_of, scale, short

_UNSURE: Final = "not certain"
_NONE: Final = "none"
_MUCH_NOISE: Final = 0.1
"""Share of chance in the variance above which more replications are recommended."""
_MOST_NAMED: Final = 3
_LITTLE: Final = 0.01
"""Smallest effect that is written as a number; a smaller one is written as "< 0.01"."""
_ONE_WAY: Final = 0.999
"""Ratio of the size of mu to mu_star from which a figure is said to rise, or to fall."""
_WIDE: Final = 0.1
"""Half width of a share of variance above which more samples are recommended."""
Found = dict[str, dict[str, SensitivityIndex]]
"""Indices by path of the input, then by measure."""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """Effect of an input on a figure, in the units of `FigureEffects.titles`.

    Attributes:
        name: short path of the input.
        over: range of the input.
        first: first measure as text, mu_star or S1.
        second: second measure as text, sigma or ST.
        word: remark on direction or certainty.
        value: main measure, mu_star or ST.
        half_width: of the main measure.
        sure: True if the effect is certainly more than chance.
    """

    name: str
    over: str
    first: str
    second: str
    word: str
    value: float
    half_width: float
    sure: bool


class FigureEffects:
    """Effects of all inputs on one figure, in words."""

    def __init__(self, outcome: Sensitivity, metric: str, influence: InputEffects) -> None:
        self._metric, self._noise, self._replications = metric, influence.noise, outcome.replications
        self._leads, self.label = influence.leads, label(metric)
        self._screening = outcome.method == "morris"
        self._main = "mu_star" if self._screening else "ST"
        self._names = short(outcome.paths)
        self._ranges = {one.path: str(one) for one in outcome.inputs}
        self._levels = {path: 0.0 if math.isnan(level) else level for path, level in influence.levels.items()}
        found: Found = {path: {} for path in outcome.paths}
        for one in influence.indices:
            found[one.path][one.measure] = one
        self._inputs = dict(sorted(found.items(), key=lambda item: -item[1][self._main].value))
        largest = max(one[self._main].value for one in found.values())
        self._factor, unit = scale(GLOSSARY[metric].unit, largest) if self._screening else (100.0, "%")
        # The change of a share is in points, not in per cent.
        self._unit = "points" if self._screening and unit == "%" else unit

    def titles(self) -> tuple[str, str]:
        """Return the headings of the two measures, with their unit."""
        unit = f" [{self._unit}]" if self._unit else ""
        names = ("Effect", "Spread") if self._screening else ("Alone", "In all")
        return f"{names[0]}{unit}", f"{names[1]}{unit}"

    def rows(self) -> list[EffectRow]:
        """Return a row for each input, the one with the largest main measure first."""
        one, other = ("mu_star", "sigma") if self._screening else ("S1", "ST")
        rows = []
        for path, found in self._inputs.items():
            main = found[self._main]
            row = EffectRow(
                self._names[path],
                self._ranges[path],
                _text(found[one], self._factor),
                _text(found[other], self._factor),
                self._word(path),
                main.value * self._factor,
                main.half_width * self._factor,
                self._stands_out(path),
            )
            rows.append(row)
        return rows

    def sentences(self) -> Iterator[str]:
        """Yield sentences on the main input, inputs of unclear or no effect, and the share of chance."""
        if self._noise.variance == 0:
            yield f"{self.label} is the same at all points."
            return
        yield self._claim()
        moving = [path for path in self._inputs if self._stands_out(path)]
        named = [*moving, next(iter(self._inputs))]
        unsure = [self._names[path] for path in self._inputs if path not in named and not self._is_idle(path)]
        idle = [self._names[path] for path in self._inputs if self._is_idle(path)]
        if unsure and moving:
            yield f"Whether {_either(unsure)} {'does' if len(unsure) == 1 else 'do'} more than chance is not certain."
        if idle:
            yield f"No effect at all: {', '.join(idle)}."
        if self._replications == 1:
            return
        yield f"Chance makes up {percent(self._noise.share)} of its variance between the points."
        if self._noise.share > _MUCH_NOISE:
            yield "More replications would make it less."
        if not self._screening and max(one["ST"].half_width for one in self._inputs.values()) > _WIDE:
            yield "More samples would make the shares surer."

    def _claim(self) -> str:
        """Return the first sentence: the input with the largest effect, and any that may matter as much."""
        first = next(iter(self._inputs))
        moving = [path for path in self._inputs if self._stands_out(path)]
        sized = f"{self._names[first]}, {self._size(first)}{self._of}"
        if not moving:
            return (
                f"{self.label} does not certainly depend on any of these inputs: the largest effect, that of "
                f"{sized}, may be chance."
            )
        if first not in moving:
            certain = _few([f"{self._names[path]}, {self._size(path)}" for path in moving])
            apart = all(self._leads[path].certain for path in moving)
            alike = (
                ""
                if apart
                else f": which of {'the two' if len(moving) == 1 else 'them'} is larger cannot be told"
            )
            return (
                f"The largest effect on {name_of(self._metric)} is that of {sized}, but chance alone may be as large; "
                f"certain is that of {certain}{alike}."
            )
        rivals = [path for path in self._leads if not self._leads[path].certain and not self._is_idle(path)]
        if rivals:
            return f"{self.label} depends most on {self._alike([first, *rivals])}."
        others = [self._names[path] for path in moving[1:]]
        also = f"; also on {_few(others)}" if others else ""
        return f"{self.label} depends most on {self._names[first]}: {self._clause(first)}{also}."

    def _alike(self, paths: Sequence[str]) -> str:
        """List inputs that cannot be told apart, with their effects."""
        if len(paths) > _MOST_NAMED:
            first = self._names[paths[0]]
            return (
                f"{first} ({self._size(paths[0])}{self._of}) or one of {len(paths) - 1} others, "
                "which cannot be told apart"
            )
        sized = [f"{self._names[path]} ({self._size(path)})" for path in paths]
        return f"{_either(sized)}, which cannot be told apart{self._by}"

    def _stands_out(self, path: str) -> bool:
        """Test whether the effect of an input is certainly larger than noise alone would make it."""
        main = self._inputs[path][self._main]
        return main.value - main.half_width > self._levels[path]

    def _is_idle(self, path: str) -> bool:
        """Test whether an input changes nothing at any point."""
        return self._noise.variance == 0 or self._inputs[path][self._main].value == 0.0

    def _size(self, path: str) -> str:
        """Return the main measure of an input as text: a change with its unit, or a share of variance."""
        main = self._inputs[path][self._main]
        if not self._screening:
            return str(numeral(Estimate(main.value, main.half_width, "share", 1)))
        return f"{_text(main, self._factor)} {self._unit}".replace("< ", "less than ").rstrip()

    @property
    def _of(self) -> str:
        """Words that follow a share of variance; empty for a change."""
        return "" if self._screening else " of the variance"

    @property
    def _by(self) -> str:
        """Definition, in brackets, of the measures in a sentence."""
        how = "mean change over the whole range" if self._screening else "share of the variance, in all"
        return f" ({how})"

    def _clause(self, path: str) -> str:
        """Return a clause on the effect of an input: its direction and size, or its shares of variance."""
        found = self._inputs[path]
        if self._screening:
            mean, size = found["mu"].value, found["mu_star"].value
            verb = "changes" if abs(mean) < _ONE_WAY * size else "rises" if mean > 0 else "falls"
            return f"from the low end of its range to the high end it {verb} by {self._size(path)} on average"
        alone, in_all = (
            numeral(Estimate(found[m].value, found[m].half_width, "share", 1)) for m in ("S1", "ST")
        )
        return (
            f"{alone} of its variance is due to that alone, {in_all} with what it does together with others"
        )

    def _word(self, path: str) -> str:
        """Return the remark on an input: direction, joint effects with others, or lack of certainty."""
        found = self._inputs[path]
        if not self._stands_out(path):
            return _NONE if self._is_idle(path) else _UNSURE
        if not self._screening:
            extra = found["ST"].value - found["S1"].value
            return "also with others" if extra > found["ST"].half_width + found["S1"].half_width else ""
        mean, size = found["mu"].value, found["mu_star"].value
        verb = "raises it" if mean > 0 else "lowers it"
        if abs(mean) < 0.5 * size:
            return "either way"
        if abs(mean) < 0.9 * size:
            return f"mostly {verb}"
        return f"{verb}, evenly" if found["sigma"].value < 0.1 * size else verb


def _few(names: Sequence[str]) -> str:
    """List the first three names, and the number of the others."""
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _text(index: SensitivityIndex, factor: float) -> str:
    """Write a measure times ``factor``; a small one becomes "< 0.01" instead of 0."""
    value, half_width = index.value * factor, index.half_width * factor
    if value >= 0 and 0 < value + half_width < _LITTLE:
        return f"< {_LITTLE}"
    return str(numeral(Estimate(value, half_width, "", 1)))


def sensitivity_notes(outcome: Sensitivity) -> Iterator[str]:
    """Yield notes on how to read the tables."""
    if outcome.method == "morris":
        yield (
            "Effect (mu*): mean change of the figure when the input moves over its whole range, whatever the others "
            "are. Spread (sigma): how much that depends on where it and the others stand."
        )
    else:
        yield (
            "Share of the figure's variance, when all inputs vary over their ranges, that is due to the input alone "
            "(S1) and with all it does together with others (ST)."
        )
    yield "± is half of a 95 % confidence interval over the design. All points meet the same customers and delays."
    if outcome.replications == 1:
        yield "One replication at each point: how much of this is chance cannot be said."
