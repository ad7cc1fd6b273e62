"""The words of a comment suggest its themes: with marks, without, in either normal form."""

import tomllib
import unicodedata

import pytest

from survey_app.comments import themes
from survey_app.models.alphabet import plain

EXAMPLES = (
    ("Phải chờ lâu quá, cán bộ cáu gắt.", {"waiting", "attitude"}),
    ("Tôi phải đi lại nhiều lần vì yêu cầu thêm giấy tờ", {"papers"}),
    ("Có cán bộ gợi ý đưa phong bì thì làm nhanh", {"payment"}),
    ("Nên thêm ghế ngồi chờ và quạt mát.", {"facilities"}),
    ("Bảng niêm yết thủ tục chữ còn nhỏ, khó đọc.", {"procedure"}),
    ("Nộp hồ sơ trực tuyến hay bị lỗi mạng", {"online"}),
    ("Công chức hướng dẫn nhiệt tình.", {"praise"}),
    ("Không phải chờ lâu, rất hài lòng", {"praise"}),
    ("Tôi chưa hài lòng vì trả kết quả chậm", {"waiting"}),
    ("Đề nghị trả kết quả đúng hẹn hơn.", {"waiting"}),
    ("Điều hoà hỏng, phòng chờ chật chội", {"facilities"}),
    ("Đã phản ánh mà không ai nghe máy", {"feedback"}),
    ("Cán bộ không nhũng nhiễu", set()),
    ("Mong thôn có đường bê tông", set()),
    ("Không có ý kiến gì thêm.", {"nothing"}),
    ("Không có ý kiến gì thêm, cảm ơn cán bộ", {"praise"}),
)


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_words_suggest_themes_with_marks_and_without(text: str, expected: set[str]) -> None:
    assert set(themes.suggested(text)) == expected
    assert set(themes.suggested(unicodedata.normalize("NFD", text))) == expected
    assert set(themes.suggested(text.upper())) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [example for example in EXAMPLES if example[1] != {"facilities"}],
)
def test_whoever_types_without_marks_is_understood(text: str, expected: set[str]) -> None:
    assert set(themes.suggested(plain(text))) == expected


def test_words_without_marks_do_not_stand_for_others_in_a_text_with_marks() -> None:
    """«Cho» is to give, «chờ» is to wait; whoever typed marks meant what the marks say."""
    assert themes.suggested("Cho lâu dài, cán bộ nên học tập") == []
    assert themes.suggested("co ghe ngoi") == ["facilities"]
    assert themes.suggested("co y kien") == []  # «cò», which stands alone, is no «co».


def test_every_theme_has_both_names_and_a_code_of_its_own() -> None:
    written = tomllib.loads(themes.FILE.read_text("utf-8"))["themes"]

    assert [one["code"] for one in written] == list(themes.all_themes())
    assert all(theme.name_vi and theme.name_en for theme in themes.offered())
    assert {themes.OTHER, themes.NOTHING} <= set(themes.all_themes())
    phrases = [phrase for one in written for phrase in (*one["words"], *one.get("unless", ()))]
    assert all(phrase == unicodedata.normalize("NFC", phrase).lower() for phrase in phrases)


def test_nothing_is_said_beside_nothing() -> None:
    assert themes.checked(["nothing", "praise", "invented"]) == ["praise"]
    assert themes.checked(["nothing"]) == ["nothing"]
    assert themes.checked(["invented"]) == []
