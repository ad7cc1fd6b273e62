"""The release page prints what the analysis wrote, to the last digit, and says when a file is not what it wrote."""

import csv
import json
import re
import shutil
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from analysis.release import write_manifest
from analysis.report import html
from analysis.report.blocks import Front, Report
from analysis.report.words import unit_name
from survey_app import analysis_door, database
from survey_app.web import console
from tests import factories
from tests.analysis.release_fixture import corrected_verdicts
from tests.staff import Staff, signed_in
from tests.survey_app.results.folders import ANALYSTS_FILES, SVG, make_release_folder

VERDICTS = {
    "met": {"vi": "Đạt", "en": "Met"},
    "not_met": {"vi": "Chưa đạt", "en": "Not met"},
    "undecided": {"vi": "Chưa đủ cơ sở kết luận", "en": "Not enough basis to conclude"},
    "": {"vi": "Không đủ số liệu", "en": "Not enough data"},
}


@pytest.fixture
def analyst(console_app: Flask) -> Staff:
    return signed_in(console_app, "analyst")


@pytest.fixture
def release(console_app: Flask) -> Path:
    return make_release_folder(console_app.config["SETTINGS"].releases / "release-1")


def printed(html: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="([^"]+)"[^>]*>\s*([^<]*?)\s*(?:<|$)', html))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_figure_of_the_page_is_that_of_display_json(analyst: Staff, release: Path, language: str) -> None:
    found = printed(analyst.get(f"/results/release-1?lang={language}").text)
    display = json.loads((release / "display.json").read_text())
    expected = {}
    for name in found:
        figure, part = name.split("#")
        expected[name] = display[figure][part][language]

    assert len(found) > 3 * 41
    assert found == expected
    assert found["probability/overall/index/all/all#estimate"] == {"vi": "84,30", "en": "84.30"}[language]


def test_the_report_as_a_page_has_its_own_style_and_no_power(analyst: Staff, release: Path) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    report = Report(Front("", "UBND HUYỆN", "Số: 1/BC", "", "BÁO CÁO", "Kết quả"), "", "", "", "Báo cáo", ())
    html.write(report, release / "charts", release / "report.html")
    write_manifest(release, json.loads((release / "manifest.json").read_text()), at)
    page = analyst.get("/results/release-1/file/report.html")
    own = unescape(re.findall(r'Content-Security-Policy" content="([^"]+)"', page.text)[0])
    sent = set(page.headers["Content-Security-Policy"].split("; "))

    assert set(own.split("; ")) < sent
    assert sent - set(own.split("; ")) == {"frame-ancestors 'none'", "sandbox"}
    assert "attachment" not in page.headers.get("Content-Disposition", "")
    shown = analyst.get("/results/release-1?lang=en").text
    listed = re.findall(r"<h2>([^<]+)</h2>|/file/([^\"]+)", shown[shown.index("Documents in Vietnamese") - 10 :])
    assert [heading or file for heading, file in listed][:9] == [
        *("Documents in Vietnamese", "report.docx", "report.pdf", "report.html"),
        *("Documents in English", "report.en.docx", "report.en.pdf", "report.en.html", "Files for analysts"),
    ]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("vi", ["Kết luận riêng", "Kết luận khi xét cùng lúc các đơn vị (Holm)"]),
        ("en", ["Conclusion for the unit alone", "Conclusion for all units at once (Holm)"]),
    ],
)
def test_units_have_the_verdict_of_the_list_beside_their_own(
    analyst: Staff, release: Path, language: str, titles: list[str]
) -> None:
    page = analyst.get(f"/results/release-1?lang={language}").text
    found = dict(re.findall(r'data-verdict="([^"]+)">([^<]+)<', page))
    listed = corrected_verdicts(release)
    with (release / "figures.csv").open(encoding="utf-8") as file:
        own = {row["domain"]: row["verdict"] for row in csv.DictReader(file) if "/index/unit/" in row["id"]}

    assert re.findall(r'<th scope="col">([^<]+)</th>', page)[-2:] == titles
    assert len(own) == 41
    for code, verdict in own.items():
        figure = f"probability/overall/index/unit/{code}"
        corrected = listed.get(code, {"verdict_holm": ""})["verdict_holm"]
        assert found.pop(f"{figure}#verdict") == VERDICTS[verdict][language]
        assert found.pop(f"{figure}#verdict_holm") == VERDICTS[corrected][language]
    assert not found
    assert {"vi": "không quá 5%", "en": "at most 5 %"}[language] in page


