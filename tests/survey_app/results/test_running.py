"""The pages of a running survey: a snapshot is taken, filtered, downloaded; what waits stays hidden."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from survey_app import database
from survey_app.commands import cli
from survey_app.models import CollectionPoint, Response
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.answer.conftest import GOOD
from tests.survey_app.results import test_door
from tests.survey_app.results.test_door import wait_for

PAGE = "/results/running/sipas-2026"


def answer(app: Flask, point_id: int, count: int) -> None:
    with app.app_context():
        session = database.session()
        test_door.answer(session, session.get_one(CollectionPoint, point_id), count)
        session.commit()


@pytest.fixture
def points(console_app: Flask) -> tuple[int, int]:
    """Two communes with paper forms."""
    with console_app.app_context():
        session = database.session()
        first = factories.make_point(session, mode="paper_self")
        second = factories.make_point(
            session, wave=first.wave, unit=factories.make_unit(session, "15535", name="Xuân Hưng"), mode="paper_self"
        )
        session.commit()
        return first.id, second.id


def take(app: Flask, monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    at = factories.NOON + timedelta(days=day)
    settings = app.config["SETTINGS"]
    monkeypatch.setenv("INSTANCE", str(settings.instance))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setattr("survey_app.clock.now", lambda: at)
    done = app.test_cli_runner().invoke(cli, ["dashboard"])
    assert done.exit_code == 0, done.output


def table(staff: Staff, query: str = "") -> dict[tuple[str, str], dict[str, str]]:
    text = staff.get(f"{PAGE}.csv?lang=en{query}").get_data(as_text=True).removeprefix("\ufeff")
    return {(row["table"], row["code"]): row for row in csv.DictReader(io.StringIO(text))}


def test_what_is_shown_comes_in_fives_and_can_be_taken_home(
    console_app: Flask, points: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst = signed_in(console_app, "analyst")
    answer(console_app, points[0], 40)
    answer(console_app, points[1], 4)
    take(console_app, monkeypatch, 0)
    first = table(analyst)
    answer(console_app, points[0], 3)
    answer(console_app, points[1], 1)
    take(console_app, monkeypatch, 1)
    second = table(analyst)
    page = analyst.get(f"{PAGE}?lang=en&units=15535").text
    few = {key: row for key, row in table(analyst, "&units=15535").items() if key[0] == "item"}

    assert first["index", "index"]["respondents"] == "40"  # The four wait.
    assert second["index", "index"]["respondents"] == "45"  # The four and one more; the other three wait.
    assert second["snapshot", "1"]["respondents"] == "40"
    assert table(analyst, "&units=15535")["index", "index"]["respondents"] == "5"
    assert "5 respondents" in page
    assert "Fewer than 5 answers." in page
    assert "Interim and without weights" in page
    good = [code for code, value in GOOD.items() if code.startswith("A") and value in "45"]
    assert {second["item", code]["percent"] for code in good} == {"100.0"}
    assert {few["item", code]["answers"] for code in good} == {"5"}
    assert {(row["percent"], row["plus_minus"], row["satisfied"]) for row in few.values()} == {("", "", "")}
    assert "an item counts from 30 answers on" in page
    assert "±" not in page.partition('id="items"')[2].partition("</table>")[0]
    assert {path.name for path in ledger(console_app).parent.iterdir()} == {
        *("0001.json", "0002.json", "ledger.json", "lock"),
    }


def ledger(app: Flask) -> Path:
    found: Path = app.config["SETTINGS"].dashboards / "sipas-2026" / "ledger.json"
    return found


def test_nothing_of_a_single_answer_is_in_a_snapshot_or_left_behind(
    console_app: Flask, points: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(console_app, points[0], 7)
    take(console_app, monkeypatch, 0)
    with console_app.app_context():
        ids = [str(row.id) for row in database.session().query(Response)]
    snapshot = (ledger(console_app).parent / "0001.json").read_text()

    assert len(ids) == 7
    assert not [name for name in ids if name in snapshot]
    assert set(json.loads(ledger(console_app).read_text())["counted"]) == set(ids)
    assert ledger(console_app).stat().st_mode & 0o077 == 0
    assert list(console_app.config["SETTINGS"].extracts.iterdir()) == []


def test_a_changed_snapshot_and_unknown_filters_are_refused(
    console_app: Flask, points: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst = signed_in(console_app, "analyst")
    answer(console_app, points[0], 7)
    take(console_app, monkeypatch, 0)
    unknown = ["wave=x", "units=99999", "types=%27", "units=15520&types=../.."]

    assert {query: analyst.get(f"{PAGE}?{query}").status_code for query in unknown} == dict.fromkeys(unknown, 404)
    path = ledger(console_app).parent / "0001.json"
    path.write_text(path.read_text().replace('"n": 7', '"n": 8'))
    page = analyst.get(f"{PAGE}?lang=en").text
    assert "0001.json is not what was written" in page
    assert "respondents" not in page


@pytest.mark.slow
def test_an_analyst_takes_the_days_snapshot_with_one_button_and_a_manager_only_reads(
    console_app: Flask, points: tuple[int, int]
) -> None:
    answer(console_app, points[0], 30)
    analyst, manager = signed_in(console_app, "analyst"), signed_in(console_app, "manager")
    assert manager.post(PAGE).status_code == 403
    analyst.post(PAGE)
    run = wait_for(console_app, "sipas-2026.snapshot")

    assert (run.state, run.sentence) == ("finished", "")
    page = manager.get(f"{PAGE}?lang=en").text
    assert "30 respondents" in page
    assert "Take today" not in page


def numbers(app: Flask) -> list[str]:
    return sorted(path.stem for path in ledger(app).parent.glob("0*.json"))


def test_snapshots_end_with_the_last_wave_and_go_on_when_it_is_extended(
    console_app: Flask, points: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(console_app, points[0], 7)
    for day in (8, 8, 9):  # The wave ends on 30 November, 7 days after the first.
        take(console_app, monkeypatch, day)
    ended = numbers(console_app)
    with console_app.app_context():
        database.session().get_one(CollectionPoint, points[0]).wave.closes_on = date(2026, 12, 20)
        database.session().commit()
    take(console_app, monkeypatch, 10)

    assert (ended, numbers(console_app)) == (["0001"], ["0001", "0002"])


def test_a_survey_that_cannot_be_taken_keeps_no_other_from_it(
    console_app: Flask, points: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(console_app, points[0], 7)
    with console_app.app_context():
        session = database.session()
        other = factories.make_survey(session, slug="a-first")  # Before the other in the list.
        factories.make_wave(session, survey=other, slug="a-wave")
        counter = factories.make_survey(session, slug="a-counter")
        factories.make_wave(session, instrument="nd61_ba_muc", survey=counter, slug="a-counter-wave")
        session.commit()
    take(console_app, monkeypatch, 0)
    folder = ledger(console_app).parent.parent
    (folder / "a-first" / "ledger.json").unlink()
    with pytest.raises(AssertionError, match=r"a-first: .*no ledger") as failed:
        take(console_app, monkeypatch, 1)

    assert "a-counter" not in str(failed.value)
    assert numbers(console_app) == ["0001", "0002"]
    assert {path.name for path in folder.iterdir()} == {"a-first", "sipas-2026"}
