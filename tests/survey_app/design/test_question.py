"""The question form without script: everything typed stays through every button, and is saved as it was typed."""

from collections.abc import Callable
from typing import Any

import pytest

from questionnaires import loader, outline
from survey_app.design import names, sheet
from tests.staff import Staff
from tests.survey_app.design.page import form_in

Content = Callable[[], dict[str, Any]]
Put = Callable[[str, dict[str, Any]], None]
EARLY = ("N3", "N4", "N6a", "N6b", "N7")
QUESTION = "/design/drafts/1/questions/{}"


def test_every_question_is_saved_as_it_was_when_nothing_is_typed(lan: Staff, content: Content) -> None:
    before = loader.read(content())
    for question in before.questions():
        saved = form_in(lan.get(QUESTION.format(question.code))).press(lan, "save", follow=False)
        assert saved.status_code == 302, question.code

    assert loader.read(content()) == before


def test_words_in_both_languages_are_saved(lan: Staff, content: Content) -> None:
    form = form_in(lan.get(QUESTION.format("A1.1"))).fill(
        text__vi=" Ghế  chờ? ", text__en="Seats?", hint__vi="Chỗ ngồi"
    )
    page = form.press(lan, "save")
    saved = outline.question(content(), "A1.1")

    assert saved["text"] == {"vi": "Ghế chờ?", "en": "Seats?"}
    assert saved["hint"] == {"vi": "Chỗ ngồi"}
    assert "There is still something to correct here" in page.text  # The note has no English words yet.
    assert "This is still empty." in page.text


def test_a_number_that_is_none_is_kept_as_it_was_typed(lan: Staff, content: Content) -> None:
    form = form_in(lan.get(QUESTION.format("comment"))).fill(max_length="nhiều")
    page = form.press(lan, "save")

    assert outline.question(content(), "comment")["max_length"] == "nhiều"
    assert form_in(page).get("max_length") == "nhiều"
    assert "This is not a whole number." in page.text


def test_answers_are_added_moved_and_removed_and_nothing_typed_is_lost(lan: Staff, content: Content) -> None:
    form = form_in(lan.get(QUESTION.format("N5"))).fill(text__en="Was the result on time?")
    form = form_in(form.press(lan, "option-add")).put({"options.3.text.vi": "Chưa có", "options.3.text.en": "Not yet"})
    form = form_in(form.press(lan, "option-up:3"))
    assert (form.get("options.2.text.en"), form.get("text.en")) == ("Not yet", "Was the result on time?")
    form = form_in(form.press(lan, "option-remove:0"))
    form.press(lan, "save")
    saved = outline.question(content(), "N5")

    assert [option["code"] for option in saved["options"]] == ["early", "not_yet", "late"]
    assert saved["text"]["en"] == "Was the result on time?"


def test_a_condition_is_built_from_lists(lan: Staff, content: Content) -> None:
    form = form_in(form_in(lan.get(QUESTION.format("N7"))).press(lan, "line-add"))
    form = form_in(form.put({"if.0.0.look": "question:N5"}).press(lan, "again")).put({"if.0.0.is.2": "late"})
    form = form_in(form.press(lan, "or-add:0")).put({"if.0.1.look": "any_rated:"})
    form = form_in(form.press(lan, "again")).put({"if.0.1.is.0": "1", "if.0.1.is.1": "2"})
    form = form_in(form.press(lan, "line-add")).put({"if.1.0.look": "place:mode"})
    form = form_in(form.press(lan, "again")).put({"if.1.0.is.3": "kiosk"})
    page = form.press(lan, "again")
    form_in(page).press(lan, "save")

    assert outline.question(content(), "N7")["show_if"] == {
        "all_of": [
            {"any_of": [{"question": "N5", "any_of": ["late"]}, {"any_rated": [1, 2]}]},
            {"place": "mode", "any_of": ["kiosk"]},
        ]
    }
    assert "Asked only if (question 25 is answered “Late” or" in page.text
    assert "Chỉ hỏi nếu (câu 25 được trả lời “Trễ hẹn” hoặc" in page.text
    assert "N7" not in [fault.place for fault in _faults(content())]


def _faults(data: dict[str, Any]) -> tuple[loader.Fault, ...]:
    try:
        loader.read(data)
    except loader.InstrumentFaults as found:
        return found.faults
    return ()