def test_a_unit_whose_name_begins_with_its_type_is_named_once(
    console_app: Flask, analyst: Staff, release: Path
) -> None:
    file = release / "context.json"
    context = json.loads(file.read_text("utf-8"))
    unit = context["units"][0]
    unit |= {"type": "bộ phận một cửa", "name": "Bộ phận Một cửa điện tử huyện"}
    file.write_text(json.dumps(context, ensure_ascii=False), "utf-8")
    figure = f"probability/overall/index/unit/{unit['code']}"

    for path in ("", f"/figures/{figure}"):
        page = analyst.get(f"/results/release-1{path}").text
        assert "Bộ phận Một cửa điện tử huyện" in page
        assert "bộ phận một cửa Bộ phận" not in page
    assert unit_name(unit) == "Bộ phận Một cửa điện tử huyện"
    assert unit_name({"type": "xã", "name": "Thọ Hải"}) == "xã Thọ Hải"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_figure_of_a_unit_says_both_verdicts_as_the_release_does(
    analyst: Staff, release: Path, language: str
) -> None:
    of_release = dict(
        re.findall(r'data-verdict="([^"]+)">([^<]+)<', analyst.get(f"/results/release-1?lang={language}").text)
    )
    code = min(corrected_verdicts(release))
    page = analyst.get(f"/results/release-1/figures/probability/overall/index/unit/{code}?lang={language}").text
    found = dict(re.findall(r'data-verdict="([^"]+)">([^<]+)<', page))

    assert len(found) == 2
    assert found.items() <= of_release.items()
    assert "data-verdict" not in analyst.get("/results/release-1/figures/probability/overall/index/all/all").text
    assert "<code>index</code>" not in page


def test_a_release_without_corrected_verdicts_says_that_its_list_is_not(console_app: Flask, analyst: Staff) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "r", corrected=False)
    page = analyst.get("/results/r?lang=en").text

    assert "this list is not corrected for it" in page
    assert "#verdict_holm" not in page
    assert "multiplicity.csv" not in page


def test_the_corrected_verdicts_can_be_taken_home(analyst: Staff, release: Path) -> None:
    file = analyst.get("/results/release-1/file/multiplicity.csv")

    assert file.data == (release / "multiplicity.csv").read_bytes()
    assert file.mimetype == "text/csv"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("met", "Met"), ("not_met", "Not met"), ("undecided", "Not enough basis to conclude"), ("", "Not enough data")],
)
def test_the_verdict_is_said_in_words(console_app: Flask, analyst: Staff, verdict: str, words: str) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "r", verdict=verdict)
    headline = analyst.get("/results/r?lang=en").text.split('class="headline"')[1].split("</section>")[0]

    assert re.search(rf">{words}<", headline)
    assert "1,230 respondents, 24,650 answers" in headline
    assert "strictly above 80 %" in headline


@pytest.mark.parametrize(
    ("language", "withheld", "note", "claim"),
    [
        (
            "vi",
            "Không kết luận: không có kế hoạch niêm phong",
            "con số chỉ mô tả những người đã trả lời",
            "Mẫu chọn theo xác suất",
        ),
        ("en", "Not judged: no sealed plan", "the figure describes only those who answered", "Drawn sample"),
    ],
)
def test_without_a_sealed_plan_the_page_gives_no_verdict_and_says_why(
    console_app: Flask, analyst: Staff, language: str, withheld: str, note: str, claim: str
) -> None:
    folder = console_app.config["SETTINGS"].releases
    make_release_folder(folder / "r", drawn=False, number_of_units=2)
    make_release_folder(folder / "planned", number_of_units=2)
    page, planned = (analyst.get(f"/results/{name}?lang={language}").text for name in ("r", "planned"))
    figure = analyst.get(f"/results/r/figures/probability/overall/index/unit/15481?lang={language}").text
    headline = page.split('class="headline"')[1].split("</section>")[0]

    assert withheld in headline
    assert note in headline
    assert page.count(f">{withheld}<") == 3  # The whole, and two units.
    assert withheld in figure
    assert claim not in page + figure
    assert claim in planned
    assert note not in planned


def test_one_respondent_is_not_called_several(console_app: Flask, analyst: Staff) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "r", respondents=1)

    assert "1 respondent, 24,650 answers" in analyst.get("/results/r?lang=en").text


