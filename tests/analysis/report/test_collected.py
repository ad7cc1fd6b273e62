"""When answers were collected: as long as a wave was open, and no longer than until the figures were frozen."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.release import release_hash
from analysis.report import collected, source
from analysis.report.blocks import Box, Paragraph, Report, Table, plain
from analysis.report.content import compose
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.report.translation import in_english
from analysis.short_forms import bulletin, period_report, periods
from analysis.site.building import build
from tests.analysis.release_fixture import make_release
from tests.analysis.site.places import make_published

NOTICE = "Số liệu chốt ngày 05/9/2017, khi đợt khảo sát còn mở đến ngày 20/10/2017."


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Its wave was open from 5 September to 20 October 2017."""
    return source.read(make_release(tmp_path_factory.mktemp("collected"), number_of_units=1))


def frozen(release: Release, on: str) -> Release:
    survey = release.survey | {"period": {"from": "2017-01-01", "to": "2017-12-31"}}
    return replace(release, frozen_on=on, context=release.context | {"survey": survey})


def said(report: Report) -> str:
    paragraphs = [plain(one.text) for one in report.blocks if isinstance(one, Paragraph)]
    rows = [row.cells for table in report.blocks if isinstance(table, Table) for row in table.rows]
    return "\n".join([report.front.abstract, *paragraphs, *("|".join(map(plain, cells)) for cells in rows)])


@pytest.mark.parametrize(
    ("on", "days"),
    [
        ("", ("2017-09-05", "2017-10-20")),
        ("2017-09-05", ("2017-09-05", "2017-09-05")),
        ("2017-10-01", ("2017-09-05", "2017-10-01")),
        ("2017-10-21", ("2017-09-05", "2017-10-20")),
    ],
)
def test_collecting_ends_with_the_wave_or_with_the_freezing(finished: Release, on: str, days: tuple[str, str]) -> None:
    assert collected.days(frozen(finished, on)) == days


def test_a_report_frozen_on_the_first_day_says_so_and_promises_no_later_answers(finished: Release) -> None:
    release = frozen(finished, "2017-09-05")
    full = compose(release, {})
    short = period_report.document(release, Publication(), {}, periods.parse("ad-hoc"))

    assert "(thu thập ý kiến ngày 05/9/2017)" in said(full)
    assert "Thu thập ý kiến|Ngày 05/9/2017" in said(full)
    assert "Đợt 1: ngày 05/9/2017" in said(full)
    assert NOTICE in said(full)
    assert NOTICE in said(short)
    english = said(in_english(full, release.context))
    assert "(answers collected on 05/9/2017)" in english
    assert "while the wave was still open until 20/10/2017" in english


def test_a_report_frozen_after_the_last_day_has_no_such_sentence(finished: Release) -> None:
    full = said(compose(frozen(finished, "2017-10-21"), {}))

    assert "(thu thập ý kiến từ ngày 05/9/2017 đến ngày 20/10/2017)" in full
    assert "còn mở" not in full


def test_what_the_publication_says_of_an_open_wave_is_believed(finished: Release) -> None:
    told = Publication(open_until="2017-10-25")

    assert "còn mở đến ngày 25/10/2017" in said(compose(frozen(finished, "2017-10-20"), {}, told))


def stepped(release: Release, *steps: dict[str, object]) -> Release:
    """With these steps in the life of its wave."""
    about = {"at": "2017-10-18T09:05+07:00", "by": "Lê Thị An", "reason": "Bão"}
    (wave,) = release.context["waves"]
    return replace(release, context=release.context | {"waves": [wave | {"steps": [about | step for step in steps]}]})


MOVED = "Ngày kết thúc thu thập ý kiến đã được thay đổi sau khi kết quả đã được xem {} lần, nên khoảng tin cậy hẹp hơn"


@pytest.mark.parametrize(
    ("steps", "times", "english"),
    [
        ([{"kind": "extended", "releases": 2, "snapshots": 3}], 5, "looked at 5 times"),
        (
            [{"kind": "extended", "releases": 0, "snapshots": 0}, {"kind": "closed", "releases": 1, "snapshots": 0}],
            1,
            "once",
        ),
        ([{"kind": "reopened", "releases": 0, "snapshots": 0}], 0, ""),
        ([{"kind": "extended"}, {"kind": "sealed", "detail": ""}], 0, ""),
        ([], 0, ""),
    ],
)
def test_a_verdict_says_that_the_end_was_moved_after_looking(
    finished: Release, steps: list[dict[str, object]], times: int, english: str
) -> None:
    release = stepped(finished, *steps)
    report = compose(release, {})
    (box,) = (block for block in report.blocks if isinstance(block, Box))
    (translated,) = (block for block in in_english(report, release.context).blocks if isinstance(block, Box))
    lines, in_both = "\n".join(map(plain, box.lines)), "\n".join(map(plain, translated.lines))

    assert collected.looked(release) == times
    assert (MOVED.format(times) in lines) == bool(times)
    assert ("narrower than it should be" in in_both) == bool(times)
    assert english in in_both


def test_the_step_is_printed_beside_what_had_been_seen(finished: Release) -> None:
    steps = [{"kind": "sealed", "detail": ""}, {"kind": "extended", "releases": 2, "snapshots": 31}]
    report = compose(stepped(finished, *steps), {})

    assert "Gia hạn|Bão|Lê Thị An|Bản kết quả: 2; kết quả tạm thời: 31" in said(report)
    assert "Niêm phong kế hoạch chọn mẫu|Bão|Lê Thị An|–" in said(report)
    assert "Releases: 2; interim snapshots: 31" in said(in_english(report, finished.context))


def test_the_bulletin_speaks_of_no_day_to_come(finished: Release) -> None:
    read = "\n".join(map(plain, bulletin.spoken_paragraphs(frozen(finished, "2017-09-05"))))

    assert "\nNgày mùng năm tháng chín năm hai nghìn không trăm mười bảy, có " in read
    assert "tháng mười" not in read


def test_the_public_page_says_when_answers_came_and_that_the_wave_was_open(tmp_path: Path) -> None:
    release = make_published(tmp_path / "releases" / "r1", number_of_units=1)
    manifest = json.loads((release / "manifest.json").read_text())
    context = json.loads((release / "context.json").read_text("utf-8"))
    context["waves"][0]["steps"] = [{"kind": "extended", "at": "", "releases": 1, "snapshots": 2}]
    (release / "context.json").write_text(json.dumps(context), "utf-8")
    changed = {"frozen_at": "2017-09-05T17:00:00+07:00", "release_hash": release_hash(release)}
    (release / "manifest.json").write_text(json.dumps(manifest | changed))
    record = json.loads((release / "publication.json").read_text("utf-8")) | {"release_hash": release_hash(release)}
    (release / "publication.json").write_text(json.dumps(record), "utf-8")
    build(tmp_path / "releases", tmp_path / "site", "https://example.vn")
    page = (tmp_path / "site" / "ket-qua" / "sipas-2017" / "index.html").read_text("utf-8")
    english = (tmp_path / "site" / "en" / "results" / "sipas-2017" / "index.html").read_text("utf-8")

    assert NOTICE in page
    assert "<dt>Thu thập ý kiến</dt><dd>05/9/2017</dd>" in page
    assert MOVED.format(3) in page
    assert "moved after results had been looked at 3 times, so the interval is narrower" in english
    assert "frozen on 5 September 2017, while the wave was still open until 20 October 2017" in english
