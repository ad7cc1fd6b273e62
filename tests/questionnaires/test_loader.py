"""The loader names every fault of a file at once, each with its place, and one content has one hash."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from questionnaires import loader
from tests.questionnaires.examples import (
    faults,
    make_choice,
    make_data,
    make_factor,
    make_instrument,
    make_item,
    make_part,
    places,
    text,
)


def test_small_instrument_has_no_faults() -> None:
    assert faults(make_data()) == ()


def test_all_faults_are_told_at_once_also_those_between_questions() -> None:
    """Shape (a missing text, an unknown name, an empty text) and crossing rules (a name used twice, a condition)."""
    item = make_item("A1.1", text={"vi": "Ghế?"}, colour="red")
    later = make_item("A1.2", show_if={"question": "N9", "any_of": ["yes"]})
    data = make_data([make_factor([item, later, make_item("A1.2")])], version=" ")
    del data["notice"]["purpose"]["en"]

    assert sorted(map(str, faults(data))) == [
        "notice.purpose.en: missing",
        "parts[0].items[0].colour: unknown name",
        "parts[0].items[0].text.en: missing",
        "parts[0].items[1].code: A1.2 is used more than once",
        "parts[0].items[1].show_if.question: N9: no such question",
        "parts[0].items[2].code: A1.2 is used more than once",
        "version: empty",
    ]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ({"code": "A1.1"}, "parts[1].questions[0].code"),
        ({"code": "a1.1"}, "parts[1].questions[0].code"),  # A database column would be the same.
        ({"code": "A1"}, "parts[1].questions[0].code"),  # The name of a part.
        ({"code": "wave"}, "parts[1].questions[0].code"),
        ({"code": "N1__state"}, "parts[1].questions[0].code"),
        ({"code": "N1__other"}, "parts[1].questions[0].code"),
        ({"code": "1N"}, "parts[1].questions[0].code"),
        ({"kind": "stars"}, "parts[1].questions[0]"),
        ({"options": []}, "parts[1].questions[0].options"),
        ({"kind": "multiple", "max_choices": 3}, "parts[1].questions[0].max_choices"),
        ({"options": make_choice()["options"] * 2}, "parts[1].questions[0].options"),
        ({"options": [{"code": "dk", "text": text("?")}, *make_choice()["options"]]}, "parts[1].questions[0].options"),
        ({"show_if": {"question": "A1.1", "any_of": [6]}}, "parts[1].questions[0].show_if.any_of"),
        ({"show_if": {"question": "A1.1", "any_of": ["4"]}}, "parts[1].questions[0].show_if.any_of"),
        ({"show_if": {"question": "A1.1"}}, "parts[1].questions[0].show_if.any_of"),
        ({"show_if": {"maybe": 1}}, "parts[1].questions[0].show_if"),
        ({"show_if": {"any_rated": [0]}}, "parts[1].questions[0].show_if.any_rated"),
        ({"show_if": {"question": "N2", "any_of": ["yes"]}}, "parts[1].questions[0].show_if.question"),
        (
            {"show_if": {"all_of": [{"any_rated": [1]}, {"question": "N0", "any_of": ["yes"]}]}},
            "parts[1].questions[0].show_if.all_of[1].question",
        ),
        ({"text": {"vi": "Có\x00?", "en": "Yes?"}}, "parts[1].questions[0].text.vi"),
        ({"text": {"vi": "Có\ud800?", "en": "Yes?"}}, "parts[1].questions[0].text.vi"),
    ],
)
def test_fault_of_a_question_is_named_with_its_place(question: dict[str, Any], place: str) -> None:
    parts = [make_factor([make_item()]), make_part([make_choice(**question), make_choice("N2")])]

    assert place in places(make_data(parts))


def test_other_kinds_have_their_own_faults() -> None:
    questions = [
        {"kind": "text", "code": "N1", "text": text("Gì?"), "dont_know": True},
        {"kind": "number", "code": "N2", "text": text("Mấy?"), "minimum": 5, "maximum": 4},
        {"kind": "general_rating", "code": "N3", "text": text("Nói chung?"), "not_used": True},
        make_choice("N4", show_if={"question": "N1", "any_of": ["x"]}),
        make_choice("N5", show_if={"question": "N2", "any_of": [9]}),
        make_choice("N6", show_if={"question": "N4", "any_of": ["maybe"]}),
    ]
    data = make_data([make_factor([make_item(not_used=True)]), make_part(questions)])

    assert places(data) == [
        "parts[0].items[0].not_used",
        "parts[1].questions[0]",
        "parts[1].questions[1].minimum",
        "parts[1].questions[2].not_used",
        "parts[1].questions[3].show_if.question",
        "parts[1].questions[4].show_if.any_of",
        "parts[1].questions[5].show_if.any_of",
    ]


def test_two_respondent_types_need_their_question() -> None:
    types = [{"code": "citizen", "text": text("Dân")}, {"code": "business", "text": text("Doanh nghiệp")}]
    unlike = make_part([make_choice("respondent_type")])
    same = make_part([make_choice("respondent_type", options=types)])

    assert places(make_data(respondent_types=types)) == ["respondent_types"]
    assert places(make_data([make_factor([make_item()]), unlike], respondent_types=types)) == ["parts[1].questions[0]"]
    assert places(make_data([make_factor([make_item()]), same], respondent_types=types)) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "missing"),
        (b"\xff\xfe", "not UTF-8"),
        (b"code = ", "not TOML"),
        (b"code = 1\ncode = 2", "not TOML"),
        (b"code = 1\ntitle = no", "line 2"),
        (b"x = " + b"[" * 100_000, "not TOML"),
    ],
)
def test_file_that_is_no_instrument_says_why(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)

    found = loader.faults_of(path)

    assert message in str(found[0])


def test_absent_file_and_other_json_are_faults(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[1, 2]", encoding="utf-8")

    assert "cannot be read" in str(loader.faults_of(tmp_path / "none.toml")[0])
    assert str(loader.faults_of(tmp_path / "x.json")[0]) == "file: holds no table"
    assert "not JSON" in str(faults_of_text("{"))


def faults_of_text(content: str) -> loader.InstrumentFaults:
    with pytest.raises(loader.InstrumentFaults) as caught:
        loader.from_json(content)
    return caught.value


def test_hash_does_not_depend_on_order_or_composition_of_letters() -> None:
    data = make_data()
    turned = dict(reversed(list(data.items())))
    turned["title"] = {key: unicodedata.normalize("NFD", value) for key, value in data["title"].items()}

    assert loader.content_hash(make_instrument(**turned)) == loader.content_hash(make_instrument())
    assert loader.content_hash(make_instrument(version="2")) != loader.content_hash(make_instrument())


@pytest.mark.parametrize("code", loader.builtin_codes())
def test_json_gives_the_same_instrument_back(code: str, tmp_path: Path) -> None:
    instrument = loader.load_builtin(code)
    path = tmp_path / "copy.json"
    path.write_text(loader.to_json(instrument), encoding="utf-8")

    assert loader.load(path) == instrument
    assert loader.content_hash(loader.load(path)) == loader.content_hash(instrument)


def test_unknown_builtin_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="sipas2017"):
        loader.load_builtin("../../etc/passwd")
