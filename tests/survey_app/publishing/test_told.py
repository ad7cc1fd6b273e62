"""From the console's rules to the report: weights, switched points and late responses are told, or no longer match.

Extract, analysis and report are the real ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from analysis.__main__ import main
from analysis.report import printed
from analysis.report.blocks import Paragraph, Report, Table, plain
from analysis.report.content import compose
from analysis.report.translation import in_english
from survey_app import database, extract, late, releases, wave_life
from survey_app.models import Response, Wave
from survey_app.publishing import matching
from survey_app.wave_life import By, Switching
from tests import factories
from tests.conftest import make_app
from tests.survey_app.test_extract import SIPAS, make_answers, make_response

BY = By(factories.NOON)
RATED = {item.code: 4 for item in SIPAS.items}


@dataclass(frozen=True)
class Told:
    app: Flask
    folder: Path  # Of the release.

    @property
    def match(self) -> matching.Match:
        release = releases.find(self.folder.parent, self.folder.name)
        assert release is not None
        return matching.of_release(database.session(), release)


def _answer(session: Session, wave: Wave, number: int, state: str = "accepted", day: int = 20) -> None:
    point = factories.make_point(session, wave=wave, unit=session.info["unit"], mode="paper_self")
    place = {"unit_id": point.unit_id, "point_id": point.id, "mode": "paper_self", "state": state}
    for _ in range(number):
        make_response(session, wave, make_answers(SIPAS, **RATED), local_day=date(2026, 11, day), **place)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Two waves that are weighed anew, one with points switched off, both with late responses."""
    folder = tmp_path_factory.mktemp("told")
    app = make_app(folder, f"sqlite:///{folder / 'told.sqlite'}")
    with app.test_request_context("/?lang=vi"):
        session = database.session()
        session.info["unit"] = factories.make_unit(session)
        survey = factories.make_survey(session, combination="weighted")
        named = {"survey": survey, "slug": "dot-1", "combining_weight": 1.0}
        first = factories.make_wave(session, **named)
        second = factories.make_wave(session, **named | {"slug": "dot-2", "combining_weight": 3.0, "name_vi": "Đợt 2"})
        second.name_en = "Wave 2"
        for wave in (first, second):
            _answer(session, wave, 12)
        for number, day in ((3, 24), (2, 25)):
            _answer(session, first, number, "late", day)
        _answer(session, second, 1, "late")
        wave_life.weigh(session, second, 2.5, BY, "Số học sinh mới")
        places = {"wave": first, "unit": session.info["unit"]}
        switching, shut = Switching(session, False, BY), [factories.make_point(session, **places) for _ in range(2)]
        for point in shut:
            switching.switch(point, "Bão")
        late.decide(session, first, True, BY, "Bưu điện chậm", date(2026, 11, 24))
        late.decide(session, first, False, BY, "Quá hạn")
        session.commit()
        extract.write(session, survey, folder / "extract", factories.NOON)
        release = app.config["SETTINGS"].releases / "release-1"
        done = CliRunner().invoke(main, [str(folder / "extract"), "--out", str(release), "--no-documents"])
        assert done.exit_code == 0, done.output
        yield Told(app, release)
    app.extensions["engine"].dispose()


def _said(report: Report) -> str:
    """Paragraphs and rows of tables, a line each."""
    lines = []
    for block in report.blocks:
        if isinstance(block, Table):
            lines += [" | ".join(plain(cell) for cell in row.cells) for row in block.rows]
        elif isinstance(block, Paragraph):
            lines.append(plain(block.text))
    return "\n".join(lines)


VIETNAMESE = (
    "Quyền số kết hợp các đợt | Đợt 1: 1; Đợt 2: 2,5",
    "theo quyền số đã nêu: Đợt 1: 1; Đợt 2: 2,5.",
    "Đợt 2 | 12:00, 23/11/2026 | Đổi quyền số kết hợp của đợt từ 3 thành 2,5 | Số học sinh mới | Bằng câu lệnh",
    "Tắt 2 điểm khảo sát tại xã Thọ Hải (số điểm đang dùng: 5 → 3) | Bão",
    "Chấp nhận 3 phiếu đến muộn, gửi ngày 24/11/2026 | Bưu điện chậm",
    "Không chấp nhận 2 phiếu đến muộn, gửi ngày 25/11/2026 | Quá hạn",
    "6 phiếu được gửi sau khi đợt khảo sát đã đóng (phiếu đến muộn): 3 phiếu được chấp nhận, 2 phiếu không được chấp "
    "nhận, 1 phiếu chưa được xem xét.",
)
ENGLISH = (
    "Weights that combine the waves | Wave 1: 1; Wave 2: 2.5",
    "the mean of its waves by the stated weights: Wave 1: 1; Wave 2: 2.5.",
    "Wave 2 | 12:00, 23/11/2026 | Combining weight of the wave changed from 3 to 2.5 | Số học sinh mới | By command",
    "Collection points switched off at xã Thọ Hải: 2 (in use: 5 → 3) | Bão",
    "Late responses accepted: 3, sent on 24/11/2026 | Bưu điện chậm",
    "Late responses refused: 2, sent on 25/11/2026 | Quá hạn",
    "(late responses): 6; 3 were accepted, 2 refused, 1 are not decided.",
)


def test_the_report_tells_each_in_both_languages(told: Told) -> None:
    release = printed.read(told.folder)
    report = compose(release, {})
    vietnamese, english = _said(report), _said(in_english(report, release.context))

    for words in VIETNAMESE:
        assert words in vietnamese
    for words in ENGLISH:
        assert words in english


def test_a_combined_figure_names_the_weights_in_its_method(told: Told) -> None:
    figure = printed.read(told.folder).figures["combined/overall/index/all/all"]

    assert "waves by stated weights (dot-1 1, dot-2 2.5)" in figure.method
    assert figure.n == 27  # The three that were accepted are among them.


def test_what_was_decided_after_the_freeze_is_seen(told: Told) -> None:
    """A weight, and back again; then the late response of the second wave."""
    session = database.session()
    second = session.scalars(sa.select(Wave).where(Wave.slug == "dot-2")).one()
    found = [told.match]
    for weight, reason in ((99.0, "nghĩ lại"), (2.5, "như cũ")):
        wave_life.weigh(session, second, weight, BY, reason)
        session.commit()
        found.append(told.match)
    late.decide(session, second, True, BY, "Đủ mẫu")
    session.commit()
    found.append(told.match)

    assert [(one.state, one.same_rows, one.reweighed) for one in found] == [
        ("same", True, False),
        ("other", True, True),
        ("same", True, False),
        ("other", False, False),
    ]
    assert (found[3].then, found[3].now) == (27, 28)
    assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 30
