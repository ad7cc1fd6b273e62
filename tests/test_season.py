"""A season end to end by the real code: frame, design, seal, draw, fieldwork, close, extract, analysis, report.

The truth of every household is known, so the chain is judged by it; that the estimate is unbiased is shown over many
seasons by `benchmarks.season`, whose estimator is compared here with the report's.
"""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import docx
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from benchmarks.season import judged
from questionnaires.checking import check
from survey_app import accounts, database, extract, plans, responses, units, wave_life
from survey_app.answer.places import setting_of_case
from survey_app.casework import assignments, cases
from survey_app.casework.progress import in_use
from survey_app.clock import local_day
from survey_app.models import Case, Plan, Response, Wave
from survey_app.planning import bench
from survey_app.planning.bench import PlanFiles
from survey_app.simulation import fieldwork, forms
from survey_app.wave_life import By
from tests import factories, season
from tests.conftest import make_app
from tests.season import District

pytestmark = pytest.mark.slow
SEALED_AT = factories.NOON
DRAWN_AT, CLOSED_AT = SEALED_AT + timedelta(days=3), SEALED_AT + timedelta(days=6)
NAMES = UUID(int=2026)
NUMBER = "012345"
FULLY = forms.Manner(skips_item=0.0, skips_other=0.0)


@dataclass(frozen=True)
class Season:
    """What one season left behind."""

    place: District
    app: Flask
    wave_id: int
    plan: Path
    release: Path

    @property
    def figures(self) -> Mapping[str, Mapping[str, str]]:
        with (self.release / "figures.csv").open(encoding="utf-8") as file:
            return {row["id"]: row for row in csv.DictReader(file)}

    @property
    def promise(self) -> Any:
        return json.loads((self.plan / "promise.json").read_text(encoding="utf-8"))

    @property
    def tables(self) -> list[list[list[str]]]:
        """The tables of the report in Word, as the reader sees them."""
        document = docx.Document(str(self.release / "report.docx"))
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


@pytest.fixture(scope="module")
def spent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    folder, place = tmp_path_factory.mktemp("season"), season.district()
    app = make_app(folder, f"sqlite:///{folder / 'season.sqlite'}")
    with app.app_context():
        session = database.session()
        units.import_csv(session, fieldwork.UNITS_FILE.read_bytes())
        wave = factories.make_wave(session, simulated=True)
        files = PlanFiles(app.config["SETTINGS"].plans / str(wave.id))
        planned(session, wave, files, place)
        in_the_field(session, wave, files, place)
        wave_life.close(session, wave, By(CLOSED_AT), "Đã thu đủ phiếu")
        session.commit()
        extract.write(session, wave.survey, folder / "extract", CLOSED_AT)
        wave_id = wave.id
    # Once in thirty draws a hamlet of the least willing commune has one respondent: the office has chosen beforehand.
    how = ("--lonely-psu", "certainty")
    command = [sys.executable, "-m", "analysis", folder / "extract", "--out", folder / "release", *how]
    subprocess.run(command, check=True)
    yield Season(place, app, wave_id, files.sealed, folder / "release")
    app.extensions["engine"].dispose()


def planned(session: Session, wave: Wave, files: PlanFiles, place: District) -> None:
    """Frame, design, seal and draw, as the console and `hailong plan` do them."""
    known = plans.known(session, wave, "households", lambda _wave: files.frame)
    with files.bench() as folder:
        bench.check_frame(folder, "households", BytesIO(place.frame_csv()), known)
        bench.keep_frame(files, folder)
    plan = plans.keep_frame(session, wave, "households")
    plans.keep_design(plan, json.dumps(season.DESIGN))
    assert plans.obstacles(session, wave, plan, files) == []
    with files.bench() as folder:
        sealed = bench.seal(files, folder, plan.spec, SEALED_AT)
        plans.seal(session, wave, plan.spec, sealed, SEALED_AT)
        files.keep(folder / "sealed", files.sealed)
    with files.bench() as folder:
        drawn = bench.draw(files, folder, NUMBER, DRAWN_AT)
        rows = list(csv.DictReader((drawn / "cases.csv").read_text(encoding="utf-8").splitlines()))
        plans.draw(session, wave, NUMBER, rows, (drawn / "strata.json").read_text(encoding="utf-8"), DRAWN_AT)
        files.keep(drawn, files.sealed)


