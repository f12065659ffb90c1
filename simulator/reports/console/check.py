"""Console report of a check: failures of whole scenarios, moved figures, expectations not certainly met."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.checking.baseline import Finding
from simulator.experiments.checking.check import CheckedScenario
from simulator.experiments.checking.judgement import Judgement
from simulator.reports.console.screen import say
from simulator.reports.results.check_results import CheckResults
from simulator.reports.wording.check_findings import allowed, difference, old_and_new, percent_change
from simulator.reports.wording.numerals import numeral

_TABLES: Final = 6
"""Most tables, one for each scenario."""
_ROWS: Final = 8
"""Most rows of a table; further rows seldom tell anything new."""


def show_check(console: Console, check: CheckResults, *, quiet: bool = False) -> None:
    """Print the report of a check; if ``quiet``, only its failures."""
    for line in _clause(check.held, lambda held: held.reasons):
        say(console, line)
    if not (quiet and check.updated):
        _show_moved(console, check)
    _show_expected(console, check, quiet=quiet)
    if not quiet:
        for line in _notes(check):
            say(console, line)
        for file in check.updated:
            console.print(Text(f"Made anew: {file}"), soft_wrap=True)
    if not (quiet and check.passed):
        say(console, _sum(check), "" if check.passed else "bold")
        for line in () if check.updated else _what_to_do(check):
            say(console, line)


def check_label(held: CheckedScenario) -> str:
    """Return the name of a scenario, followed by that of its alternative if it has one."""
    return held.name if held.alternative is None else f"{held.name} · {held.alternative}"


def _clause(
    held: Iterable[CheckedScenario], what: Callable[[CheckedScenario], tuple[str, ...]]
) -> Iterator[str]:
    """Yield remarks on whole scenarios, each once for all alternatives that share it.

    Args:
        held: the scenarios, as they are and with their alternatives.
        what: function that returns the remarks on one of them.
    """
    whose: dict[tuple[str, str], list[CheckedScenario]] = {}
    for one in held:
        for told in what(one):
            whose.setdefault((one.name, told), []).append(one)
    for (name, told), members in whose.items():
        if len(members) == 1:
            yield f"{check_label(members[0])}: {told}."
        elif members[0].alternative is None:
            yield f"{name}, also with {_counted(len(members) - 1, 'alternative')}: {told}."
        else:
            yield f"{name}, with {_counted(len(members), 'alternative')}: {told}."


def _show_moved(console: Console, check: CheckResults) -> None:
    """Print a table of failed figures for each scenario, the worst scenarios and figures first."""
    failing = sorted(
        (held for held in check.held if held.failures), key=lambda held: -held.failures[0].severity
    )
    if not failing:
        return
    say(console, f"{_what_moved(check)}, the worst first:", "bold")
    titles = ("Figure", ">Old", ">New", ">Difference", ">Margin" if check.equivalent else ">Allowed", "")
    _show_tables(console, titles, [(held, [_row(one) for one in held.failures]) for held in failing])


def _show_tables(
    console: Console, titles: Sequence[str], rows_of: Sequence[tuple[CheckedScenario, list[Sequence[str]]]]
) -> None:
    """Print a table for each scenario, the columns of all tables aligned.

    Tables beyond ``_TABLES`` and rows beyond ``_ROWS`` are only counted.

    Args:
        console: to print to.
        titles: headings of the columns; ``>`` before a heading marks a column of numbers, set flush right.
        rows_of: scenarios, each with the rows of its table.
    """
    shown = [(held, rows[:_ROWS], len(rows) - _ROWS) for held, rows in rows_of[:_TABLES]]
    columns = list(zip(titles, *(row for _, rows, _ in shown for row in rows), strict=True))
    for held, rows, more in shown:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for title, *cells in columns:
            justify: Literal["left", "right"] = "right" if title.startswith(">") else "left"
            width = max(map(len, (title.lstrip(">"), *cells)))
            table.add_column(title.lstrip(">"), min_width=width, justify=justify, no_wrap=True)
        for row in rows:
            table.add_row(*row)
        if more > 0:
            table.add_row(f"… {more} more")
        say(console, check_label(held), "bold")
        console.print(table)
    if (more := len(rows_of) - len(shown)) > 0:
        say(console, f"… and so in {more} more. --json and --junit tell all.", "dim")


def _row(one: Finding) -> Sequence[str]:
    """Return the cells of a failed figure: metric, old, new, difference, allowed, and verdict or per cent."""
    verdict = {"not equivalent": "different", "cannot say": "cannot say"}.get(one.verdict, "")
    return one.metric, *old_and_new(one), difference(one), allowed(one), verdict or percent_change(one)


def _what_moved(check: CheckResults) -> str:
    """Return the heading above the tables of failed figures."""
    if check.updated:
        return "Moved since the old baselines"
    if check.equivalent:
        return "Not shown to be equivalent"
    unchanged = not any(held.reasons for held in check.held if held.failures)
    return "Moved, although no scenario has changed" if unchanged else "Moved"


def _show_expected(console: Console, check: CheckResults, *, quiet: bool) -> None:
    """Print tables of the expectations not met and, unless ``quiet``, of those met without certainty.

    Scenarios with an expectation not met come first.
    """
    told = [
        (held, [_expected(one) for one in held.judgements if not (one.met and (one.sure or quiet))])
        for held in check.held
    ]
    if told := sorted(
        (pair for pair in told if pair[1]), key=lambda pair: all(one.met for one in pair[0].judgements)
    ):
        say(console, "Expected:", "bold")
        _show_tables(console, ("Figure", "Expected", ">Is", ""), told)


def _expected(one: Judgement) -> Sequence[str]:
    """Return the cells of an expectation: metric, condition, figure, verdict."""
    single = math.isnan(one.estimate.half_width) and not one.sure
    verdict = one.verdict.replace("not sure", "one replication") if single else one.verdict
    return one.metric, str(one.condition), str(numeral(one.estimate)), verdict


def _notes(check: CheckResults) -> Iterator[str]:
    """Yield remarks that are no failures, and a note on metrics that the baselines do not have yet."""
    yield from _clause(check.held, lambda held: held.notes)
    new = dict.fromkeys(one.metric for held in check.held for one in held.findings if one.verdict == "new")
    if new and not check.updated:
        yield f"New figures, not in the baselines: {', '.join(new)}. They are held once --update has taken them in."


def _sum(check: CheckResults) -> str:
    """Return the summary line: counts of scenarios, figures and expectations, and the time taken."""
    names = {held.name for held in check.held}
    wrong = [held for held in check.held if not check.is_right(held)]
    expected = [one for held in check.held for one in held.judgements]
    met = f" {sum(one.met for one in expected)} of {len(expected)} expectations met." if expected else ""
    more = len(check.held) - len(names)
    of = _counted(len(names), "scenario") + (f" with {_counted(more, 'alternative')}" if more else "")
    if wrong:
        told = f"Failed: {len({held.name for held in wrong})} of {of}."
    elif check.updated:
        told = f"Done: {of}."
    else:
        figures = sum(one.counts for held in check.held for one in held.findings)
        how = "equivalent to those of" if check.equivalent else "as in"
        told = f"Passed: {of}, {figures:,} figures {how} the baselines."
    return f"{told}{met} {check.seconds:.1f} s."


def _what_to_do(check: CheckResults) -> Iterator[str]:
    """Yield advice: replications that would decide, and commands that make or replace baselines."""
    unsaid = [one for held in check.held for one in held.failures if one.verdict == "cannot say"]
    if unsaid:
        yield _too_few(unsaid)
    missing = dict.fromkeys(held.name for held in check.held if held.missing)
    if missing:
        yield f"To make what is missing: simulator check {_updates(missing)}"
    meant = dict.fromkeys(
        held.name
        for held in check.held
        if held.replications and (held.reasons or any(one.verdict != "cannot say" for one in held.failures))
    )
    if meant := {name: None for name in meant if name not in missing}:
        yield f"If that is meant: simulator check {_updates(meant)}"


def _too_few(unsaid: list[Finding]) -> str:
    """Return a sentence on the undecided figures, and on the replications that would probably decide them."""
    told = f"Of {_counted(len(unsaid), 'figure')} it cannot be said whether they are equivalent: too few replications"
    known = [one for one in unsaid if one.enough is not None]
    if not known:
        return f"{told}."
    counts = sorted(one.enough or 0 for one in known)
    half, most = _rounded(counts[len(counts) // 2]), _rounded(counts[-1])
    enough = (
        f"about {most} would do"
        if half == most
        else f"about {half} would do for half of them, {most} for all"
    )
    whose = ", now and in a baseline of the old program" if any(one.enough_old for one in known) else ""
    return f"{told}; {enough}{whose} (--replications)."


def _rounded(count: int) -> str:
    """Return a count as text with two significant digits, because it is only an estimate."""
    return f"{float(f'{count:.2g}'):,.0f}"


def _updates(names: Iterable[str]) -> str:
    return " ".join(f"--update {shlex.quote(name)}" for name in names)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
