"""`make_…` functions with good defaults: a test names only what it is about."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app.instruments import drafts
from survey_app.models import Case, CollectionPoint, Draft, InstrumentVersion, Survey, Unit, User, Wave
from survey_app.points import new_code

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # Midday in Asia/Ho_Chi_Minh.


def make_unit(session: Session, code: str = "15520", **fields: Any) -> Unit:
    unit = Unit(**{"code": code, "name": "Thọ Hải", "type": "xã", "valid_from": date.min} | fields)
    session.add(unit)
    session.flush()
    return unit


def make_user(session: Session, email: str = "an@example.vn", **fields: Any) -> User:
    """An account that nobody signs in with."""
    user = User(**{"email": email, "fs_uniquifier": email, "name": "Lê Thị An"} | fields)
    session.add(user)
    session.flush()
    return user


def make_version(session: Session, code: str = "sipas2017", state: str = "published") -> InstrumentVersion:
    instrument = loader.load_builtin(code)
    content_hash = loader.content_hash(instrument)
    found = session.scalar(sa.select(InstrumentVersion).where(InstrumentVersion.content_hash == content_hash))
    if found is not None:
        return found
    version = InstrumentVersion(
        code=code,
        version=instrument.version,
        content_hash=content_hash,
        content=loader.to_json(instrument),
        state=state,
        published_at=NOON,
    )
    session.add(version)
    session.flush()
    return version


def make_draft(session: Session, editor_id: int, code: str = "sipas2017") -> Draft:
    """A draft made from the published version."""
    return drafts.start_from_version(session, editor_id, make_version(session, code), NOON)


def make_survey(session: Session, slug: str = "sipas-2026", **fields: Any) -> Survey:
    defaults = {
        "name_vi": "Khảo sát hài lòng về sự phục vụ hành chính năm 2026",
        "name_en": "Survey of satisfaction with administrative service 2026",
        "index_code": "sipas",
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 12, 31),
        "owner_vi": "Phòng Nội vụ huyện Thọ Xuân",
        "owner_en": "Office of Home Affairs of Thọ Xuân district",
        "method_vi": "QĐ 2640/QĐ-BNV",
        "method_en": "Decision 2640/QĐ-BNV",
        "units_on": date(2017, 6, 1),
    }
    survey = Survey(**{"slug": slug} | defaults | fields)
    session.add(survey)
    session.flush()
    return survey


def make_wave(session: Session, instrument: str = "sipas2017", **fields: Any) -> Wave:
    survey = fields.pop("survey", None) or make_survey(session)
    defaults = {
        "slug": f"{survey.slug}-dot-1",
        "name_vi": "Đợt 1",
        "name_en": "Wave 1",
        "instrument_version": make_version(session, instrument),
        "opens_on": date(2026, 11, 1),
        "closes_on": date(2026, 11, 30),
    }
    wave = Wave(**{"survey": survey} | defaults | fields)
    session.add(wave)
    session.flush()
    return wave


def make_point(session: Session, **fields: Any) -> CollectionPoint:
    wave = fields.pop("wave", None) or make_wave(session)
    unit = fields.pop("unit", None) or make_unit(session)
    defaults = {
        "code": new_code(),
        "label_vi": "Bộ phận Một cửa xã Thọ Hải",
        "label_en": "One-stop desk of Thọ Hải commune",
        "mode": "qr_open",
    }
    point = CollectionPoint(**{"wave": wave, "unit": unit} | defaults | fields)
    session.add(point)
    session.flush()
    return point


def make_case(session: Session, wave: Wave, unit: Unit, number: int = 1, **fields: Any) -> Case:
    defaults = {"stratum": unit.code, "psu": f"{unit.code}-01", "respondent_type": "citizen", "weight": 1.0}
    case = Case(**{"wave": wave, "unit": unit, "number": number} | defaults | fields)
    session.add(case)
    session.flush()
    return case
