"""What the public pages say of offices that answered without a word, and of how many answers a row counts."""

from pathlib import Path

from lxml import html

from analysis.site.building import build
from tests.analysis.site.places import by_id, make_published


def _built(folder: Path, **record: object) -> Path:
    make_published(folder / "releases" / "r1", number_of_units=1, record=record)
    build(folder / "releases", folder / "site", "https://example.vn")
    return folder / "site" / "ket-qua" / "sipas-2017"


def test_offices_without_a_word_are_counted_and_the_day_is_when_it_was_published(tmp_path: Path) -> None:
    place = _built(tmp_path, silent=2, reply_until="2017-12-06", published_at="2017-11-26T03:00:00+00:00")
    page = (place / "1" / "tra-loi" / "index.html").read_text("utf-8")

    assert "không có ý kiến: 2." in page
    assert "đến ngày 26/11/2017" in page
    assert "Không cơ quan nào" not in page


def test_no_office_replied_where_none_did(tmp_path: Path) -> None:
    assert "Không cơ quan nào gửi ý kiến" in (_built(tmp_path) / "1" / "tra-loi" / "index.html").read_text("utf-8")


def test_the_public_page_says_who_published_and_who_recorded_silence(tmp_path: Path) -> None:
    place = _built(
        tmp_path,
        silent=2,
        people=[
            {"step": "entered", "name": "Lê Thị An", "roles": ["analyst"], "at": "2017-11-01T08:00:00+07:00"},
            {"step": "published", "name": "Trần Bình", "roles": ["manager", "approver"], "at": None},
        ],
        silent_by=[{"offices": 2, "by_link": False, "name": "Lê Thị An", "roles": ["analyst"]}],
    )
    english = tmp_path / "site" / "en" / "results" / "sipas-2017" / "1" / "replies" / "index.html"
    rows = [_rows_of(page) for page in (place / "1" / "tra-loi" / "index.html", english)]

    assert rows[0] == [
        ["Nhập bản kết quả", "Lê Thị An", "chuyên viên phân tích", "01/11/2017"],
        ["Công bố", "Trần Bình", "quản lý, người phê duyệt", "–"],
        ["Cơ quan không có ý kiến, do người này ghi nhận thay (2)", "Lê Thị An", "chuyên viên phân tích", "–"],
    ]
    assert rows[1][0] == ["Entered the release", "Lê Thị An", "analyst", "1 November 2017"]


def _rows_of(page: Path) -> list[list[str]]:
    rows = html.parse(str(page)).xpath("//section[@id='people']//tbody/tr")
    return [[cell.text_content() for cell in row] for row in rows]


def test_a_factor_counts_the_answers_to_its_own_questions(tmp_path: Path) -> None:
    page = html.parse(str(_built(tmp_path) / "index.html"))
    rows = by_id(tmp_path / "releases" / "r1" / "figures.csv")
    found = page.xpath("//td[@data-label='Số câu trả lời']/span")

    assert found
    for cell in found:
        name, part = cell.get("data-id").split("#")
        assert (part, cell.text.replace(".", "")) == ("base", rows[name]["base"])