def test_numbers_are_written_as_in_vietnamese(console_app: Flask, analyst: Staff, release: Path) -> None:
    page = analyst.get("/results/release-1?lang=vi").text

    assert "1.230 người trả lời, 24.650 câu trả lời" in page
    assert re.search(r"report\.pdf</a> <span[^>]*>0 kB<", page)
    with console_app.test_request_context("/?lang=vi"):
        assert [console.show_number(number) for number in (2609, 80.5, 80.0, 0)] == ["2.609", "80,5", "80", "0"]
        assert [console.show_size(size) for size in (1_400_000, 4_310, 999_960)] == ["1,4 MB", "4,3 kB", "1 MB"]
    with console_app.test_request_context("/?lang=en"):
        assert (console.show_number(2609.5), console.show_size(1_400_000)) == ("2,609.5", "1.4 MB")


def test_imprecise_figures_of_units_have_a_star_and_a_sentence(analyst: Staff, release: Path) -> None:
    page = analyst.get("/results/release-1?lang=en").text
    with (release / "figures.csv").open(encoding="utf-8") as file:
        imprecise = {row["id"] for row in csv.DictReader(file) if "imprecise" in row["method"]}
    starred = set(re.findall(r'data-figure="([^"]+)#estimate">[^<]*</span></a> \*', page))

    assert starred == {name for name in imprecise if "/overall/index/unit/" in name} != set()
    assert "* Imprecise:" in page


def test_the_page_says_how_many_items_the_base_rule_left_out(console_app: Flask, analyst: Staff, release: Path) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "r", series=("open",))

    assert "over 41 units: 123." in analyst.get("/results/release-1?lang=en").text
    assert "Left out by this rule" not in analyst.get("/results/r?lang=en").text


def test_the_newest_release_is_named_where_no_run_is_known(
    console_app: Flask, analyst: Staff, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "r2", datetime(2026, 11, 5, tzinfo=UTC))
    with console_app.app_context():
        factories.make_survey(database.session(), "sipas-2017")
        database.session().commit()
    page = analyst.get("/results/")
    row = page.text.split("<tbody>")[1]

    assert "07:00, 05/11/2026" in row
    assert "Refresh" not in page.headers
    run = analysis_door.Run("sipas-2017", "sipas-2017-1", "running", "2026-11-23T12:00:00+07:00")
    monkeypatch.setattr(analysis_door, "last", lambda *_: run)
    assert analyst.get("/results/").headers["Refresh"] == "10"


def test_open_answers_alone_make_no_index(console_app: Flask, analyst: Staff) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "r", series=("open",))
    page = analyst.get("/results/r?lang=en").text

    assert "There is no index" in page
    assert "open/overall/index/all/all#estimate" in printed(page)


def test_a_changed_or_missing_file_is_named(analyst: Staff, release: Path) -> None:
    untouched = analyst.get("/results/release-1?lang=en").text
    figures = release / "figures.csv"
    figures.write_text(figures.read_text().replace("84.3", "94.3"))
    (release / "report.pdf").unlink()
    page = analyst.get("/results/release-1?lang=en").text

    assert "was changed after it was made" not in untouched
    assert "was changed after it was made" in page
    assert "figures.csv, report.pdf" in page


def test_simulated_data_are_marked_as_such(console_app: Flask, analyst: Staff, release: Path) -> None:
    make_release_folder(console_app.config["SETTINGS"].releases / "real", simulated=False)

    assert 'class="simulated"' in analyst.get("/results/release-1").text
    assert 'class="simulated"' not in analyst.get("/results/real").text


def test_charts_and_documents_come_as_what_they_are(analyst: Staff, release: Path) -> None:
    chart = analyst.get("/results/release-1/chart/overall.svg")
    report = analyst.get("/results/release-1/file/report.docx")

    assert chart.text == SVG
    assert (chart.mimetype, chart.headers["X-Content-Type-Options"]) == ("image/svg+xml", "nosniff")
    assert "script-src 'self'" in chart.headers["Content-Security-Policy"]
    assert "attachment" in report.headers["Content-Disposition"]
    assert report.data == b"a document"


def test_every_chart_of_a_release_stands_under_its_name_with_its_words(analyst: Staff, release: Path) -> None:
    names = ("overall", "trend", "items", "forest", "tiles", "priorities", "funnel")
    for name in names:
        (release / "charts" / f"{name}.svg").write_text(SVG, "utf-8")
    words = {name: f"Những gì {name} cho thấy" for name in names}
    (release / "charts" / "alt.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")
    write_manifest(release, json.loads((release / "manifest.json").read_text()), datetime(2026, 11, 1, tzinfo=UTC))
    page = analyst.get("/results/release-1").text
    found = re.findall(
        r'aria-label="([^"]+)"><figcaption>\1</figcaption><img src="[^"]+/(\w+)\.svg" alt="([^"]+)"', page
    )

    assert [(name, alt) for _, name, alt in found] == list(words.items())
    assert len({title for title, _, _ in found}) == len(names)
    assert all(analyst.get(f"/results/release-1/chart/{name}.svg").text == SVG for name in names)


