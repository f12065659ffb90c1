"""What all tests share: how Hypothesis searches, and what pytest must not collect."""

import os

from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

# Hypothesis would take numbers out of the modules that happen to be loaded, so that other tests before, or another
# worker, would mean other examples. There is no setting for it.
providers._get_local_constants = Constants

# No deadline: two workers and coverage make single examples slow. The same examples every time, so that a
# change is to blame for a failure; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# Neither is a test: a program that prints timings, and packages that stand for somebody else's.
collect_ignore = ["benchmarks", "plugins"]
