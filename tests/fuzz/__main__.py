"""Try inputs at random for a long time: ``python -m tests.fuzz [--inputs 20000] [--seed 1] [--faults FOLDER]``.

Prints how many were tried, accepted, played, refused and failed, the slowest and the peak of memory; of each kind of
fault the first input is kept. The exit code is 1 if there was a fault.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections import Counter
from pathlib import Path
from random import Random

from tests.fuzz.inputs import Input, made
from tests.fuzz.playing import Outcome, tried

_REPORT_EVERY = 40
"""One input in so many is played with all its reports, which take longer than the run."""


def main() -> int:
    """Try inputs and print what became of them."""
    words = argparse.ArgumentParser()
    words.add_argument("--inputs", type=int, default=20_000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--faults", type=Path, default=Path("fuzz-faults"), help="folder for inputs that fail")
    asked = words.parse_args()
    fates: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    faults: Counter[str] = Counter()
    slowest, at = 0.0, 0
    for number in range(asked.inputs):
        one = made(Random(f"{asked.seed}/{number}"))
        outcome = tried(one, report=number % _REPORT_EVERY == 0)
        fates[outcome.fate] += 1
        kinds[one.kind, outcome.fate] += 1
        if outcome.seconds > slowest:
            slowest, at = outcome.seconds, number
        if outcome.fate == "fault":
            faults[_first_seen(outcome, one, number, faults, asked.faults)] += 1
        if (number + 1) % 1000 == 0 or number + 1 == asked.inputs:
            print(_summary(number + 1, fates, f"{slowest:.1f} s (input {at})"), flush=True)
    for kind in sorted({kind for kind, _ in kinds}):
        print(
            f"  {kind}: "
            + ", ".join(f"{count} {fate}" for (of, fate), count in sorted(kinds.items()) if of == kind)
        )
    for words_of, count in faults.most_common():
        print(f"  {count} x {words_of}")
    return 1 if faults else 0


def _first_seen(outcome: Outcome, one: Input, number: int, faults: Counter[str], folder: Path) -> str:
    """Where the fault arose, and what it says; the first input that has it is kept."""
    lines = outcome.fault.strip().splitlines()
    places = [line.strip() for line in lines if line.strip().startswith("File") and "/simulator/" in line]
    kind = f"{lines[-1].partition(':')[0]} at {places[-1].rpartition('/simulator/')[2] if places else '?'}"
    if kind not in faults:
        kept = folder / str(number)
        kept.mkdir(parents=True, exist_ok=True)
        one.write(kept)
        (kept / "fault.txt").write_text(outcome.fault, encoding="utf-8", errors="backslashreplace")
        print(f"fault in input {number}: {kind}: {lines[-1][:200]}", flush=True)
    return kind


def _summary(tried_: int, fates: Counter[str], slowest: str) -> str:
    accepted = fates["played"] + fates["too much"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{tried_} tried, {accepted} accepted, {fates['played']} played ({100 * fates['played'] / tried_:.0f} %), "
        f"{fates['refused']} refused, {fates['too much']} beyond the limit, {fates['fault']} faults; "
        f"slowest {slowest}, peak memory {peak:.0f} MiB"
    )


if __name__ == "__main__":
    os.environ.setdefault("COLUMNS", "80")
    sys.exit(main())
