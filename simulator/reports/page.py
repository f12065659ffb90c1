"""The pages of results, each one file as text: ``report.html`` in the folder of its result.

Importing this takes a quarter of a second, so whoever writes a page imports it then.
"""

from simulator.reports.pages.comparison import comparison_page
from simulator.reports.pages.explanation import explanation_page
from simulator.reports.pages.run import run_page
from simulator.reports.pages.sweep import sweep_page

__all__ = ["comparison_page", "explanation_page", "run_page", "sweep_page"]
