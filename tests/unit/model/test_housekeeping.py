import gc
import platform
import subprocess
import sys

import pytest

from simulator.model.garbage_collection import rare_garbage_collection

COLUMNS = """
import resource, sys
import numpy as np
from simulator.model.garbage_collection import keep_memory

def columns():
    return [np.ones(500_000) for _ in range(8)]

if "keep" in sys.argv:
    keep_memory()
columns()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
columns()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages_cleared(*arguments):
    command = [sys.executable, "-c", COLUMNS, *arguments]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc learns how much memory to keep")
def test_memory_of_columns_is_kept_for_the_next_ones():
    assert pages_cleared("keep") < 0.1 * pages_cleared()


def test_garbage_is_collected_as_before_after_a_run():
    before = gc.get_threshold()
    with rare_garbage_collection():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before
