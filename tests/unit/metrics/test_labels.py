"""Look-up of metrics by name, by label, and by the words of these in any order."""

import pytest

from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label, metric_of, search, suggested_metrics
from simulator.reports.console.run import BLOCKS


def found(text):
    """Metric of a text, or the error message."""
    try:
        return metric_of(text)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("metric", GLOSSARY)
def test_a_name_is_found_and_its_label_is_no_other_metric(metric):
    assert metric_of(metric) == metric
    told = found(label(metric))
    assert told == metric or (" may be " in told and metric in told)  # metrics with the same words


@pytest.mark.parametrize(("words", "metric"), [row for rows in BLOCKS.values() for row in rows])
def test_a_label_in_the_report_of_a_run_is_no_other_metric(words, metric):
    if not words.startswith("…"):  # which goes on from the row above
        told = found(words)
        assert told == metric or (" may be " in told and metric in told)


@pytest.mark.parametrize("text", ["units lost", "Units lost", "units_lost", "lost units", "LOST_UNITS"])
def test_sequence_case_and_blanks_do_not_count(text):
    assert metric_of(text) == "lost_units"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mean wait", "'mean wait' may be backorder_wait_mean or wait_mean: write one of these names"),
        ("proft", "there is no figure 'proft'; did you mean 'profit'?"),
        (
            "lost",
            "there is no figure 'lost'; there are lost_orders, lost_lines, lost_units, lost_value, lost_sale_cost",
        ),
        ("refund", "there is no figure 'refund'; there is refund_cost"),
        ("qqq", "there is no figure 'qqq'; 'simulator metrics' lists all"),
    ],
)
def test_what_is_none(text, told):
    assert found(text) == told


def test_very_many():
    count = len(search("cost"))
    assert count > 5
    assert suggested_metrics("cost", GLOSSARY) == f"; 'simulator metrics cost' lists {count}"


def test_a_label_is_no_key_but_named():
    assert suggested_metrics("Units lost", GLOSSARY) == "; did you mean 'lost_units'?"


def test_search():
    names = [metric.name for metric in search("lost units")]
    assert names[0] == "lost_units"
    assert len(search("")) == len(GLOSSARY)
    assert search("zebra") == []
    assert "profit" in [metric.name for metric in search("lost sale")]  # in its formula
