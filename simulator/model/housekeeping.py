"""What the interpreter and the allocator do between two events, and how to have them do less of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np

_LARGEST = 2**25 - 2**13
"""Bytes of the largest array (with what surrounds it) that glibc takes as a measure of what is usual."""


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """A run makes many small objects and no cycles worth collecting; looking for them costs up to a third."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def keep_memory() -> None:
    """Let this process keep the memory of columns that are done with for the columns to come.

    The C library gives it back to the system, which has to clear every page of the next column: that may take as long
    as the arithmetic on it. glibc learns from the largest array ever freed, up to 32 MB, how much is better kept
    (mallopt(3), M_MMAP_THRESHOLD). So one is made and freed; nothing of it is touched. Elsewhere this does nothing.
    """
    np.empty(_LARGEST, np.uint8)
