"""Random order histories beside random worlds: ties, orders of several lines, goods that are due later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import ValidationError

from simulator.scenario.scenario import Scenario, crossed_checks
from tests.properties.worlds import SEGMENTS

_ROWS = st.lists(
    st.tuples(
        st.integers(0, 39).map(lambda quarter: quarter / 4),
        st.integers(0, 9),
        st.sampled_from(["ball", "cap"]),
        st.sampled_from([0.25, 1, 2, 7]),
        st.sampled_from(SEGMENTS),
        st.sampled_from(["north", "south"]),
        st.sampled_from(["", "", 0.5, 4.25]),
    ),
    min_size=1,
    max_size=25,
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """The text of a file with days 0 to 10, and what the scenario says of it."""
    rows = draw(_ROWS)
    lines = [
        f"{time},{order},{product},{units},{segment},{region},{'' if wait == '' else time + wait}"
        for time, order, product, units, segment, region, wait in rows
    ]
    columns = {"order": "order", "segment": "segment", "region": "region"}
    entry = {
        "columns": {**columns, **({"due": "due"} if draw(st.booleans()) else {})},
        "scale": draw(st.sampled_from([1, 1, 0.5, 2.5])),
        **draw(st.sampled_from([{}, {"repeat": "10 days"}])),
    }
    return "\n".join(["time,order,product,quantity,segment,region,due", *lines]), entry


def with_history(document: dict[str, Any], history: tuple[str, dict[str, Any]], folder: Path) -> Scenario:
    """The scenario of a document in which a history comes on top of the demand that is drawn.

    A history may ask for any product, and so for one of several sources for which the document has no policy.
    """
    text, entry = history
    if "workshops" in document:  # what is made to order cannot be due later yet
        entry = {**entry, "columns": {key: one for key, one in entry["columns"].items() if key != "due"}}
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    demand = [*document["demand"], {"orders": str(path), **entry}]
    policies = {"sourcing": "single", **document.get("policies", {})}
    try:
        valid = Scenario.model_validate({**document, "demand": demand, "profiles": [], "policies": policies})
    except ValidationError as error:
        assume("cannot buy" not in str(error))  # a policy that fits the stocks with drawn demand alone
        raise
    assert not list(crossed_checks(valid))
    return valid
