"""JUnit XML of a check, which continuous integration services show.

The layout is that of Ant's JUnit task as Jenkins and GitLab read it: ``testsuites`` holds one ``testsuite``
for each scenario, whose ``testcase`` elements have a ``failure`` if they failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from simulator.experiments.checking.baseline import Finding
from simulator.experiments.checking.check import AS_IS, CheckedScenario
from simulator.reports.wording.check_findings import finding_line, judgement_text
from simulator.values.mistakes import Mistake

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot represent."""
_MOST: Final = 200
"""Characters of the first problem that a message has; the text of the element has all problems in full."""


def junit(
    held: Sequence[CheckedScenario],
    seconds: float,
    is_right: Callable[[CheckedScenario], bool],
    warnings: Mapping[str, Sequence[Mistake]] = MappingProxyType({}),
) -> str:
    """Return the text of the file.

    Args:
        held: every scenario, as it is and with each of its alternatives.
        seconds: duration of the check.
        is_right: function that tests whether nothing failed in one of them.
        warnings: keys without effect, by scenario; they appear as the suite's output to standard error.
    """
    whole = Element("testsuites", name="simulator check", time=f"{seconds:.3f}")
    for name, group in groupby(held, key=lambda one: one.name):
        suite = SubElement(whole, "testsuite", name=_text(name))
        members = list(group)
        for one in members:
            _cases(suite, one, failing=not is_right(one))
        notes = [
            f"{one.alternative or AS_IS}: {note}" for one in members for note in (*one.notes, *_new(one))
        ]
        if notes:
            SubElement(suite, "system-out").text = _text("\n".join(notes))
        if told := warnings.get(name):
            SubElement(suite, "system-err").text = _text("\n".join(map(str, told)))
        _count(suite, suite)
    _count(whole, whole)
    indent(whole)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(whole, encoding="unicode")}\n'


def _cases(suite: Element, held: CheckedScenario, *, failing: bool) -> None:
    """Add a case for the baseline as a whole, one for the metrics of each unit, one for each expectation."""
    of = f"{held.name}.{held.alternative or AS_IS}"
    if held.reasons or held.findings:
        _case(suite, of, "baseline", held.reasons)
    by_unit: dict[str, list[Finding]] = {}
    for one in held.findings:
        by_unit.setdefault(one.unit.partition(" (")[0] or "unknown", []).append(one)
    for unit, findings in by_unit.items():
        wrong = [one for one in held.failures if one in findings] if failing else []
        _case(suite, of, f"figures: {unit}", [finding_line(one) for one in wrong])
    for judgement in held.judgements:
        problem = [] if judgement.met else [judgement_text(judgement)]
        _case(suite, of, f"expected: {judgement.metric} {judgement.condition}", problem)


def _case(suite: Element, classname: str, name: str, problems: Iterable[str]) -> None:
    case = SubElement(suite, "testcase", classname=_text(classname), name=_text(name))
    told = list(problems)
    if told:
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        failure = SubElement(case, "failure", message=_text(told[0][:_MOST] + more), type="check")
        failure.text = _text("\n".join(told))


def _new(held: CheckedScenario) -> list[str]:
    new = [one.metric for one in held.findings if one.verdict == "new"]
    return [f"new, not in the baseline: {', '.join(new)}"] if new else []


def _count(element: Element, within: Element) -> None:
    element.set("tests", str(len(list(within.iter("testcase")))))
    element.set("failures", str(len(list(within.iter("failure")))))
    element.set("errors", "0")


def _text(text: str) -> str:
    return _NO_XML.sub("?", text)
