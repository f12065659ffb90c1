import sys

import pytest

from simulator.reports.pages.page_foot import repeat_command


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["/home/me/.venv/bin/simulator", "run", "shop.yaml"], "simulator run shop.yaml"),
        (["simulator", "run", "/home/me/my shop.yaml"], "simulator run 'my shop.yaml'"),
        (["simulator", "run", "a.yaml", "--out=/tmp/runs"], "simulator run a.yaml --out=runs"),
        (["simulator", "run", "a.yaml", "-s", "run.seed=7"], "simulator run a.yaml -s run.seed=7"),
        (["/lib/simulator/__main__.py", "run", "a.yaml"], "simulator run a.yaml"),
        (["/home/me/study.py", "secret"], "called from Python"),
        ([""], "called from Python"),
    ],
)
def test_commands_name_no_folders_of_the_machine(monkeypatch, argv, told):
    monkeypatch.setattr(sys, "argv", argv)
    assert repeat_command() == told
