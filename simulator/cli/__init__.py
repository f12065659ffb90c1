"""The command line: reads what the user wants, calls, prints. One module a command, or a few that belong together.

Whatever is heavy is imported inside the commands, so that ``simulator --help`` answers at once.
"""

# A command joins by being imported; this is the order in which the help lists them.
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
