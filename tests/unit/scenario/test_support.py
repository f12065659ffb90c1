"""The section of the support desk."""

import pytest
from pydantic import ValidationError

from simulator.scenario.sections.support_desk import SupportDesk, SurgeAgents

WRITTEN = {
    "agents": 2,
    "contact_time": {"dist": "exponential", "mean": "6 min"},
    "hours": "Mon-Fri 08:00-17:00, Sat 10:00-14:00",
    "surge": {"agents": 3, "above": 50},
    "patience": "2 days",
    "base_load": "40/day",
    "ask": {"informed": "0.02/day", "silence": "5 days", "silent": "0.1/day", "broken_promise": "1/day"},
    "cost_per_contact": 4,
}


def test_what_is_written_is_read_and_written_back():
    desk = SupportDesk.model_validate(WRITTEN)
    assert desk.agents == 2
    assert desk.contact_time.mean == 6 / 1440
    assert desk.surge == SurgeAgents(agents=3, above=50)
    assert desk.ask.silence == 5.0
    assert SupportDesk.model_validate(desk.model_dump(mode="json")) == desk


def test_an_empty_section_is_a_desk_at_which_nobody_waits():
    desk = SupportDesk.model_validate({})
    assert desk.agents is None
    assert desk.hours.always
    assert desk.base_load == 0.0
    assert SupportDesk.model_validate(desk.model_dump(mode="json")) == desk


@pytest.mark.parametrize(
    "wrong", [{"agents": 0}, {"surge": {"agents": 3}}, {"hours": "weekdays"}, {"base_load": 40}]
)
def test_what_is_refused(wrong):
    with pytest.raises(ValidationError):
        SupportDesk.model_validate(WRITTEN | wrong)


def test_the_schema_describes_the_defaults():
    properties = SupportDesk.model_json_schema(mode="serialization")["properties"]
    assert properties["hours"]["default"] == "always"
    assert properties["cost_per_contact"]["default"] == 5.0
