"""What all tests share: how Hypothesis searches, and what pytest must not collect."""

import os

from hypothesis import settings

# No deadline: two workers and coverage make single examples slow. The same examples every time, so that a
# change is to blame for a failure; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# Neither is a test: a program that prints timings, and packages that stand for somebody else's.
collect_ignore = ["benchmarks", "plugins"]
