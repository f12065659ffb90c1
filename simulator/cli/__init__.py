"""Command line: reads arguments, calls the Python interface, prints results.

Each command that plays has a module of its own; `inspect` holds the commands that play no scenario.

Heavy libraries are imported inside the commands, so that ``simulator --help`` answers at once.
"""

# Importing a module registers its command; the help lists the commands in this order.
from simulator.cli import run as run  # isort: skip
from simulator.cli import compare as compare  # isort: skip
from simulator.cli import sweep as sweep  # isort: skip
from simulator.cli import optimise as optimise  # isort: skip
from simulator.cli import explain as explain  # isort: skip
from simulator.cli import check as check  # isort: skip
from simulator.cli import sensitivity as sensitivity  # isort: skip
from simulator.cli import inspect as inspect  # isort: skip
from simulator.cli.app import ExitCode, app, main

__all__ = ["ExitCode", "app", "main"]
