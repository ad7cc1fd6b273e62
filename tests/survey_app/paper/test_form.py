"""What stands on a form besides questions, how each kind is answered by pen, and what a run of copies is."""

import re
from typing import Any

import pytest

from questionnaires import loader
from questionnaires.conditions import Setting
from questionnaires.model import Instrument
from survey_app import paper
from tests.questionnaires import examples
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part, text
from tests.survey_app.paper import printed

SELF, OFFICER = Setting(mode="paper_self"), Setting(mode="paper_officer")
WORDS = {"office": "Trạm Y tế xã Thọ Hải", "owner": "Phòng Y tế huyện Thọ Xuân", "survey": "Khảo sát y tế 2026"}
pytestmark = pytest.mark.usefixtures("translations")


def all_text(pdf: bytes) -> str:
    return " ".join(page.text for page in printed.pages(pdf))


def make_question(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "code": "X", "text": text("Câu hỏi thử?", "A trial?")} | fields


def print_one(language: str = "vi", **fields: Any) -> str:
    form = make_instrument([make_factor([make_item()]), make_part([make_question(**fields)])])
    return all_text(paper.pdf(form, WORDS, "en" if language == "en" else "vi", setting=SELF))


@pytest.fixture(scope="module")
def sipas() -> Instrument:
    found = loader.load_builtin("sipas2017")
    assert isinstance(found, Instrument)
    return found


def test_the_head_says_who_asks_about_what_and_where(sipas: Instrument) -> None:
    first = printed.pages(paper.pdf(sipas, WORDS, setting=SELF))[0].text

    for words in (
        *WORDS.values(),
        "Phiếu khảo sát mức độ hài lòng về sự phục vụ hành chính",
        sipas.notice.purpose.vi,
        sipas.notice.respondent.vi,
        "tự nguyện",
        "Xin đừng ghi tên, số điện thoại",
        "mã không cho biết ai đã ghi phiếu",
        "đánh dấu X vào một ô",
        "bỏ vào hòm phiếu",
    ):
        assert words in first


def test_where_the_place_is_not_known_lines_are_left_to_write_on() -> None:
    question = make_question("single", text=text("{office} có tốt không?"), options=examples.YES_NO)
    form = make_instrument([make_factor([make_item()]), make_part([question])])

    assert "Trạm Y tế xã Thọ Hải có tốt không?" in all_text(paper.pdf(form, WORDS, setting=SELF))
    blank = all_text(paper.pdf(form, {}, setting=SELF))
    assert re.search(r"…{10,} có tốt không\?", blank)
    assert "{" not in blank


def test_nowhere_is_a_place_for_a_name_or_a_number(sipas: Instrument) -> None:
    for language in ("vi", "en"):
        words = all_text(paper.pdf(sipas, WORDS, language, setting=OFFICER)).lower()
        assert not re.search(r"(họ (và )?tên|full name|phone|điện thoại|address|địa chỉ)\s*:", words)


def test_the_officers_box_is_printed_for_officers_only(sipas: Instrument) -> None:
    with_officer = all_text(paper.pdf(sipas, WORDS, setting=OFFICER))
    alone = all_text(paper.pdf(sipas, WORDS, setting=SELF))

    only_there = ("Phần dành cho điều tra viên", "Mã điều tra viên", "Lô phiếu", "Kết quả")
    assert all(words in with_officer for words in only_there)
    assert "đưa phiếu cho điều tra viên" in with_officer
    assert "Mã điều tra viên" not in alone
    assert "Phần dành cho điều tra viên" not in alone


@pytest.mark.parametrize(("stamp", "words"), [("simulated", "MÔ PHỎNG"), ("preview", "BẢN XEM THỬ")])
def test_a_form_that_is_not_for_use_says_so_on_every_page(sipas: Instrument, stamp: Any, words: str) -> None:
    pages = printed.pages(paper.pdf(sipas, WORDS, setting=SELF, stamp=stamp))

    assert len(pages) > 1
    assert all(words in page.text for page in pages)
    assert words not in all_text(paper.pdf(sipas, WORDS, setting=SELF))


