"""A release's way to the public: who may take which step, what an office sees, what the analysis is told."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from analysis.release import write_manifest
from analysis.site import decision
from survey_app import accounts, analysis_door, database, waves
from survey_app.models import Publication, Survey, Wave
from survey_app.publishing import links, steps
from tests import factories, staff
from tests.analysis.release_fixture import units
from tests.analysis.site.places import change_rows
from tests.staff import Staff
from tests.survey_app.results.folders import make_release_folder

PAGE = "/results/release-1/publication"
NOON = factories.NOON


@pytest.fixture
def folder(console_app: Flask) -> Path:
    with console_app.app_context():
        session = database.session()
        for unit in units(3):
            factories.make_unit(session, unit["code"], name=unit["name"], type=unit["type"])
        factories.make_survey(session, "sipas-2017")
        session.commit()
    releases: Path = console_app.config["SETTINGS"].releases
    return make_release_folder(releases / "release-1", number_of_units=3)


@pytest.fixture
def analyst(console_app: Flask, folder: Path) -> Staff:
    return staff.signed_in(console_app, "analyst")


@pytest.fixture
def manager(console_app: Flask, folder: Path) -> Staff:
    return staff.signed_in(console_app, "manager")


def open_a_wave(app: Flask) -> None:
    """Of the release's survey: it was open when the responses were frozen."""
    with app.app_context():
        session = database.session()
        survey = session.query(Survey).one()
        factories.make_wave(session, survey=survey, opens_on=date(2026, 10, 1), closes_on=date(2026, 11, 30))
        session.commit()


def told(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "publication.json").read_text())
    return found


def step(person: Staff, name: str, **fields: object) -> str:
    return person.post(f"{PAGE}/{name}", follow=True, **fields).text


def show(analyst: Staff, manager: Staff) -> None:
    analyst.post(f"{PAGE}/enter")
    step(manager, "approve")
    step(manager, "show", days=10)


def office_link(manager: Staff) -> str:
    page = manager.get("/results/release-1/offices").text
    found = re.search(r'href="http://localhost(/office/[^"]+)"', page)
    assert found
    return found[1]


