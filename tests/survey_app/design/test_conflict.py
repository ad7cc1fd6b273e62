"""Two people change the same question: the second sees both versions, nothing is lost; other questions never meet."""

import re
from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from questionnaires import outline
from tests.staff import Staff
from tests.survey_app.design.page import form_in

Content = Callable[[], dict[str, Any]]
QUESTION = "/design/drafts/1/questions/A1.1"


def words_of(page: TestResponse) -> str:
    """What a person reads, without the marks of what changed."""
    return " ".join(re.sub(r"</?(ins|del)>", "", page.text).split())


def test_the_second_person_sees_both_versions_and_mixes_them(lan: Staff, minh: Staff, content: Content) -> None:
    hers, his = form_in(lan.get(QUESTION)), form_in(minh.get(QUESTION))
    hers.fill(text__vi="Câu của Lan?", criterion__en="Lan's seats").press(lan, "save")
    met = his.fill(text__vi="Câu của Minh?", text__en="Minh's question?").press(minh, "save")
    assert met.status_code == 409
    assert "lan@example.vn changed this too" in met.text
    assert all(
        words in met.text for words in ("Câu của Lan?", "Câu của Minh?", "Lan&#39;s seats", "Minh&#39;s question?")
    )
    choice = form_in(met, "kept_as")
    # What only one of them changed is chosen already.
    assert (choice.get("take.criterion.en"), choice.get("take.text.en")) == ("theirs", "mine")
    mixed = form_in(choice.put({"take.text.vi": "mine"}).press(minh))
    saved = mixed.press(minh, "save")

    assert "is saved" in saved.text
    assert outline.question(content(), "A1.1")["text"] == {"vi": "Câu của Minh?", "en": "Minh's question?"}
    assert outline.question(content(), "A1.1")["criterion"]["en"] == "Lan's seats"


def test_what_was_typed_stays_in_the_history_when_the_person_goes_away(lan: Staff, minh: Staff) -> None:
    his = form_in(minh.get(QUESTION))
    form_in(lan.get(QUESTION)).fill(text__vi="Câu của Lan?").press(lan, "save")
    his.fill(text__vi="Câu của Minh?").press(minh, "save")
    history = minh.get("/design/drafts/1/history").text

    assert "Kept aside, because somebody else was faster: A1.1" in history
    assert "Câu của Minh?" in words_of(minh.get("/design/drafts/1/history/3"))


def test_different_questions_never_meet(lan: Staff, minh: Staff, content: Content) -> None:
    hers, his = form_in(lan.get(QUESTION)), form_in(minh.get("/design/drafts/1/questions/A1.2"))
    head = form_in(minh.get("/design/drafts/1/head"))
    answers = [
        hers.fill(text__en="Lan's?").press(lan, "save"),
        his.fill(text__en="Minh's?").press(minh, "save"),
        head.fill(title__en="Minh's title").press(minh, "save"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [outline.question(content(), code)["text"]["en"] for code in ("A1.1", "A1.2")] == ["Lan's?", "Minh's?"]
    assert content()["title"]["en"] == "Minh's title"


def test_a_question_that_is_gone_leaves_what_was_typed_in_the_history(lan: Staff, minh: Staff) -> None:
    his = form_in(minh.get(QUESTION))
    form_in(lan.get(f"{QUESTION}/remove")).press(lan)
    met = his.fill(text__en="Câu của Minh?").press(minh, "save")

    assert met.status_code == 409
    assert "removed this question or gave it another code" in met.text
    assert "Câu của Minh?" in words_of(minh.get("/design/drafts/1/history/3"))


def test_two_people_who_change_the_head_meet_too(lan: Staff, minh: Staff, content: Content) -> None:
    hers, his = form_in(lan.get("/design/drafts/1/head")), form_in(minh.get("/design/drafts/1/head"))
    hers.fill(title__en="Lan's title").press(lan, "save")
    met = his.fill(title__en="Minh's title", index__target="85").press(minh, "save")
    assert met.status_code == 409
    mixed = form_in(form_in(met, "kept_as").put({"take.title.en": "theirs"}).press(minh))
    mixed.press(minh, "save")

    assert content()["title"]["en"] == "Lan's title"
    assert content()["index"]["target"] == 85


def test_an_order_that_somebody_changed_meanwhile_is_said_and_left(lan: Staff, minh: Staff, content: Content) -> None:
    his = form_in(minh.get("/design/drafts/1"), "order")
    form_in(lan.get("/design/drafts/1"), "order").press(lan, "down:A1:A1.1")
    page = his.press(minh, "down:A1:A1.2")

    assert "Somebody else changed this meanwhile" in page.text
    assert [item["code"] for item in outline.part(content(), "A1")["items"]][:2] == ["A1.2", "A1.1"]
