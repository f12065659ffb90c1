"""Twenty questions of a newcomer, each with the file that answers it, to see whether file names lead there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

QUESTIONS: dict[str, tuple[str, str]] = {
    "Where is the critical level applied when a line arrives?": (
        "simulator/model/stock/demand_point.py",
        "DemandPoint",
    ),
    "Where does a customs hold move a promise?": ("simulator/model/supply/customs.py", "Inspection"),
    "Which waiting line do units go to under threshold clearing?": (
        "simulator/model/allocation/threshold_clearing.py",
        "ThresholdClearing",
    ),
    "Where does a promise get a margin of safety?": ("simulator/policies/promise.py", "PaddedPromise"),
    "When do goods leave that wait for the next departure?": (
        "simulator/model/supply/departures.py",
        "next_departure",
    ),
    "How does news change the hazard that a customer cancels?": (
        "simulator/model/patience/cancellation_hazard.py",
        "PatienceLaw",
    ),
    "How often do waiting customers ask where their order is?": (
        "simulator/model/waiting/contact_process.py",
        "contact_rate",
    ),
    "Who answers contacts within opening hours?": ("simulator/model/waiting/support_desk.py", "Agents"),
    "Where is the smallest level found that reaches a fill rate?": (
        "simulator/model/levels/level_search.py",
        "smallest_level",
    ),
    "Where are survey scores drawn?": ("simulator/model/survey/survey_scores.py", "draw_scores"),
    "How does a name become a random stream?": ("simulator/orders/random/streams.py", "Streams"),
    "Where does a value get its line and column?": ("simulator/scenario/yaml/node.py", "Node"),
    "How are decimal commas told from thousands?": ("simulator/tables/number_text.py", "NumberMarks"),
    "Where is the confidence interval of a mean computed?": (
        "simulator/experiments/statistics/confidence_intervals.py",
        "intervals",
    ),
    "Where are p-values of many differences adjusted?": (
        "simulator/experiments/statistics/paired_differences.py",
        "holm",
    ),
    "Where are finished replications kept on disk?": (
        "simulator/experiments/replications/journal.py",
        "Journal",
    ),
    "What says how long a command will take?": ("simulator/experiments/workers/workload.py", "workload"),
    "Who writes the first sentence of a comparison?": (
        "simulator/reports/wording/comparison_verdict.py",
        "verdict",
    ),
    "Where is profit computed?": ("simulator/metrics/measures/money.py", "profit"),
    "What does one window of a long run leave to the next?": (
        "simulator/model/records/window_handover.py",
        "Handover",
    ),
}
"""Question -> file, and what it defines."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_file_answers_the_question(question: str) -> None:
    file, name = QUESTIONS[question]
    assert name in {getattr(one, "name", None) for one in ast.parse(Path(file).read_text("utf-8")).body}
