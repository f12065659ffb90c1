import pytest
from pydantic import TypeAdapter, ValidationError

from simulator.scenario.sections.satisfaction import Loyalty, Satisfaction, SignedDays

KNOT = {"days_late": "-3 days", "shares": ["10 %", 0.1, 0.2, 0.3, 0.3], "usual_time": "9 days"}


@pytest.mark.parametrize(
    ("text", "days"), [("-3 days", -3), ("- 36 h", -1.5), ("12 h", 0.5), ("2 weeks", 14), (0, 0)]
)
def test_days_that_may_be_early(text, days):
    read = TypeAdapter(SignedDays)
    assert read.validate_python(text) == days
    assert read.validate_python(read.dump_python(days, mode="json")) == days


@pytest.mark.parametrize("value", [-3, "-3", "--3 days", "- -3 days", "-3 parsecs", None])
def test_what_is_no_such_duration(value):
    with pytest.raises(ValidationError):
        TypeAdapter(SignedDays).validate_python(value)


@pytest.mark.parametrize("section", [Satisfaction, Loyalty])
def test_written_and_read_again(section):
    assert section.model_validate_json(section().model_dump_json()) == section()
    assert section.model_validate(section().model_dump(mode="json")) == section()


def test_a_knot():
    knot = Satisfaction.model_validate({"delivered": [KNOT]}).delivered[0]
    assert (knot.days_late, knot.shares, knot.usual_time) == (-3, (0.1, 0.1, 0.2, 0.3, 0.3), 9)


@pytest.mark.parametrize("name", ["delivered", "waiting"])
def test_default_scores_fall_with_lateness(name):
    knots = getattr(Satisfaction(), name)
    means = [sum(score * share for score, share in enumerate(knot.shares, 1)) for knot in knots]
    assert means[1:] == sorted(means[1:], reverse=True)
    assert all(sum(knot.shares) == pytest.approx(1) for knot in knots)


@pytest.mark.parametrize(
    ("section", "data", "message"),
    [
        (Satisfaction, {"delivered": []}, "at least 1 item"),
        (Satisfaction, {"delivered": [KNOT | {"shares": [0.1] * 5}]}, "add up to 0.5, not to 100 %"),
        (Satisfaction, {"delivered": [KNOT | {"shares": [0.5, 0.5]}]}, "Field required"),
        (Satisfaction, {"waiting": [KNOT, KNOT]}, "'waiting' must be in order"),
        (Satisfaction, {"goodwill": 1}, "Extra inputs"),
        (
            Loyalty,
            {"waited": [{"over": "9 days", "loss": 0.1}, {"over": "3 days", "loss": 0.2}]},
            "'waited' must be",
        ),
        (Loyalty, {"scores": [0, 1, 1, 1, 1]}, "more than 0"),
        (Loyalty, {"base": "130 %"}, "130 %"),
    ],
)
def test_mistakes(section, data, message):
    with pytest.raises(ValidationError, match=message):
        section.model_validate(data)


def test_segments_must_exist():
    context = {"names": {"customers": ["gold"]}}
    assert Loyalty.model_validate({"segments": {"gold": 0.4}}, context=context).bases(("gold", "std")) == [
        0.4,
        0.3,
    ]
    with pytest.raises(ValidationError, match="did you mean 'gold'"):
        Loyalty.model_validate({"segments": {"goldd": 0.4}}, context=context)


def test_every_number_says_where_it_comes_from():
    for section in (Satisfaction, Loyalty):
        for name, field in section.model_fields.items():
            text = field.description or ""
            assert any(word in text for word in ("Olist", "ssumption", "C)", "A)", "ame", "As '")), name
