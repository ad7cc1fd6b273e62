"""Every instrument of ours on paper, in both languages and sizes: complete, in order, within its margins, decodable."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import pytest
from flask import Flask

from questionnaires import loader
from questionnaires.conditions import AllOf, AnyOf, Condition, Is, Setting
from questionnaires.model import AnyQuestion, Language, Questionnaire
from questionnaires.routing import left_to_ask
from survey_app import paper
from tests.survey_app.paper import printed

WORDS = {
    "vi": {"office": "Bộ phận Một cửa xã Thọ Hải", "owner": "Phòng Nội vụ huyện Thọ Xuân", "survey": "Khảo sát 2026"},
    "en": {"office": "One-stop desk of Thọ Hải", "owner": "Home Affairs of Thọ Xuân", "survey": "Survey of 2026"},
}
ON_PAPER = Setting(kind="counter", mode="paper_officer")


@dataclass(frozen=True)
class Form:
    instrument: Questionnaire
    language: Language
    large: bool
    pages: Sequence[printed.Page]

    @property
    def asked(self) -> list[AnyQuestion]:
        left = left_to_ask(self.instrument, ON_PAPER)
        return [question for question in self.instrument.questions() if left[question.code] is not False]

    def found(self, question: AnyQuestion) -> list[tuple[int, int]]:
        """Page and number of each place where the question stands: number, code and text close together.

        The code stands below the number where it is short, else behind the text; a condition stands before the text.
        """
        code, text = re.escape(question.code), re.escape(printed.flat(question.text[self.language]))
        number, condition = r"(?<!câu )(?<!question )\b(\d+)\.", r"(?:(?:Chỉ trả lời nếu|Only if) .{1,400}?\. )?"
        below, behind = rf"{number} {code} {condition}{text}", rf"{number} {condition}{text}(?: \([^)]+\))? {code}\b"
        return [
            (page.number, int(hit[1] or hit[2]))
            for page in self.pages
            for hit in re.finditer(f"{below}|{behind}", page.text)
        ]


ALL = list(product(loader.builtin_codes(), ("vi", "en"), (False, True)))


@pytest.fixture(scope="module", params=ALL, ids=lambda one: f"{one[0]}-{one[1]}-{'large' if one[2] else 'normal'}")
def form(request: pytest.FixtureRequest, translations: Flask) -> Form:
    code, language, large = request.param
    instrument = loader.load_builtin(code)
    made = paper.pdf(instrument, WORDS[language], language, large, setting=ON_PAPER)
    return Form(instrument, language, large, printed.pages(made))


def test_every_question_stands_on_one_page_once_and_in_order(form: Form) -> None:
    places = {question.code: form.found(question) for question in form.asked}
    assert {code: found for code, found in places.items() if len(found) != 1} == {}
    first = [found[0] for found in places.values()]

    assert first == sorted(first)
    assert [number for _, number in first] == list(range(1, len(first) + 1))


def test_conditions_name_the_numbers_that_are_printed(form: Form) -> None:
    """The number after "question" in the words is the one before the question that decides."""
    checked = 0
    for question in form.asked:
        for decides in _looked_at(question.show_if):
            ((page, _),) = form.found(question)
            _, number = form.found(form.instrument.question(decides))[0]
            words = {"vi": f"” ở câu {number}", "en": f"” for question {number}"}[form.language]
            text = form.pages[page - 1].text
            before = text[: text.index(printed.flat(question.text[form.language]))]
            assert words in before[-400:], question.code
            checked += 1

    assert checked == sum(len(_looked_at(question.show_if)) for question in form.asked)


def _looked_at(condition: Condition | None) -> list[str]:
    if isinstance(condition, AllOf | AnyOf):
        members = condition.all_of if isinstance(condition, AllOf) else condition.any_of
        return [code for member in members for code in _looked_at(member)]
    return [condition.question] if isinstance(condition, Is) else []


def test_every_page_carries_its_code_as_qr_and_as_text(form: Form) -> None:
    version = loader.content_hash(form.instrument)[:12]
    head = f"HL1:{form.instrument.code}:{version}:full:{form.language}"
    layouts = {page.qr.split(":")[5] for page in form.pages}
    serials = {page.qr.rpartition(":")[2] for page in form.pages}

    ((serial,), (layout,)) = serials, layouts
    assert re.fullmatch("[2-9A-HJKMNP-Z]{10}", serial)
    assert [page.qr for page in form.pages] == [
        f"{head}:{layout}:{page.number}/{len(form.pages)}:{serial}" for page in form.pages
    ]
    assert all(page.qr in page.text for page in form.pages)


def test_pages_are_a4_numbered_and_no_text_leaves_them(form: Form) -> None:
    word = {"vi": "Trang", "en": "Page"}[form.language]
    for page in form.pages:
        assert [round(side) for side in page.size] == [210, 297]
        assert f"{word} {page.number}/{len(form.pages)}" in page.text
        # A piece ends with the space at which its line was broken, hence a millimetre and a half more at the right.
        outside = [at for at in page.pieces if at[0] < 15.5 or at[2] > 195.5 or at[1] < 6 or at[3] > 285]
        assert outside == []
        # Between the questions and the line at the foot nothing stands.
        assert [at for at in page.pieces if at[1] < 17.5 and at[3] > 12] == []


def test_no_head_of_a_part_is_the_last_of_its_page(form: Form) -> None:
    for part in form.instrument.parts:
        title = printed.flat(part.title[form.language])
        assert [page.number for page in form.pages if page.text.endswith(f" {title}")] == []


def test_the_form_takes_no_more_pages_than_it_has_to(form: Form) -> None:
    """Normal print: about twelve questions a page; large print: three, for some have six answers below each other."""
    count = len(form.asked)
    most = 1 + count / (3 if form.large else 12)

    assert 1 <= len(form.pages) <= most + 1
