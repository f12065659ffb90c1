"""The pages of results, each one file as text: ``report.html`` in the folder of its result.

Importing this takes a quarter of a second, so whoever writes a page imports it then.
"""

from simulator.reports.pages.run import run_page

__all__ = ["run_page"]
