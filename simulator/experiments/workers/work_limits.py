"""Work limits of a command: work that takes long is announced before it begins, work beyond the limit is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.values.mistakes import RunError

if TYPE_CHECKING:
    from simulator.experiments.workers.workload import Workload

TOLD_SECONDS: Final = 60.0
TOLD_BYTES: Final = 1e9

_YEAR: Final = 365 * 86_400.0
_TERABYTE: Final = 1e12
_MEMORY: Final = {"MB": 1e6, "GB": 1e9, "TB": 1e12}
_TIME: Final = {"min": 60.0, "h": 3600.0, "day": 86_400.0, "days": 86_400.0}
_PART: Final = re.compile(r"(?P<number>[0-9]+(\.[0-9]+)?)\s*(?P<unit>[A-Za-z]+)")
_REMEDY: Final = {
    "order lines": "lower rates of 'demand' and factors of 'profiles'",
    "lines that wait": "lower rates of 'demand' and factors of 'profiles'",
    "lines made to order": "lower rates of 'demand', and a smaller 'share' of lines made to order",
    "purchase orders": "larger order quantities",
    "reviews": "longer intervals 'every' of replenishment",
    "units made": "smaller quantities, or a supplier without production lines",
    "promises": "promises that do not follow the supply",
    "departures": "lower rates of 'departures'",
    "contacts": "a lower 'base_load' and lower rates of 'ask' of the support desk",
    "messages": "a longer 'update_every' of communication",
    "windows": "a longer 'run.window'",
    "stocks": "fewer products",
    "streams": "fewer products, segments and regions in 'demand'",
    "replications": "fewer replications",
}
_SILENT: Final = frozenset({"order lines", "lines that wait", "stocks", "streams", "days"})
"""Kinds of things that a sentence about order lines need not name."""


class WorkloadError(RunError):
    """A command would exceed its limit of time or memory."""


class WorkloadWarning(UserWarning):
    """A command takes long, or much memory."""


@dataclass(frozen=True, slots=True)
class WorkLimit:
    """Time and memory that a command may take.

    Attributes:
        seconds: time in seconds.
        bytes: memory of all processes together, in bytes.
    """

    seconds: float = 86_400.0
    bytes: float = 16e9

    @classmethod
    def parse(cls, text: str | None) -> WorkLimit:
        """Read a limit such as ``3 days``, ``64 GB``, ``3 days, 64 GB`` or ``none``; None gives the default limit.

        Raises:
            ValueError: the text is no limit.

        >>> WorkLimit.parse("2 h, 4 GB")
        WorkLimit(seconds=7200.0, bytes=4000000000.0)
        """
        if text is None:
            return cls()
        if text.strip().lower() == "none":
            return cls(math.inf, math.inf)
        seconds, size = cls().seconds, cls().bytes
        for part in text.split(","):
            match = _PART.fullmatch(part.strip())
            if match and match["unit"] in _MEMORY:
                size = float(match["number"]) * _MEMORY[match["unit"]]
            elif match and match["unit"] in _TIME:
                seconds = float(match["number"]) * _TIME[match["unit"]]
            else:
                raise ValueError(
                    f"a limit is like '3 days', '64 GB', '3 days, 64 GB' or 'none', not '{text}'"
                )
        return cls(seconds, size)


USUAL: Final = WorkLimit()


@dataclass(frozen=True, slots=True)
class WorkEstimate:
    """Estimated work of a whole command.

    Attributes:
        works: work of one replication of each scenario, with the number of its replications.
        workers: number of processes that share the work.
    """

    works: tuple[tuple[Workload, float], ...]
    workers: int

    @property
    def replications(self) -> float:
        """Number of replications of all scenarios together."""
        return sum(count for _, count in self.works)

    @property
    def seconds(self) -> float:
        """Time until the work is done, in seconds."""
        return sum(work.seconds * count for work, count in self.works) / min(self.workers, self.replications)

    @property
    def bytes(self) -> float:
        """Memory of all processes together, in bytes."""
        largest = max(work.bytes for work, _ in self.works) * min(self.workers, self.replications)
        return largest + sum(work.kept * count for work, count in self.works)

    @property
    def _largest(self) -> Workload:
        return max((work for work, _ in self.works), key=lambda work: work.seconds + work.bytes / 1e9)

    def __str__(self) -> str:
        work = self._largest
        slow, _ = work.causes
        of = f"{_number(work.counts['order lines'])} order lines"
        if slow not in _SILENT:
            of += f" and {_number(work.counts[slow])} {slow}"
        times = "replication" if self.replications == 1 else "replications"
        cores = "core" if self.workers == 1 else "cores"
        return (
            f"{_number(self.replications)} {times} of up to about {of}: "
            f"some {_time(self.seconds)} on {self.workers} {cores} and {_memory(self.bytes)} of memory"
        )

    def remedy(self, limit: WorkLimit) -> str:
        """Return a sentence about changes to scenario or command that would keep a limit that is exceeded."""
        work = self._largest
        slow, large = work.causes
        cause = slow if self.seconds > limit.seconds else large
        if self.replications > 1 and work.seconds < limit.seconds and work.bytes < limit.bytes:
            cause = "replications"
        ways = [_REMEDY[cause]] if cause in _REMEDY else []
        if cause != "replications":
            ways.append("a shorter 'run.horizon'")
        raised = []
        if self.seconds > limit.seconds:
            raised.append(f"{math.ceil(self.seconds / 86_400)} days" if self.seconds < _YEAR else "none")
        if self.bytes > limit.bytes:
            raised.append(f"{math.ceil(self.bytes / 1e9)} GB" if self.bytes < _TERABYTE else "none")
        text = "none" if "none" in raised else ", ".join(raised)
        return f"Ask for {' or '.join(ways)}, or raise the limit: --limit '{text}'"


def workload_note(works: Iterable[tuple[Workload, float]], workers: int, limit: WorkLimit) -> str | None:
    """Return a sentence about work that takes long or needs much memory; None for other work.

    Args:
        works: work of one replication of each scenario, with the number of its replications.
        workers: number of processes that share the work.
        limit: time and memory that the work may take.

    Raises:
        WorkloadError: the work is beyond the limit.
    """
    bill = WorkEstimate(tuple(works), workers)
    if not bill.replications > 0:
        return None
    if bill.seconds > limit.seconds or bill.bytes > limit.bytes:
        most = f"{_time(limit.seconds)} and {_memory(limit.bytes)}"
        raise WorkloadError(f"too much work: {bill}; the limit is {most}. {bill.remedy(limit)}")
    if bill.seconds > TOLD_SECONDS or bill.bytes > TOLD_BYTES:
        return f"This is {bill}."
    return None


def _number(count: float) -> str:
    return f"{count:,.0f}" if count < 1e9 else f"{count:.2g}"


def _time(seconds: float) -> str:
    for unit, size in (("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 1.5 * size:
            return f"{_number(seconds / size)} {unit}"
    return f"{_number(max(1.0, seconds))} seconds"


def _memory(size: float) -> str:
    return f"{_number(size / 1e9)} GB" if size >= 9.5e9 else f"{size / 1e9:.1f} GB"
