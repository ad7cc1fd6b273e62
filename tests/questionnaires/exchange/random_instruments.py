"""Instruments made up at random that use everything the model has, and random answers to them."""

from typing import Any

from hypothesis import strategies as st

from questionnaires import loader
from questionnaires.answers import Value
from questionnaires.conditions import Setting
from questionnaires.model import (
    AnyInstrument,
    AnyQuestion,
    Choice,
    GeneralRating,
    Instrument,
    Number,
    Percentage,
    Questionnaire,
    RatedItem,
    SingleChoice,
    ThreeLevelRating,
)
from tests.questionnaires.examples import SOURCE, make_data, make_factor, make_item, make_part, text

Data = dict[str, Any]
WORDS = st.sampled_from(
    [
        "Hỏi gì?",
        "=1+1",
        "'a' \"b\"",
        "-5 @x +y",
        "Tại {office}, {unit}",
        "<b>đậm</b> & vậy",
        "hai\ndòng",
        "_x0041_",
        "${y",
    ]
)
AUDIO = st.none() | st.just({"vi": "a" * 64 + ".mp3"}) | st.just({"vi": "b" * 64 + ".ogg", "en": "c" * 64 + ".wav"})
KINDS = ("single", "multiple", "ranking", "number", "percentage", "date", "short_text", "text", "general_rating")


def texts() -> st.SearchStrategy[Data]:
    return st.builds(text, WORDS, WORDS)


@st.composite
def questions(draw: st.DrawFn, kind: str, code: str, before: list[Data]) -> Data:
    question: Data = {"kind": kind, "code": code, "text": draw(texts())}
    optional = {
        "hint": draw(st.none() | texts()),
        "required": draw(st.booleans()),
        "full_only": draw(st.sampled_from([None, None, True])),
        "audio": draw(AUDIO),
        "source": draw(st.none() | st.just(SOURCE)),
        "show_if": draw(st.none() | conditions(before)),
    }
    question |= {key: value for key, value in optional.items() if value is not None}
    if kind in ("short_text", "text"):
        return question | {"max_length": draw(st.integers(1, 500))}
    question |= {state: draw(st.booleans()) for state in ("dont_know", "prefer_not")}
    return question | draw(OWN.get(kind, st.just({})))


def options(extra: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    option = st.fixed_dictionaries({"text": texts(), "specify": st.booleans()}, optional={"audio": AUDIO})
    numbered = st.lists(option, min_size=3, max_size=5).map(
        lambda found: {"options": [{"code": f"o{number}"} | one for number, one in enumerate(found)]}
    )
    return st.builds(lambda one, other: one | other, numbered, extra)


BOUNDS = st.builds(lambda low, more: {"minimum": low, "maximum": low + more}, st.integers(-9, 9), st.integers(0, 9))
DAYS = st.fixed_dictionaries({}, optional={"earliest": st.just("2020-01-31"), "latest": st.just("2026-12-31")})
OWN: dict[str, st.SearchStrategy[Data]] = {
    "single": options(st.just({})),
    "multiple": options(st.fixed_dictionaries({}, optional={"max_choices": st.integers(1, 3)})),
    "ranking": options(st.fixed_dictionaries({"ranks": st.integers(1, 3)})),
    "number": BOUNDS,
    "percentage": BOUNDS,
    "date": DAYS,
    "general_rating": st.fixed_dictionaries({"not_used": st.booleans()}),
}


def conditions(before: list[Data]) -> st.SearchStrategy[Data]:
    values = st.sampled_from(["kiosk", "it's", "a \"b\" 'c'"])
    place = st.builds(
        lambda name, any_of: {"place": name, "any_of": any_of},
        st.sampled_from(["kind", "mode", "unit_type"]),
        st.lists(values, min_size=1, max_size=2, unique=True),
    )
    rated = st.lists(st.integers(1, 5), min_size=1, max_size=2, unique=True).map(lambda levels: {"any_rated": levels})
    leaves = [place, rated, *(looking_at(one) for one in before if one["kind"] not in ("date", "text", "short_text"))]
    inner = st.one_of(leaves)
    return st.recursive(
        inner,
        lambda part: st.lists(part, min_size=1, max_size=2).flatmap(
            lambda parts: st.sampled_from([{"all_of": parts}, {"any_of": parts}])
        ),
        max_leaves=3,
    )


def looking_at(question: Data) -> st.SearchStrategy[Data]:
    possible: list[Any]
    if "options" in question:
        possible = [option["code"] for option in question["options"]]
    elif "minimum" in question:
        low, high = question["minimum"], question["maximum"]
        bounds = [{"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}, {"at_most": low}]
        return st.sampled_from([{"number": question["code"]} | bound for bound in bounds]) | st.just(
            {"question": question["code"], "any_of": [low]}
        )
    else:
        possible = [1, 2, 4, 5]
    any_of = st.lists(st.sampled_from(possible), min_size=1, max_size=2, unique=True)
    return any_of.map(lambda values: {"question": question["code"], "any_of": values})


@st.composite
def instruments(draw: st.DrawFn) -> AnyInstrument:
    """A factor, then questions of all kinds, then another factor."""
    before: list[Data] = []
    for number in range(draw(st.integers(1, 3))):
        fields = draw(st.fixed_dictionaries({}, optional={"not_used": st.booleans(), "dont_know": st.booleans()}))
        before.append(make_item(f"A1.{number}", kind="rated", text=draw(texts()), **fields))
    factor = make_factor(list(before), **draw(st.fixed_dictionaries({}, optional={"rotate": st.just(True)})))
    asked: list[Data] = []
    for number in range(draw(st.integers(1, 6))):
        asked.append(draw(st.sampled_from(KINDS).flatmap(lambda kind: questions(kind, f"N{number}", before + asked))))  # noqa: B023
    last = make_item("A2.1", kind="rated", show_if=draw(conditions(before + asked)))
    part = make_part(asked, **draw(st.fixed_dictionaries({}, optional={"intro": texts()})))
    data = make_data(
        [factor, part, make_factor([last], "A2")], version=draw(st.sampled_from(["1", "2.0", "ngày / đêm"]))
    )
    data["scale"]["not_used"] = draw(texts())
    data["formula"]["positive"] = draw(st.sampled_from([[], [5], [4, 5]]))
    return loader.read(data)


def settings_of_places() -> st.SearchStrategy[Setting]:
    known = st.sampled_from(["", "kiosk", "it's"])
    return st.builds(Setting, known, known, known, st.sampled_from(["full", "short"]))


def answer(instrument: Questionnaire, question: AnyQuestion) -> st.SearchStrategy[Value | None]:
    """A value of the question, or none."""
    if isinstance(question, RatedItem | GeneralRating):
        lowest = 0 if isinstance(instrument, Instrument) and instrument.not_used_allowed(question) else 1
        return st.none() | st.integers(lowest, 5)
    if isinstance(question, ThreeLevelRating):
        return st.sampled_from([None, "dissatisfied", "satisfied", "very_satisfied"])
    if isinstance(question, Number | Percentage):
        low, high = question.minimum, question.maximum
        return st.none() | st.sampled_from([low, high]) | st.integers(low, high)
    if not isinstance(question, Choice):
        return st.none()
    codes = [option.code for option in question.options]
    if isinstance(question, SingleChoice):
        return st.none() | st.sampled_from(codes)
    most = getattr(question, "ranks", None) or getattr(question, "max_choices", None) or len(codes)
    return st.none() | st.lists(st.sampled_from(codes), min_size=1, max_size=most, unique=True).map(tuple)
