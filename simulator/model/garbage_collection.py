"""Settings of the garbage collector and the memory allocator that make runs faster."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np

_LARGEST = 2**25 - 2**13
"""Largest array, in bytes, for which glibc, adding a header, still raises its threshold (32 MB)."""


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Collect garbage rarely within this context.

    A run makes many small objects and hardly any reference cycles. Looking for cycles would cost up to a
    third of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def keep_memory() -> None:
    """Make the allocator keep the memory of freed arrays for new ones; only the first call in a process acts.

    Otherwise the C library returns the memory to the system, which then has to clear every page of the next
    array. That may take as long as the arithmetic on it. glibc keeps memory up to a threshold, which it
    raises to the size of the largest array freed, at most 32 MB (mallopt(3), M_MMAP_THRESHOLD). So one array
    of that size is made and freed, without touching its pages. With other C libraries this has no effect.
    """
    np.empty(_LARGEST, np.uint8)
