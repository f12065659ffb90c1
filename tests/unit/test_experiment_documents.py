"""The programs that docs/ shows for sweeps and sensitivity analyses run."""

import re
from pathlib import Path
from typing import Any

import pytest

QUICK = "replications=2, workers=1, overrides=['run.warm_up=0 days', 'run.horizon=60 days']"


@pytest.mark.parametrize(("page", "method"), [("sweep", ""), ("sensitivity", ", size=2")])
def test_the_program_runs(page, method):
    (program,) = re.findall(
        r"```python\n(.*?)```", Path(f"docs/{page}.md").read_text(encoding="utf-8"), re.DOTALL
    )
    program = re.sub(r"replications=\d+", QUICK + method, program)
    names: dict[str, Any] = {}
    exec(re.sub(r"^found.save.*$", "", program, flags=re.MULTILINE), names)  # noqa: S102 - it is what the page says
    assert names["found"].replications == 2