def test_charts_speak_the_language_of_the_page_where_they_can(analyst: Staff, release: Path) -> None:
    place, page = "/results/release-1/chart/overall.svg?lang=en", "/results/release-1?lang=en"
    shown = re.search(r'<img src="[^"]+overall.svg[^"]*" alt="[^"]*" lang="(..)">', analyst.get(page).text)
    before = analyst.get(place).text, shown and shown[1]
    (release / "charts" / "en").mkdir()
    (release / "charts" / "en" / "overall.svg").write_text("<svg>English</svg>")
    (release / "charts" / "alt.en.json").write_text('{"overall": "Index: 84.3%"}')
    image = re.findall(r'<img src="([^"]+overall.svg[^"]*)" alt="([^"]+)" lang="(..)">', analyst.get(page).text)

    assert before == (SVG, "vi")
    assert [found[1:] for found in image] == [("Index: 84.3%", "en")]
    assert analyst.get(place).text == "<svg>English</svg>"
    assert analyst.get("/results/release-1/chart/overall.svg?lang=vi").text == SVG


def test_analysts_take_every_file_home(console_app: Flask, analyst: Staff, release: Path) -> None:
    page = analyst.get("/results/release-1?lang=en").text
    officer = signed_in(console_app, "officer")

    assert "pass on neither rows nor tables" in page
    for name in ANALYSTS_FILES:
        address = f"/results/release-1/file/{name}"
        found = analyst.get(address)
        assert f'href="{address}"' in page
        assert found.data == b"one row a response"
        assert f"filename=release-1-{name.removeprefix('files/')}" in found.headers["Content-Disposition"]
        assert "no-store" in found.headers["Cache-Control"] or "private" in found.headers["Cache-Control"]
        assert officer.get(address).status_code == 403
        assert console_app.test_client().get(address).status_code == 302


def test_a_release_without_files_for_analysts_offers_none(console_app: Flask, analyst: Staff) -> None:
    folder = make_release_folder(console_app.config["SETTINGS"].releases / "old")
    shutil.rmtree(folder / "files")
    write_manifest(folder, {"extract_hash": "e" * 64}, datetime(2026, 11, 1, tzinfo=UTC))

    assert "pass on neither rows" not in analyst.get("/results/old?lang=en").text


def test_the_list_has_the_newest_first_and_passes_over_what_is_no_release(
    console_app: Flask, analyst: Staff, release: Path
) -> None:
    folder = console_app.config["SETTINGS"].releases
    (folder / "draft").mkdir()
    (folder / "broken").mkdir()
    (folder / "broken" / "manifest.json").write_text("{")
    page = analyst.get("/results/").text

    assert re.findall(r'href="/results/([^"]+)"', page) == ["release-1"]
    assert "07:00, 01/11/2026" in page  # Midnight UTC, in the hour of the office.
    assert analyst.get("/results/broken").status_code == 404


def test_analysts_see_how_interviews_were_done_and_nobody_else_does(
    console_app: Flask, analyst: Staff, release: Path
) -> None:
    texts = {"vi": "12,50", "en": "12.50"}
    one = {
        **{"interviews": 44, "seconds": 300.0, "alike": 2, "reserves": 3, "signs": ["quick", "smooth"]},
        "outcomes": {"refused": 7, "moved": 1, "wrong_data": 0, "not_reached": 2},
        "shown": dict.fromkeys(("quick", "same", "fives", "fives_elsewhere", "minutes"), texts),
    }
    context = json.loads((release / "context.json").read_text("utf-8"))
    units, officers = [one | {"group": "15481"}, one | {"group": "", "signs": []}], [one | {"group": "1"}]
    context["field"] = [{"wave": "w1", "units": units, "officers": officers, "open": {}}]
    (release / "context.json").write_text(json.dumps(context), "utf-8")
    page = analyst.get("/results/release-1?lang=vi").text
    shown = page[page.index('<h2 id="field">') :]

    assert "thị trấn Thọ Xuân" in shown
    assert "ít nhất một phần ba nhanh hơn một nửa thời gian thường thấy" in shown
    assert "từ chối 7, chuyển đi 1, sai thông tin 0, chưa gặp 2" in shown
    assert "12,50 (12,50)" in shown
    assert "không buộc tội ai" in shown
    for role in ("manager", "approver", "viewer"):
        assert 'id="field"' not in signed_in(console_app, role).get("/results/release-1").text
