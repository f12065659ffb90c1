"""Progress bar on the error stream, for replications or anything else that is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress_bar(*, quiet: bool = False, what: str = "Replications") -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar while the context lasts, unless the error stream is not a terminal.

    Args:
        quiet: True to show no bar.
        what: label of the things counted.

    Yields:
        Function that updates the bar, called with the number done and the total.
    """
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # No thread refreshes the bar, because worker processes are forked while it is shown.
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        auto_refresh=False,
        disable=quiet or not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, refresh=True)

        yield tell