def test_an_alternative_is_taken_away_and_the_last_one_with_its_line(lan: Staff, content: Content) -> None:
    form = form_in(lan.get(QUESTION.format("N6a")))
    form = form_in(form.press(lan, "or-remove:0:0"))
    form.press(lan, "save")

    assert "show_if" not in outline.question(content(), "N6a")


def test_a_condition_without_lines_is_kept_as_it_is(lan: Staff, content: Content, put: Put) -> None:
    rich = {
        "any_of": [{"all_of": [{"question": code, "any_of": [one]} for one in ("yes", "no")] * 2} for code in EARLY]
    }
    put("A5.2", {**outline.question(content(), "A5.2"), "show_if": rich})
    page = lan.get(QUESTION.format("A5.2"))
    form_in(page).fill(text__en="Easy?").press(lan, "save")
    kept = outline.question(content(), "A5.2")
    anew = form_in(form_in(page).press(lan, "condition-anew"))

    assert "too rich for the lines of this page" in page.text
    assert (kept["show_if"], kept["text"]["en"]) == (rich, "Easy?")
    assert anew.get("if.0.0.look") == ""


def test_a_new_code_is_followed_by_the_conditions_that_look_at_it(lan: Staff, content: Content) -> None:
    form_in(lan.get(QUESTION.format("N5"))).fill(code="N5x").press(lan, "save")
    taken = form_in(lan.get(QUESTION.format("N5x"))).fill(code="A1.1").press(lan, "save")

    assert outline.question(content(), "N6a")["show_if"]["question"] == "N5x"
    assert taken.status_code == 422
    assert "The code A1.1 is used already" in taken.text
    assert form_in(taken).get("code") == "A1.1"


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "ranking", "number", "percentage", "date", "short_text", "text"]
)
def test_a_question_of_each_kind_is_added_and_completed(lan: Staff, content: Content, kind: str) -> None:
    added = form_in(lan.get("/design/drafts/1/parts/procedure/add")).fill(kind=kind, code="Q9").press(lan)
    form = form_in(added).fill(text__vi="Câu mới?", text__en="New question?")
    if kind in sheet.CHOICES:
        form = form.put({f"options.{n}.text.{lang}": f"{lang}{n}" for n in (0, 1) for lang in ("vi", "en")})
    form = form.put({"ranks": "2"}) if kind == "ranking" else form
    page = form.press(lan, "save")

    assert "This is still empty" not in added.text  # Nobody is told off before the first word.
    assert "Question Q9 is saved" in page.text
    assert [question.kind for question in loader.read(content()).questions() if question.code == "Q9"] == [kind]


def test_a_factor_takes_rated_items_only(lan: Staff) -> None:
    page = lan.get("/design/drafts/1/parts/A1/add")

    assert 'value="rated"' in page.text
    assert 'value="single"' not in page.text
    assert lan.post("/design/drafts/1/parts/A1/add", kind="single", seen="x").status_code == 400


def test_removing_a_question_names_what_depends_on_it(lan: Staff, content: Content) -> None:
    page = lan.get("/design/drafts/1/questions/N5/remove")
    form_in(page).press(lan)
    outlined = lan.get("/design/drafts/1").text

    assert all(f">{code}</a>" in page.text for code in ("N6a", "N6b"))
    assert "N5" not in outline.codes(content())
    assert outlined.count("which is not there any more") >= 2


def test_every_field_of_the_model_has_a_name_in_the_form() -> None:
    fields = {name for kind in sheet.FIELDS.values() for name in kind} | {*sheet.MARKS, "source", "show_if", "audio"}
    texts = {"text", "hint", "criterion"}

    assert {name for name in fields - texts if name not in names.FIELDS} == set()
    assert {f"{name}.{language}" for name in texts for language in ("vi", "en")} <= set(names.FIELDS)


def test_a_kind_that_nobody_knows_is_shown_as_it_was_written(lan: Staff, put: Put, content: Content) -> None:
    put("N7", outline.question(content(), "N7") | {"kind": "singel"})
    page = lan.get("/design/drafts/1/questions/N7")

    assert page.status_code == 200
    assert "singel" in page.text
    assert form_in(page).put({"kind": "<none>"}).press(lan, "save").status_code < 500