def test_each_copy_of_a_run_has_a_serial_of_its_own_and_all_its_pages(sipas: Instrument) -> None:
    found = printed.pages(paper.pdf(sipas, WORDS, copies=3, setting=SELF))
    codes = [page.qr.split(":") for page in found]
    per_copy = len(found) // 3
    serials = [code[-1] for code in codes]

    assert len(set(serials)) == 3
    assert serials == [serial for serial in dict.fromkeys(serials) for _ in range(per_copy)]
    assert [code[-2] for code in codes] == [f"{page}/{per_copy}" for page in range(1, per_copy + 1)] * 3
    assert found[0].text.replace(serials[0], "") == found[per_copy].text.replace(serials[per_copy], "")


def test_printed_on_both_sides_every_copy_begins_on_a_new_sheet() -> None:
    tiny = make_instrument()
    one_sided = printed.pages(paper.pdf(tiny, WORDS, copies=2, setting=SELF))
    two_sided = printed.pages(paper.pdf(tiny, WORDS, copies=2, setting=SELF, two_sided=True))

    assert [bool(page.text) for page in one_sided] == [True, True]
    assert [bool(page.text) for page in two_sided] == [True, False, True, False]


@pytest.mark.parametrize("copies", [0, -1, 501])
def test_a_run_has_its_limits(sipas: Instrument, copies: int) -> None:
    with pytest.raises(ValueError, match="Between 1 and 500"):
        paper.pdf(sipas, WORDS, copies=copies)


def test_large_print_is_large_and_normal_print_is_not_small(sipas: Instrument) -> None:
    for large, least in ((False, 11), (True, 16)):
        made = paper.pdf(sipas, WORDS, "en", large, setting=SELF)
        for words in ("How satisfied are you", "Newspapers, radio, television", "It changes nothing"):
            sizes = printed.letter_sizes(made, words)
            assert sizes
            assert min(sizes) >= least


def test_every_answer_has_its_box_wide_enough_for_a_shaky_hand(sipas: Instrument) -> None:
    """Counted in the picture: five boxes an item; one an option, and one for "I would rather not say"."""
    offered = 5 * 22 + sum(
        len(getattr(question, "options", ())) + question.prefer_not + question.dont_know
        for question in sipas.questions()
    )
    for large, least in ((False, 5.0), (True, 7.0)):
        made = paper.pdf(sipas, WORDS, large=large, setting=SELF)
        assert sum(printed.empty_boxes(picture, least) for picture in printed.pictures(made)) == offered


def test_the_form_is_black_on_white(sipas: Instrument) -> None:
    """No colour; and so little grey (the edges of letters) that a copier has nothing to lose."""
    for picture in printed.pictures(paper.pdf(sipas, WORDS, setting=SELF)):
        assert (picture.max(axis=2) == picture.min(axis=2)).all()
        grey = (picture[..., 0] > 60) & (picture[..., 0] < 200)
        assert grey.mean() < 0.03


def test_the_short_variant_leaves_out_what_is_only_in_the_full_one_and_numbers_on() -> None:
    only_full = make_choice("N1", full_only=True)
    depends = make_choice("N2", text=text("Còn câu này?"), show_if={"question": "N3", "any_of": ["yes"]})
    form = make_instrument([make_factor([make_item()]), make_part([only_full, make_choice("N3"), depends])])
    full = all_text(paper.pdf(form, WORDS, setting=SELF))
    short = all_text(paper.pdf(form, WORDS, setting=Setting(mode="paper_self", variant="short")))

    assert "Chỉ trả lời nếu Ông/Bà đã chọn “Có” ở câu 3." in full
    assert "4. N2" in full
    assert "Chỉ trả lời nếu Ông/Bà đã chọn “Có” ở câu 2." in short
    assert "3. N2" in short
    assert "N1" not in short
    assert re.search(":short:vi:[0-9a-f]{8}:1/1:", short)