def test_analysts_prepare_and_a_manager_approves(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    assert manager.post(f"{PAGE}/enter").status_code == 403
    analyst.post(f"{PAGE}/enter")
    analyst.post("/results/release-1/conclusions", text="Kết luận của chuyên viên.\n\nĐoạn hai.")
    assert analyst.post(f"{PAGE}/approve").status_code == 403
    assert told(folder)["state"] == "draft"
    page = step(manager, "approve")

    assert 'class="state open"' in page
    assert (told(folder)["state"], told(folder)["approved_by"]) == ("approved", "manager@example.vn")
    assert told(folder)["conclusions"] == ["Kết luận của chuyên viên.", "Đoạn hai."]
    assert manager.post("/results/release-1/conclusions", text="x").status_code == 403
    assert "publication.json" not in json.loads((folder / "manifest.json").read_text())["files"]


def test_every_page_says_that_the_survey_was_open_and_approving_needs_a_tick(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    open_a_wave(console_app)
    said = "khi đợt khảo sát còn mở đến hết ngày 30/11/2026"
    before, entered = analyst.get(f"{PAGE}?lang=vi").text, analyst.post(f"{PAGE}/enter", follow=True).text
    assert manager.get(PAGE).status_code == 403  # Analysts alone look until the wave has ended.
    end_wave(console_app)
    to_approve, refused = manager.get(f"{PAGE}?lang=vi").text, step(manager, "approve")

    assert all(said in page for page in (before, entered, to_approve))
    assert 'name="knows_it_was_open" value="1" required' in to_approve
    assert "đánh dấu vào ô" in refused
    assert told(folder)["state"] == "draft"
    assert said in step(manager, "approve", knows_it_was_open="1")
    assert (told(folder)["state"], told(folder)["open_until"]) == ("approved", "2026-11-30")


def end_wave(app: Flask) -> None:
    with app.app_context():
        session = database.session()
        waves.close(session.query(Wave).one(), NOON)
        session.commit()


FIRST_LOOKS = (
    "",
    "/figures/probability/overall/index/all/all",
    "/figures.json",
    "/chart/overall.svg",
    "/file/report.pdf",
)


@pytest.mark.parametrize("role", ["manager", "approver", "viewer"])
def test_until_its_wave_is_closed_a_release_is_for_analysts_alone(
    console_app: Flask, analyst: Staff, folder: Path, role: str
) -> None:
    open_a_wave(console_app)
    person = staff.signed_in(console_app, role)
    pages = [f"/results/release-1{path}" for path in FIRST_LOOKS]
    refused, listed = [person.get(f"{page}?lang=vi") for page in pages], person.get("/results/?lang=vi").text

    assert {page.status_code for page in refused} == {403}
    assert "Cho đến khi đóng đợt, chỉ chuyên viên phân tích xem được" in refused[0].text
    assert "84,30" not in refused[0].text
    assert 'href="/results/release-1"' not in listed
    assert "Chỉ dành cho chuyên viên phân tích cho đến khi đóng đợt" in listed
    assert {analyst.get(page).status_code for page in pages} == {200}
    assert 'href="/results/release-1"' in analyst.get("/results/").text
    end_wave(console_app)
    assert {person.get(page).status_code for page in pages} == {200}
    assert 'href="/results/release-1"' in person.get("/results/").text


def test_what_the_offices_or_everybody_may_see_stays_in_sight_and_so_do_simulated_answers(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    show(analyst, manager)
    open_a_wave(console_app)
    assert manager.get("/results/release-1").status_code == 200
    step(analyst, "drop", reason="nhầm đợt")
    assert manager.get("/results/release-1").status_code == 403
    with console_app.app_context():
        database.session().query(Wave).one().simulated = True
        database.session().commit()
    assert manager.get("/results/release-1").status_code == 200


def test_an_approver_gives_number_and_day(console_app: Flask, analyst: Staff, folder: Path) -> None:
    approver = staff.signed_in(console_app, "approver")
    analyst.post(f"{PAGE}/enter")

    assert 'name="number"' in approver.get(PAGE).text
    assert "12/BC-PNV" in step(approver, "document", number="12/BC-PNV", day="2026-11-23")
    assert told(folder)["document_number"] == "12/BC-PNV"


def test_who_has_both_roles_does_not_approve_what_they_entered(console_app: Flask, folder: Path) -> None:
    with console_app.app_context():
        accounts.add_user(database.session(), "both@example.vn", staff.PASSWORD, ("analyst", "manager"))
        database.session().commit()
    both = Staff(console_app, "both@example.vn")
    both.post(f"{PAGE}/enter")
    page = step(both, "approve")

    assert "cần người thứ hai duyệt" in page
    assert "/publication/approve" not in page
    assert told(folder)["state"] == "draft"


def test_the_page_says_who_dropped_it_and_lets_it_be_entered_again(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    show(analyst, manager)
    page = step(analyst, "drop", reason="nhầm đợt")
    steps_said = re.findall(r"<dt>(Người[^<]*)</dt><dd>([^<]*)</dd>", page)

    assert [name for name, _said in steps_said] == [
        "Người đưa vào",
        "Người duyệt",
        "Người gửi cho các cơ quan được đánh giá",
        "Người bỏ",
    ]
    assert all(re.match(r"(analyst|manager)@example.vn, .*23/11/2026", said) for _name, said in steps_said), steps_said
    assert "nhầm đợt" in page
    again = analyst.post(f"{PAGE}/enter", follow=True).text
    assert "nhầm đợt" not in again
    assert (told(folder)["number"], told(folder)["state"]) == (2, "draft")


def test_an_office_sees_its_own_figures_by_its_link_and_replies(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    show(analyst, manager)
    link, office = office_link(manager), console_app.test_client()
    page = office.get(link)
    own = units(3)[0]["code"]
    figures = re.findall(r'data-figure="([^"#]+)#estimate"', page.text)

    assert page.headers["Cache-Control"] == "no-store"
    assert {name.split("/")[-1] for name in figures} == {own, "all"}
    assert [name for name in figures if name.endswith("/all/all")] == ["probability/overall/index/all/all"]
    assert office.post(link, data={"text": " "}).status_code == 422
    assert told(folder)["replies"] == []
    sent = office.post(link, data={"text": "<b>Chúng tôi</b> sẽ khắc phục."}, follow_redirects=True)
    assert "&lt;b&gt;Chúng tôi&lt;/b&gt; sẽ khắc phục." in sent.text
    assert told(folder)["replies"][0]["text"] == "<b>Chúng tôi</b> sẽ khắc phục."  # type: ignore[index]
    assert told(folder)["replies"][0]["unit"] == own  # type: ignore[index]
    console_app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=11)
    assert "Đã hết thời hạn" in office.post(link, data={"text": "Muộn"}, follow_redirects=True).text
    step(analyst, "drop", reason="nhầm")
    assert office.get(link).status_code == 404


def test_a_reply_that_was_sent_is_deleted_only_where_that_is_said(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    show(analyst, manager)
    link, office, own = office_link(manager), console_app.test_client(), units(3)[0]["code"]
    box, said = 'name="erase"', "Đã ghi nhận: cơ quan không có ý kiến"
    empty_pages = office.get(link).text + manager.get("/results/release-1/offices").text
    first = office.post(link, data={"nothing": "1"}, follow_redirects=True).text
    office.post(link, data={"text": "Sẽ khắc phục."})
    asked = office.get(link).text
    refused = office.post(link, data={"nothing": "1", "text": "Sẽ khắc phục ngay."}).text
    by_staff = manager.post("/results/release-1/offices", follow=True, office=own, text=" ").text

    assert box not in empty_pages
    assert said in first
    assert box in asked
    for page in (refused, by_staff):
        assert "đánh dấu ô “Xóa ý kiến đã gửi”" in page
        assert box in page
    assert ">Sẽ khắc phục ngay.</textarea>" in refused  # What was typed meanwhile.
    assert [reply["text"] for reply in told(folder)["replies"]] == ["Sẽ khắc phục."]  # type: ignore[attr-defined]
    done = office.post(link, data={"nothing": "1", "erase": "1", "text": "Sẽ khắc phục."}, follow_redirects=True).text
    assert said in done
    assert "Sẽ khắc phục" not in done
    assert "Cơ quan đã báo không có ý kiến." in done
    assert told(folder)["replies"] == []


def test_an_office_sees_of_its_figures_what_the_public_will(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    own = units(3)[0]["code"]
    kept_back = {name for name in change_sizes(folder, f"unit/{own}") if name.endswith(f"unit/{own}")}
    show(analyst, manager)
    links = re.findall(r'href="http://localhost(/office/[^"]+)"', manager.get("/results/release-1/offices").text)
    small, large = (console_app.test_client().get(link).text for link in (links[0], links[-1]))

    assert kept_back == {f"probability/factor/A2/unit/{own}"}
    assert f"probability/factor/A1/unit/{own}#estimate" in small
    assert not any(name in small for name in kept_back)
    assert ">không nêu</td>" in small
    assert "Công chúng cũng chỉ xem được" in small
    assert "#low" in large
    assert ">không nêu</td>" not in large


def change_sizes(folder: Path, small: str) -> frozenset[str]:
    """Every unit has 40 people, one of them few answers to a factor, what the analysis keeps back then."""

    def change(row: dict[str, str]) -> dict[str, str]:
        if row["domain_type"] == "unit":
            row |= {"n": "40", "base": "20" if row["id"].endswith(f"A2/{small}") else "160"}
        return row

    manifest = json.loads((folder / "manifest.json").read_text())
    change_rows(folder, change)
    write_manifest(folder, manifest, datetime(2026, 11, 1, tzinfo=UTC))
    return decision.write(folder)


def test_nothing_is_shown_to_offices_before_it_is_decided_what_they_may_see(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    (folder / "kept_back.json").unlink()
    analyst.post(f"{PAGE}/enter")
    step(manager, "approve")

    assert "Hãy lập lại tài liệu" in step(manager, "show", days=10)
    assert told(folder)["state"] == "approved"
    assert "Hãy lập lại tài liệu" not in analyst.get("/results/release-1/documents").text


def test_a_forged_link_or_one_of_another_office_opens_nothing(
    console_app: Flask, analyst: Staff, manager: Staff
) -> None:
    show(analyst, manager)
    link = office_link(manager)
    key = console_app.config["SETTINGS"].token_key
    forged = (f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}", "/office/x", "/office/a.b")
    unknown = f"/office/{links.make(key, links.Link(1, 1, 'no-unit'))}"
    client = console_app.test_client()

    assert [client.get(path).status_code for path in (*forged, unknown)] == [404] * 4
    assert client.post(forged[0], data={"text": "x"}).status_code == 404


def test_a_correction_says_what_changed_and_both_can_be_read(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []  # The documents themselves are written in test_documents and in the browser's story.
    monkeypatch.setattr(analysis_door, "start_documents", lambda _settings, _survey, name, _at: begun.append(name))
    show(analyst, manager)
    step(manager, "document", number="12/BC-PNV", day="2026-11-23")
    console_app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=11)
    assert "Đã công bố" in step(manager, "publish")
    make_release_folder(folder.parent / "release-2", number_of_units=3, estimate=83.9)
    again = "/results/release-2/publication"
    make_release_folder(folder.parent / "release-3", number_of_units=3)
    assert "không có gì để đính chính" in analyst.get("/results/release-3/publication").text
    assert "báo cáo sẽ in lý do" in analyst.post(f"{again}/enter", follow=True).text
    analyst.post(f"{again}/enter", reason="Nhập nhầm hai phiếu.")
    manager.post(f"{again}/approve")
    manager.post(f"{again}/show", days=1)
    manager.post(f"{again}/document", number="15/BC-PNV", day="2026-12-04")
    link = re.search(r'href="http://localhost(/office/[^"]+)"', manager.get("/results/release-2/offices").text)
    assert link
    assert "Đây là bản đính chính" in (said := console_app.test_client().get(link[1]).text)
    assert "Nhập nhầm hai phiếu." in said
    console_app.config["CLOCK"] = lambda: factories.NOON + timedelta(days=20)
    manager.post(f"{again}/publish")
    page = manager.get(again).text
    corrects = told(folder.parent / "release-2")["corrects"]
    changed = {change["id"]: change for change in corrects["changes"]}  # type: ignore[index]

    assert changed["probability/overall/index/all/all"] == {
        "id": "probability/overall/index/all/all",
        "old": "84,30",
        "new": "83,90",
    }
    assert (corrects["number"], corrects["why"]) == (1, "Nhập nhầm hai phiếu.")  # type: ignore[index]
    assert "83,90" in page
    assert 'href="/ket-qua/sipas-2017/2/"' in page
    assert begun == ["release-1", "release-2"]
    assert (told(folder)["state"], told(folder)["corrected_by"]) == ("replaced", 2)
    old = analyst.get("/results/release-1")
    assert old.status_code == 200
    assert "đã được thay thế" in old.text


def test_the_documents_page_says_when_something_was_decided_after_they_were_written(
    analyst: Staff, folder: Path
) -> None:
    before = analyst.get("/results/release-1/documents").text
    analyst.post(f"{PAGE}/enter")

    assert "Có quyết định mới" not in before
    assert "Có quyết định mới" in analyst.get("/results/release-1/documents").text


def test_every_figure_has_its_page_and_the_api_says_the_same(analyst: Staff, folder: Path) -> None:
    found = analyst.get("/results/release-1/figures.json?level=factor&domain_type=all").get_json()
    page = analyst.get("/results/release-1?lang=vi").text
    linked = set(re.findall(r'href="/results/release-1/figures/([^"]+)"', page))
    whole = analyst.get("/results/release-1/figures.json").get_json()

    assert {row["domain_type"] for row in found["figures"]} == {"all"}
    assert linked == set(re.findall(r'data-figure="([^"#]+)#estimate"', page)) - {"open/overall/index/all/all"}
    assert len(whole["figures"]) > 200
    statuses = {analyst.get(row["page"]).status_code for row in whole["figures"][:: len(whole["figures"]) // 25]}
    assert statuses == {200}
    row = found["figures"][0]
    one = analyst.get(f"{row['page']}?lang=vi").text
    assert f'{row["id"]}#estimate">{row["shown"]["estimate"]["vi"]}' in one
    assert "Mẫu phân tầng" in one
    assert whole["release_hash"] in one
    assert analyst.get("/results/release-1/figures/probability/item/none/all/all").status_code == 404


def test_what_a_report_prints_beside_the_figures_has_a_page_of_its_own(analyst: Staff, folder: Path) -> None:
    index = "probability/overall/index/all/all"
    texts = {"estimate": {"vi": "77,74", "en": "77.74"}}
    change = {
        "from": "sipas-2016",
        "to": "sipas-2017",
        "id": index,
        "texts": {"change": {"vi": "-0,29", "en": "-0.29"}},
    }
    period = {
        "slug": "sipas-2016",
        "release_hash": "a1b2",
        "figures": {index: {"n": 8000, "base": 9000, "texts": texts}},
    }
    (folder / "earlier.json").write_text(json.dumps({"periods": [period], "changes": [change]}), "utf-8")
    (folder / "drivers.csv").write_text("wave,series,level,code,n,gain\nw1,probability,factor,A3,19908,7.96\n", "utf-8")
    context = json.loads((folder / "context.json").read_text("utf-8"))
    gain = {"vi": "số điểm chỉ số tăng thêm", "en": "points of the index"}
    context["drivers"] = {
        "reading": {"vi": "Đọc thế này.", "en": "Read so."},
        "columns": {"drivers.csv": {"gain": gain}},
    }
    (folder / "context.json").write_text(json.dumps(context), "utf-8")

    def page(figure: str) -> str:
        return analyst.get(f"/results/release-1/figures/{figure}").text

    for figure, parts in {
        f"earlier/sipas-2016/{index}": {"estimate": "77,74", "n": "8000", "base": "9000", "release_hash": "a1b2"},
        f"change/sipas-2016/sipas-2017/{index}": {"change": "-0,29", "from": "sipas-2016"},
        "driver/w1/probability/factor/A3": {"gain": "7.96", "n": "19908"},
    }.items():
        shown = page(figure)
        for part, text in parts.items():
            assert f'data-figure="{figure}#{part}">{text}<' in shown
    assert "số điểm chỉ số tăng thêm" in page("driver/w1/probability/factor/A3")
    for unknown in ("driver/w1/probability/factor/A9", f"earlier/sipas-2015/{index}", "change/x", "earlier"):
        assert analyst.get(f"/results/release-1/figures/{unknown}").status_code == 404


def test_a_share_is_named_by_its_question_and_its_answer(analyst: Staff, folder: Path) -> None:
    page = analyst.get("/results/release-1/figures/probability/item/A1.1%3D5/all/all?lang=en").text

    assert "<h1>Very satisfied</h1>" in page
    assert "number of seats" in page


def test_nothing_is_told_of_a_release_that_nobody_entered(console_app: Flask, analyst: Staff, folder: Path) -> None:
    analyst.get(PAGE)
    analyst.get("/results/release-1/offices")

    assert not (folder / "publication.json").exists()
    with console_app.app_context():
        assert steps.all_of(database.session()) == []
        assert database.session().query(Publication).count() == 0


def test_an_office_that_replies_without_end_is_braked(
    console_app: Flask, analyst: Staff, manager: Staff, folder: Path
) -> None:
    show(analyst, manager)
    page = manager.get("/results/release-1/offices").text
    links = list(dict.fromkeys(re.findall(r'href="http://localhost(/office/[^"]+)"', page)))
    office = console_app.test_client()
    said = [office.post(links[0], data={"text": f"Lần {count}."}).status_code for count in range(21)]

    assert said == [302] * 20 + [429]
    assert "Vui lòng chờ mười phút" in office.post(links[0], data={"text": "Nữa."}).text
    assert office.post(links[1], data={"text": "Của xã khác."}).status_code == 302
    assert {reply["text"] for reply in told(folder)["replies"]} == {"Lần 19.", "Của xã khác."}  # type: ignore[attr-defined]


def test_the_survey_leads_to_its_publications(analyst: Staff, manager: Staff, folder: Path) -> None:
    analyst.post(f"{PAGE}/enter")

    assert f'<a href="{PAGE}">Bản công bố số 1</a>' in manager.get("/manage/surveys/sipas-2017").text
