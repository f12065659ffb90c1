"""Settings of the garbage collector and the memory allocator that make runs faster."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np

_LARGEST = 2**25 - 2**13
"""Bytes of the largest array that, with its header, glibc still takes into account (32 MB)."""


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Collect garbage rarely within this context.

    A run makes many small objects and hardly any cycles; looking for them would cost up to a third of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def keep_memory() -> None:
    """Make the allocator keep the memory of freed columns for new ones.

    The C library would return it to the system, which then has to clear every page of the next column, and that may
    take as long as the arithmetic on it. glibc raises its threshold for keeping memory to the size of the largest array
    freed, up to 32 MB (mallopt(3), M_MMAP_THRESHOLD). So one such array is made and freed, without touching its pages.
    With other C libraries this has no effect.
    """
    np.empty(_LARGEST, np.uint8)