def test_a_question_of_another_place_is_not_printed() -> None:
    # N1: page codes have no 1 among their letters.
    ward = make_choice("N1", show_if={"place": "kind", "any_of": ["ward"]})
    form = make_instrument([make_factor([make_item()]), make_part([ward])])

    assert "N1" in all_text(paper.pdf(form, WORDS, setting=Setting(kind="ward")))
    at_the_counter = all_text(paper.pdf(form, WORDS, setting=Setting(kind="counter")))
    assert "N1" not in at_the_counter
    assert "Nhận định" not in at_the_counter
    assert "Chỉ trả lời" not in at_the_counter


def test_conditions_on_several_answers_are_said_with_the_printed_numbers() -> None:
    either = {"any_of": [{"number": "A", "at_least": 1}, {"any_rated": [1, 2]}]}
    both = {"all_of": [{"question": "B", "any_of": ["yes"]}, either]}
    questions = [make_question("number", code="A"), make_choice("B"), make_question("text", code="C", show_if=both)]
    form = make_instrument([make_factor([make_item()]), make_part(questions)])

    vietnamese, english = (all_text(paper.pdf(form, WORDS, language)) for language in ("vi", "en"))

    # The words are the page's own; here it counts that they name the numbers of this sheet.
    assert re.search(
        r"4\. C Chỉ trả lời nếu [^.]*“Có” ở câu 3 và \([^.]*1[^.]* ở câu 2 hoặc [^.]*“Mức 2”[^.]*\)\.", vietnamese
    )
    assert re.search(r"4\. C Only if [^.]*for question 3 and \([^.]*1[^.]* for question 2 or [^.]*\)\.", english)


def test_a_ranking_asks_for_the_numbers_of_its_options() -> None:
    words = print_one(
        kind="ranking", ranks=3, options=[{"code": f"o{number}", "text": text(f"Ý số {number}")} for number in range(4)]
    )

    assert "Ghi số của một ý vào mỗi ô." in words
    assert "1 Ý số 0 2 Ý số 1 3 Ý số 2 4 Ý số 3" in words
    assert "Lựa chọn thứ nhất Lựa chọn thứ hai Lựa chọn thứ ba" in words


def test_a_day_has_boxes_for_day_month_and_year_and_says_its_limits() -> None:
    words = print_one(kind="date", earliest="2026-01-01", latest="2026-12-31")

    assert "ngày tháng năm" in words
    assert "Từ 01/01/2026 đến 31/12/2026." in words


def test_numbers_say_their_range_once() -> None:
    assert "Ghi một số nguyên từ 0 đến 99." in print_one(kind="number", maximum=99)
    assert "Ghi một số nguyên" not in print_one(kind="number", maximum=99, hint=text("Từ 0 đến 99."))
    assert "%" in print_one(kind="percentage")


def test_several_boxes_and_limits_are_said_in_words() -> None:
    options = [{"code": f"o{number}", "text": text(f"Ý {number}")} for number in range(4)]
    options.append({"code": "other", "text": text("Ý khác"), "specify": True})

    assert "Có thể đánh dấu nhiều ô." in print_one(kind="multiple", options=options)
    assert "Đánh dấu nhiều nhất 2 ô." in print_one(kind="multiple", options=options, max_choices=2)
    assert "Mark at most 2 boxes." in print_one("en", kind="multiple", options=options, max_choices=2)
    assert "Ý khác, xin ghi rõ:" in print_one(kind="multiple", options=options)


def test_what_is_no_answer_has_boxes_beside_every_kind() -> None:
    for fields in ({"kind": "number"}, {"kind": "date"}, {"kind": "single", "options": examples.YES_NO}):
        words = print_one(**fields, dont_know=True, prefer_not=True)
        assert "Tôi không biết" in words
        assert "Tôi không muốn trả lời" in words


def test_odd_texts_neither_break_the_form_nor_become_markup() -> None:
    odd = '#panic() *đậm* $x$ <nhãn> \\ "ngoặc" ' + "rấtdàikhôngcódấucách" * 12
    form = make_instrument([make_factor([make_item(text=text(odd)), make_item("A1.2", text=text(odd))])])
    for large in (False, True):
        pages = printed.pages(paper.pdf(form, {"office": odd, "owner": odd}, large=large, setting=SELF))
        assert '#panic() *đậm* $x$ <nhãn> \\ "ngoặc"' in pages[0].text
