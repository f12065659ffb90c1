"""Where reference data lie that are not part of this project: real orders, and tables of real scores."""

import os
from pathlib import Path

FOLDER = Path(os.environ.get("SIMULATOR_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
"""The folder ``shared/data`` beside the checkout, or the one that the environment variable names."""