def in_the_field(session: Session, wave: Wave, files: PlanFiles, place: District) -> None:
    """Every case is visited; who does not answer is replaced while there are reserves; most are asked again."""
    home = {number: own for number, _hidden, own in plans.contacts(session, wave, files)}
    first, second = (
        accounts.add_user(session, f"{name}@example.vn", "một mật khẩu dài", ("officer",)) for name in "ab"
    )
    for again, officer in ((False, first), (True, second)):
        keys = [one.key for one in assignments.places(session, wave, again=again)]
        assert assignments.assign(session, wave, keys, officer.id, local_day(DRAWN_AT), again=again)[1] == 0
    waiting = list(session.scalars(sa.select(Case).where(Case.wave_id == wave.id, in_use()).order_by(Case.number)))
    for case in waiting:
        if not visited(session, case, place, home[case.number]) and cases.next_reserve(session, case):
            waiting.append(cases.replace(session, case))
    asked_again = sa.select(Case).where(Case.wave_id == wave.id, Case.reinterview_of_id.is_not(None))
    for case in session.scalars(asked_again.order_by(Case.number)).all()[1:]:
        if session.get_one(Case, case.reinterview_of_id).disposition == "complete":
            interviewed(session, case, place, home[case.number])


def visited(session: Session, case: Case, place: District, home: str) -> bool:
    outcome = season.outcome(0, place, home)
    if outcome == "complete":
        interviewed(session, case, place, home)
        return True
    for part in cases.PARTS if outcome == "not_contacted" else ("morning",):
        cases.settle(session, case, outcome, local_day(DRAWN_AT), part)
    return False


def interviewed(session: Session, case: Case, place: District, home: str) -> None:
    """As the officer's page keeps an interview, without the page."""
    setting, at = setting_of_case(case, "tablet"), when(case)
    checked = check(place.instrument, forms.fill(place.instrument, place.people[home], FULLY, setting), setting=setting)
    assert checked.answers is not None, checked.faults
    key = {"token_key": "key", "response_id": uuid5(NAMES, str(case.number)), "wave": case.wave, "case_id": case.id}
    said = {"mode": "tablet", "language": "vi", "answers": checked.answers, "begun": at, "sent": at}
    responses.store(session.connection(), unit_id=case.unit_id, point_id=None, **key, **said)
    case.disposition = "complete"
    session.flush()


def when(case: Case) -> datetime:
    """The fieldwork takes three days."""
    return DRAWN_AT + timedelta(days=case.number % 3)


