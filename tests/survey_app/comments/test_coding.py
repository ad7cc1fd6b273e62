"""Comments are read in no order of time, coded by persons, and their codes follow them into the extract."""

import csv
import json
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app import corrections, database, extract
from survey_app.comments import coding, reading
from survey_app.comments.reading import Wanted
from survey_app.models import CommentTheme
from survey_app.wave_life import By
from tests import factories
from tests.survey_app.comments.wave_of_comments import TEXTS, make_comment, make_comments
from tests.survey_app.test_extract import make_answers, make_response

TODAY = date(2026, 11, 23)


def pages(session: Session, wave: object, size: int, **wanted: str) -> list[list[str]]:
    """The texts of every page in turn."""
    found, after, more = [], "", True
    while more:
        page, more = reading.page(session, wave, Wanted(**wanted, after=after), TODAY, size)  # type: ignore[arg-type]
        found.append([comment.text for comment in page])
        after = page[-1].key if page else ""
    return found


def test_pages_hold_every_comment_once_in_the_order_of_random_ids(app_on_any_database: Flask) -> None:
    session = database.session()
    point, made = make_comments(session)
    make_comment(session, point, "Viết hôm nay", local_day=TODAY)
    make_comment(session, point, "Đến muộn", state="late")
    make_comment(session, point, "   ")
    by_id = [response.id for response in sorted(made, key=lambda response: response.id.hex)]
    texts = {response.id: text for response, text in zip(made, TEXTS, strict=True)}

    assert pages(session, point.wave, 2, state="all") == [
        [texts[one] for one in by_id[:2]],
        [texts[one] for one in by_id[2:4]],
        [texts[one] for one in by_id[4:]],
    ]
    # The wave is over: what was written on its last day shows, too.
    assert reading.page(session, point.wave, Wanted(), date(2026, 12, 1), 9)[0][0].question == "comment"
    assert len(reading.page(session, point.wave, Wanted(), date(2026, 12, 1), 9)[0]) == 6


def test_each_comment_is_shown_with_its_own_unit_where_a_code_was_used_again(session: Session) -> None:
    """Before a merger and after it, and with the unit after the next one."""
    wave = factories.make_wave(session)
    for name, first in (("Thọ Hải", date(2004, 1, 1)), ("Hải Diên", date(2026, 11, 10)), ("Mai sau", date(2027, 1, 1))):
        unit = factories.make_unit(session, name=name, valid_from=first)
        make_comment(session, factories.make_point(session, wave=wave, unit=unit), f"Viết ở {name}")

    found, _more = reading.page(session, wave, Wanted(), TODAY, 9)

    assert len(found) == 3
    assert all(comment.text == f"Viết ở {comment.unit.removeprefix('xã ')}" for comment in found)


def test_a_response_with_two_comments_may_end_a_page_between_them(session: Session) -> None:
    wave = factories.make_wave(session, "yte_ngoaitru")
    point = factories.make_point(session, wave=wave)
    answers = make_answers(loader.load_builtin("yte_ngoaitru"), G3="Khám lâu", G4="Thêm ghế")
    for _ in range(2):
        make_response(session, wave, answers, unit_id=point.unit_id, point_id=point.id, local_day=date(2026, 11, 2))

    assert pages(session, wave, 1, state="all") == [["Khám lâu"], ["Thêm ghế"], ["Khám lâu"], ["Thêm ghế"]]
    assert reading.progress(session, wave, TODAY) == reading.Progress(4, 0)


def test_codes_are_given_replaced_and_taken_back(app_on_any_database: Flask) -> None:
    session = database.session()
    point, (first, second, *_) = make_comments(session)
    coder = factories.make_user(session).id
    one, two = (first.id, "comment"), (second.id, "comment")

    before = coding.code(session, point.wave, {one: ["waiting", "attitude"], two: ["facilities"]}, coder, TODAY)
    assert before == {one: [], two: []}
    assert coding.code(session, point.wave, {one: ["attitude", "waiting"]}, coder, TODAY) == {}
    assert coding.code(session, point.wave, {one: ["nothing", "praise", "nonsense"]}, coder, TODAY) == {
        one: ["waiting", "attitude"]
    }
    assert coding.given(session, [one, two]) == {one: ["praise"], two: ["facilities"]}
    assert reading.progress(session, point.wave, TODAY) == reading.Progress(5, 2)
    assert pages(session, point.wave, 9, state="coded", theme="praise") == [[TEXTS[0]]]
    assert sorted(pages(session, point.wave, 9)[0]) == sorted(TEXTS[2:])

    coding.code(session, point.wave, before, coder, TODAY)
    assert reading.progress(session, point.wave, TODAY).coded == 0


def test_a_comment_of_another_wave_is_not_coded(session: Session) -> None:
    _point, (response, *_) = make_comments(session)
    other = factories.make_wave(session, survey=factories.make_survey(session, "other"))

    coding.code(session, other, {(response.id, "comment"): ["praise"]}, factories.make_user(session).id, TODAY)

    assert session.query(CommentTheme).count() == 0


def test_whoever_corrects_a_comment_has_it_read_again(session: Session) -> None:
    wave = factories.make_wave(session)
    case = factories.make_case(session, wave, factories.make_unit(session), disposition="complete")
    answers = make_answers(loader.load_builtin("sipas2017"), comment="Chờ lâu", N7="no")
    response = make_response(session, wave, answers, unit_id=case.unit_id, case_id=case.id, mode="tablet")
    by, key = By(factories.NOON, factories.make_user(session).id), (response.id, "comment")
    assert by.account_id
    coding.code(session, wave, {key: ["waiting"]}, by.account_id, TODAY)

    other = make_answers(loader.load_builtin("sipas2017"), comment="Chờ lâu", N7="yes")
    corrections.correct(session, response, other, by, "gõ nhầm")
    assert coding.given(session, [key]) == {key: ["waiting"]}

    other = make_answers(loader.load_builtin("sipas2017"), comment="Không chờ lâu", N7="yes")
    corrections.correct(session, response, other, by, "gõ nhầm")
    assert coding.given(session, [key]) == {key: []}


def test_codes_reach_the_extract_without_comment_coder_day_or_order(app_on_any_database: Flask, tmp_path: Path) -> None:
    session = database.session()
    point, made = make_comments(session)
    extract.write(session, point.wave.survey, tmp_path / "before", factories.NOON)
    coder = factories.make_user(session).id
    void = make_comment(session, point, "Khen", void=True)
    for response, theme in zip(
        [*made, void], ("waiting", "facilities", "praise", "nothing", "other", "praise"), strict=True
    ):
        coding.code(session, point.wave, {(response.id, "comment"): [theme]}, coder, TODAY)
    extract.write(session, point.wave.survey, tmp_path / "after", factories.NOON)

    with (tmp_path / "after" / "comment_themes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = json.loads((tmp_path / "after" / "themes.json").read_text("utf-8"))
    manifests = [json.loads((tmp_path / name / "manifest.json").read_text("utf-8")) for name in ("before", "after")]
    assert [row["id"] for row in rows] == sorted(str(response.id) for response in made)
    assert set(rows[0]) == {"id", "question", "theme"}
    assert {row["theme"] for row in rows} == {one["code"] for one in names["themes"]}
    assert names["nothing"] == ["nothing"]
    assert {"comment_themes.csv", "themes.json"} == set(manifests[1]["files"]) - set(manifests[0]["files"])
