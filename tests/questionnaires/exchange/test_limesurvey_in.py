"""LimeSurvey's tab-separated structure: what each type becomes, which conditions are taken, in both languages."""

import csv
import io
from typing import Any

import pytest

from questionnaires import exchange
from questionnaires.exchange import notes
from tests.questionnaires.exchange.workbooks import said

HEADINGS = (
    "id",
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "mandatory",
    "other",
    "max_answers",
    "validation",
)


def structure(*rows: dict[str, str]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, HEADINGS, dialect="excel-tab", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def row(
    kind: str, name: str = "", text: str = "", language: str = "vi", scale: str = "", **cells: str
) -> dict[str, str]:
    return {"class": kind, "type/scale": scale, "name": name, "text": text, "language": language} | cells


ENGLISH = {
    "G": "Visit", "used": "Did you use the service?", "ways": "How?", "web": "On the web", "desk": "At the desk",
    "why": "Why not?", "a": "Too far", "b": "Too dear", "rate": "Please rate", "wait": "Waiting", "staff": "Staff",
    "1": "Bad", "2": "Poor", "3": "Fair", "4": "Good", "5": "Very good", "age": "Your age",
    "day": "When?", "say": "Anything else?",
}  # fmt: skip
VIETNAMESE = [
    row("S", "language", "vi"),
    row("S", "format", "G"),
    row("SL", "surveyls_title", "Phiếu thử"),
    row("SL", "surveyls_title", "Trial form", "en"),
    row("SL", "surveyls_welcometext", "<p>Xin chào &amp; cảm ơn.</p>"),
    row("G", "Lần đến", "<b>Phần đầu</b>", id="1", relevance="1"),
    row("Q", "used", "Ông/Bà đã dùng dịch vụ chưa?", scale="Y", mandatory="Y", relevance="1"),
    row("Q", "ways", "Bằng cách nào?", scale="M", relevance='used.NAOK == "Y"', other="Y", max_answers="2"),
    row("SQ", "web", "Qua mạng", scale="0"),
    row("SQ", "desk", "Tại quầy", scale="0"),
    row("Q", "why", "Vì sao chưa?", scale="L", relevance='((used.NAOK != "Y") && ways_web.NAOK != "Y")'),
    row("A", "a", "Xa quá", scale="0"),
    row("A", "b", "Đắt quá", scale="0"),
    row(
        "Q", "rate", "Xin đánh giá", scale="F", relevance='ways_web.NAOK == "Y" || ways_desk.NAOK == "Y"', mandatory="Y"
    ),
    row("SQ", "wait", "Thời gian chờ", scale="0"),
    row("SQ", "staff", "Thái độ", scale="0"),
    *(row("A", str(at), text, scale="0") for at, text in enumerate(("Tệ", "Kém", "Vừa", "Tốt", "Rất tốt"), start=1)),
    row("Q", "age", "Tuổi", scale="N", relevance="rate_wait.NAOK == 1 or rate_wait == '2'"),
    row("Q", "day", "Khi nào?", scale="D", relevance="age.NAOK >= 18 and !is_empty(used)"),
    row("Q", "say", "Ý kiến khác?", scale="T", validation="/x/"),
    row("Q", "file", "Tệp", scale="|"),
    row("Q", "thanks", "Cảm ơn {used}", scale="X"),
]
TWO_LANGUAGES = structure(
    *VIETNAMESE,
    row("G", "Visit", language="en", id="1"),
    *(
        each | {"text": ENGLISH[each["name"]], "language": "en"}
        for each in VIETNAMESE
        if each["class"] in ("Q", "SQ", "A") and each["name"] in ENGLISH
    ),
)


def questions(found: exchange.Draft) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for part in found.data["parts"] for one in part.get("questions", part.get("items"))}


def read(content: bytes = TWO_LANGUAGES, rated: tuple[str, ...] = ()) -> exchange.Draft:
    return exchange.read_any("thu.txt", content, rated)


def test_each_type_becomes_its_kind_with_texts_in_both_languages() -> None:
    found = read()
    asked = questions(found)

    assert {code: one["kind"] for code, one in asked.items()} == {
        "used": "single",
        "ways": "multiple",
        "why": "single",
        "rate_wait": "single",
        "rate_staff": "single",
        "age": "number",
        "day": "date",
        "say": "text",
    }
    assert found.data["title"] == {"vi": "Phiếu thử", "en": "Trial form"}
    assert found.data["notice"] == {"purpose": {"vi": "Xin chào & cảm ơn."}}
    assert found.data["parts"][0]["title"] == {"vi": "Lần đến", "en": "Visit"}
    assert found.data["parts"][0]["intro"]["vi"] == "Phần đầu"
    assert asked["ways"]["options"][0]["text"] == {"vi": "Qua mạng", "en": "On the web"}
    assert [option["code"] for option in asked["ways"]["options"]] == ["web", "desk", "other"]
    assert (asked["ways"]["max_choices"], asked["used"]["required"], asked["rate_wait"]["required"]) == (2, True, True)


def test_conditions_are_taken_or_named() -> None:
    found = read()
    asked = questions(found)

    assert asked["ways"]["show_if"] == {"question": "used", "any_of": ["Y"]}
    assert asked["rate_staff"]["show_if"] == {"question": "ways", "any_of": ["web", "desk"]}
    assert asked["age"]["show_if"] == {"question": "rate_wait", "any_of": ["o1", "o2"]}
    assert asked["day"]["show_if"] == {
        "all_of": [{"number": "age", "at_least": 18}, {"question": "used", "any_of": ["Y", "N"]}]
    }
    assert "show_if" not in asked["why"]
    assert (
        "row 12, relevance: The condition was not taken, and the question is always asked: "
        "that Y of ways was not chosen, no condition can say." in said(found)
    )


def test_what_is_not_possible_here_is_named_with_its_row() -> None:
    told = said(read())

    assert "row 26, type/scale: Questions of the type “|” are not possible here: file was left out." in told
    assert "row 27, text: The text “Cảm ơn {used}” was left out: a text without a question opens a part only." in told
    assert "validation: The setting validation was not taken (1 times)." in told


def test_a_table_is_rated_when_a_person_says_so() -> None:
    found = read(rated=("rate",))
    factor = next(part for part in found.data["parts"] if part["kind"] == "factor")

    assert [item["code"] for item in factor["items"]] == ["rate_wait", "rate_staff"]
    assert [level["en"] for level in found.data["scale"]["levels"]] == ["Bad", "Poor", "Fair", "Good", "Very good"]
    assert questions(found)["age"]["show_if"] == {"question": "rate_wait", "any_of": [1, 2]}


def test_another_language_than_ours_is_named() -> None:
    german = structure(row("G", "Teil", language="de"), row("Q", "q", "Wie alt?", language="de", scale="N"))
    found = read(german)

    assert notes.LANGUAGE_NOT_USED in {note.message for note in found.notes}
    assert questions(found)["q"]["text"] == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"class\tname\trelevance\nG\tx\t1\n", notes.NO_CLASS),
        (b"class\ttype/scale\tname\nQ\tN\t" + b"x" * 200_000, notes.BAD_ROW),
        (b"class\ttype/scale\tname\n" + b"Q\tN\tx\n" * 20_001, notes.TOO_MANY_ROWS),
    ],
)
def test_what_is_no_structure_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(exchange.Refused) as refused:
        read(content)

    assert refused.value.note.message == message
