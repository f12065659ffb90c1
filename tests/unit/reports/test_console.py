"""The report in consoles of different widths."""

import io

import pytest
from rich.console import Console

from simulator.reports.console.run import group_tables, main_table, show_report
from simulator.reports.console.screen import show_folder


def lines_of(width, show):
    """What ``show`` prints in a console of that width."""
    file = io.StringIO()
    show(Console(file=file, width=width, highlight=False, markup=False))
    return file.getvalue().splitlines()


def printed(width, thing):
    return lines_of(width, lambda console: console.print(thing))


@pytest.mark.parametrize("width", [50, 80, 120, 200])
def test_report_fits(results, width):
    lines = lines_of(
        width,
        lambda console: show_report(
            console, results.outcome, "an [bold]alternative[/bold]", results.levels_by_stock
        ),
    )
    assert max(map(len, lines)) <= width
    assert lines[0] == "Corner shop · an [bold]alternative[/bold]"
    assert "…" not in "".join(lines).replace("… from", "").replace("… at the", "")


def test_what_the_scenario_is_about_comes_first(results):
    figures = results.outcome.summary()
    lines = printed(80, main_table(figures, 80, ("repeat_rate", "refused_units", "served_within_7_days")))
    assert lines[0].split("  ")[0] == "The question"
    assert [line.split("  ")[0] for line in lines[1:3]] == ["Refused units", "Served within 7 days"]


def test_blocks_stand_side_by_side_where_there_is_room(results):
    narrow, wide = (printed(width, main_table(results.outcome.summary(), width)) for width in (50, 80))
    assert len(wide) < len(narrow)
    assert wide[0].split() == ["Customers", "Waiting"]


def test_figures_that_are_always_zero_are_left_out(results):
    text = "\n".join(printed(80, main_table(results.outcome.summary(), 80)))
    assert "Revenue" in text
    assert "Lost sale cost" not in text
    assert "Customs delay" not in text


def test_many_groups_become_few(results):
    members = results.outcome.summary_by("segment")["members"]
    (table,) = group_tables("segment", {f"segment {k}": members for k in range(40)}, 80)
    lines = printed(80, table)
    assert lines[-1].strip() == "… 28 more"
    assert len(lines) == 14


def test_columns_without_room_stand_in_a_further_table(results):
    groups = results.outcome.summary_by("segment")
    narrow, wide = (group_tables("segment", groups, width) for width in (40, 80))
    assert len(wide) == 1
    assert len(narrow) > 1
    assert [str(column.header) for table in narrow for column in table.columns[1:]] == [
        str(column.header).replace("\n", " ") for column in wide[0].columns[1:]
    ]
    for table in narrow:
        assert str(table.columns[0].header) == "Segment"
        assert max(map(len, printed(40, table))) <= 40


def test_a_long_path_stays_in_one_line(tmp_path):
    folder = tmp_path / ("long" * 30)
    assert lines_of(40, lambda console: show_folder(console, folder)) == [f"Results in {folder}"]


def test_how_customers_were_treated_is_shown_where_it_was_simulated(results, caring):
    plain, rich = ("\n".join(printed(80, main_table(one.outcome.summary(), 80))) for one in (results, caring))
    labels = ("Treatment", "Promises kept", "Satisfaction", "Asked, of 100", "Messages sent", "Compensated")
    for label in (*labels, "Contact cost", "Message cost"):
        assert label in rich
        assert label not in plain
    assert "Substitutes" not in rich