def printed(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def percent(part: int, whole: int) -> str:
    """Rounded once, halves away from zero."""
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.01'), ROUND_HALF_UP)}".replace(".", ",")


def half_width(figure: Mapping[str, str]) -> str:
    return printed((float(figure["high"]) - float(figure["low"])) / 2)


def test_the_list_is_the_one_that_the_script_draws_again(spent: Season) -> None:
    with spent.app.app_context():
        plan = database.session().scalars(sa.select(Plan)).one()
        command = [sys.executable, "-I", str(spent.plan / "verify.py"), str(plan.commitment)]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_weights_of_each_commune_stand_for_its_hamlets_and_households(spent: Season) -> None:
    """Exactly to the hamlets, drawn with equal chances; to households on average over draws (`benchmarks.season`)."""
    plan = json.loads((spent.plan / "strata.json").read_text(encoding="utf-8"))
    people = {
        stratum["code"]: {psu["code"]: psu["population"] for psu in stratum["psus"]} for stratum in plan["strata"]
    }
    sums: dict[tuple[str, str], float] = defaultdict(float)
    with spent.app.app_context():
        drawn = sa.select(Case).where(
            Case.wave_id == spent.wave_id, Case.reserve == 0, Case.reinterview_of_id.is_(None)
        )
        for case in database.session().scalars(drawn):
            sums[case.stratum, case.psu] += case.weight

    for stratum in plan["strata"]:
        code, inverse = stratum["code"], stratum["psus_in_frame"] / len(stratum["psus"])
        of_hamlets = [sums[code, psu] / size for psu, size in people[code].items()]
        assert sum(of_hamlets) == pytest.approx(stratum["psus_in_frame"], rel=1e-12)
        assert sum(sums[code, psu] for psu in people[code]) == pytest.approx(inverse * sum(people[code].values()))


def test_the_index_is_that_of_those_who_answered_and_near_the_truth(spent: Season) -> None:
    figure = spent.figures["probability/overall/index/all/all"]
    homes, weights, strata = [], [], []
    with spent.app.app_context():
        session = database.session()
        wave, files = session.get_one(Wave, spent.wave_id), PlanFiles(spent.plan.parent)
        home = {number: own for number, _hidden, own in plans.contacts(session, wave, files)}
        answered = sa.select(Case).join(Response, Response.case_id == Case.id).where(Case.reinterview_of_id.is_(None))
        for case in session.scalars(answered):
            homes.append(home[case.number])
            weights.append(case.weight)
            strata.append(case.stratum)
    final = season.raised(weights, strata, spent.place.sizes)
    known = season.index(final, [spent.place.answers(home) for home in homes])

    assert int(figure["n"]) == len(homes)
    assert float(figure["estimate"]) == pytest.approx(known, abs=1e-6)
    # Hidden codes are new in every run and so is the draw: twice the half-width is passed once in 10,000 runs at most.
    assert abs(known - spent.place.index) < float(figure["high"]) - float(figure["low"])


def test_the_report_prints_promise_and_result_to_the_digit_of_their_files(spent: Season) -> None:
    (table,) = [table for table in spent.tables if table[0] == ["Nội dung", "Cam kết", "Kết quả", "Nhận xét"]]
    rows = {row[0]: row[1:] for row in table}
    whole, figure = spent.promise["rows"][0], spent.figures["probability/overall/index/all/all"]
    with spent.app.app_context():
        session = database.session()
        of_wave = sa.select(sa.func.count(Case.id)).where(Case.wave_id == spent.wave_id)
        used = session.scalar(of_wave.where(Case.replaces_id.is_not(None)))
        again = session.scalar(of_wave.where(Case.reinterview_of_id.is_not(None)))
        done = session.scalar(of_wave.where(Case.reinterview_of_id.is_not(None), Case.disposition == "complete"))
        tried = session.scalar(of_wave.where(in_use()))

    assert rows["Số trường hợp trong mẫu"][:2] == ["480", "480"]
    assert rows["Số người trả lời trong mẫu"][:2] == [str(round(whole["answers"])), figure["n"]]
    assert rows["Tỷ lệ trả lời, RR2 theo AAPOR (%)"][:2] == ["85,00", percent(int(figure["n"]), tried or 0)]
    (error,) = [row for title, row in rows.items() if title.startswith("Sai số của chỉ số")]
    assert error[:2] == [printed(whole["half_width"]), half_width(figure)]
    (spare,) = [row for title, row in rows.items() if title.startswith("Trường hợp dự phòng")]
    assert spare[1] == str(used)
    assert rows["Số cuộc phúc tra"][:2] == [str(again), str(done)]
    assert rows["Số ngày điều tra viên làm việc"][:2] == [str(spent.promise["work"]["days"]), "3"]


def test_the_report_prints_what_each_commune_was_promised(spent: Season) -> None:
    (table,) = [table for table in spent.tables if table[0][0] == "Đơn vị, đối tượng"]
    promised = [row for row in spent.promise["rows"] if row["level"] == "unit"]

    assert len(table) == 1 + len(promised) == 7
    for printed_row, row in zip(table[1:], promised, strict=True):
        figure = spent.figures[f"probability/overall/index/unit/{row['code']}"]
        expected = [str(row["cases"]), str(round(row["answers"])), figure["n"], printed(row["half_width"])]
        assert printed_row[1:6] == [*expected, half_width(figure)]


def test_the_report_names_the_commitment_and_the_outcomes(spent: Season) -> None:
    text = "\n".join(cell for table in spent.tables for row in table for cell in row)
    with spent.app.app_context():
        commitment = str(database.session().scalar(sa.select(Plan.commitment)))

    assert commitment in text
    assert f"{NUMBER}; {season.PUBLIC_NUMBER['source']}" in text
    assert "Niêm phong kế hoạch chọn mẫu" in text
    for code in ("1.1", "2.11", "2.20"):
        assert any(row[0] == code for table in spent.tables for row in table)


def test_over_seasons_weights_sum_to_the_frame_and_the_index_is_unbiased() -> None:
    """The short form of `benchmarks.season`; the weights of the draw alone would lean towards the content."""
    found = judged(season.district(), 30)

    assert all(found.held.values()), found
    assert found.bias_of_drawn > found.bias + 0.2
