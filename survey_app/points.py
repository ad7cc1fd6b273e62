"""Collection points: finding one by the code that people scan or type, making them, describing them."""

import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, defaultload, defer, joinedload

from questionnaires import loader
from questionnaires.model import CounterInstrument
from survey_app import waves
from survey_app.models import CollectionPoint, InstrumentVersion, Survey, Unit, Wave, alphabet
from survey_app.models.points import WITHOUT_SHEET

# Without 0 O 1 I L U: a code is typed by hand from a sheet on the wall.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 7
COUNTER_MODE = "counter_3"
OFFERED_MODES = ("qr_open", "qr_slip", "visit_code", "kiosk", "paper_self")
ONE_STOP_VI, ONE_STOP_EN = "Bộ phận Một cửa", "One-stop desk"


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def letters(number: int, count: int) -> str:
    """The last `count` digits of a number, in the letters that can be told apart on paper."""
    found = []
    for _ in range(count):
        number, digit = divmod(number, len(ALPHABET))
        found.append(ALPHABET[digit])
    return "".join(reversed(found))


def number_of(code: str) -> int:
    """The number that `letters` wrote."""
    number = 0
    for letter in code:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number


def normal_code(typed: str) -> str:
    """The code as stored, from what somebody typed: any case or width of letters, with spaces or dashes."""
    return unicodedata.normalize("NFKC", typed).upper().replace("-", "").replace(" ", "")


# With all that its pages say of a point.
LOADED = (
    joinedload(CollectionPoint.wave).options(joinedload(Wave.survey), joinedload(Wave.instrument_version)),
    joinedload(CollectionPoint.unit),
)


def _with_wave() -> sa.Select[CollectionPoint]:
    return sa.select(CollectionPoint).options(*LOADED)


# Made once, and without the two long texts: it runs for every page and every answer of a citizen.
_BY_CODE = (
    _with_wave()
    .where(CollectionPoint.code == sa.bindparam("code"))
    .options(
        defaultload(CollectionPoint.wave).options(
            defer(Wave.plan_json), defaultload(Wave.instrument_version).defer(InstrumentVersion.content)
        )
    )
)


def find_point(session: Session, code: str) -> CollectionPoint | None:
    """The point with its wave, survey, instrument version and unit loaded."""
    return session.scalar(_BY_CODE, {"code": normal_code(code)})


def of_waves(session: Session, survey: str | None = None, wave: str | None = None) -> list[CollectionPoint]:
    """The points of a survey or wave, by its slug, or of all; in the order of waves, units and labels."""
    query = _with_wave().join(CollectionPoint.wave).join(Wave.survey).join(CollectionPoint.unit)
    if survey is not None:
        query = query.where(Survey.slug == survey)
    if wave is not None:
        query = query.where(Wave.slug == wave)
    order = (Wave.opens_on, Wave.slug, Unit.code, CollectionPoint.label_vi, CollectionPoint.id)
    return list(session.scalars(query.order_by(*order)))


def listed(wave: Wave, typed: str = "", mode: str = "", active: str = "") -> sa.Select[CollectionPoint]:
    """The points of a wave in no order; words of label or unit, the mode, and "yes" or "no" narrow them."""
    query = sa.select(CollectionPoint).join(CollectionPoint.unit).where(CollectionPoint.wave_id == wave.id)
    labels = (CollectionPoint.label_vi, CollectionPoint.label_en)
    query = query.where(alphabet.holds(typed, *labels, Unit.type, Unit.name, Unit.code, CollectionPoint.code))
    if mode:
        query = query.where(CollectionPoint.mode == mode)
    return query.where(CollectionPoint.active == (active == "yes")) if active in ("yes", "no") else query


def count(session: Session, wave: Wave) -> int:
    return session.scalar(sa.select(sa.func.count(CollectionPoint.id)).where(CollectionPoint.wave_id == wave.id)) or 0


def modes_of(session: Session, wave: Wave) -> set[str]:
    """The modes that its points have."""
    return set(session.scalars(sa.select(CollectionPoint.mode).where(CollectionPoint.wave_id == wave.id).distinct()))


def to_hang(found: Iterable[CollectionPoint]) -> list[CollectionPoint]:
    """Those whose sheet is hung up: in use, and open to everybody."""
    return [point for point in found if point.active and point.mode not in WITHOUT_SHEET]


def url(public_url: str, code: str) -> str:
    """The address that the QR carries."""
    return f"{public_url}/p/{code}"


def describe(point: CollectionPoint, public_url: str, at: datetime) -> dict[str, str]:
    """The point as scripts read it (`hailong points --json`)."""
    return {
        "code": point.code,
        "url": url(public_url, point.code),
        "unit": point.unit.code,
        "survey": point.wave.survey.slug,
        "wave": point.wave.slug,
        "instrument": point.wave.instrument_version.code,
        "mode": point.mode,
        "state": waves.state(point.wave, at) if point.active else "inactive",
    }


def modes_offered(wave: Wave) -> tuple[str, ...]:
    """The modes a new point of the wave may have: a counter's three levels are a series of their own."""
    instrument = loader.from_json(wave.instrument_version.content)
    return (COUNTER_MODE,) if isinstance(instrument, CounterInstrument) else OFFERED_MODES


def add(session: Session, wave: Wave, unit: Unit, label_vi: str, label_en: str, **fields: str) -> CollectionPoint:
    """A new point with a code of its own; `fields` are its mode, kind, variant and procedure."""
    point = CollectionPoint(
        code=_unused_code(session), wave=wave, unit=unit, label_vi=label_vi, label_en=label_en, **fields
    )
    session.add(point)
    session.flush()
    return point


def add_missing(session: Session, wave: Wave, units: Iterable[Unit], **fields: str) -> list[CollectionPoint]:
    """One point with the mode and kind of `fields` for each unit that has none of that mode in the wave yet."""
    mode = fields.setdefault("mode", modes_offered(wave)[0])
    taken = sa.select(CollectionPoint.unit_id).where(CollectionPoint.wave_id == wave.id, CollectionPoint.mode == mode)
    have, codes = set(session.scalars(taken)), set(session.scalars(sa.select(CollectionPoint.code)))
    added = []
    for unit in units:
        if unit.id not in have:
            labels = dict(zip(("label_vi", "label_en"), default_labels(unit), strict=True))
            added.append(CollectionPoint(code=_code_beside(codes), wave=wave, unit=unit, **labels, **fields))
    session.add_all(added)
    session.flush()
    return added


def _code_beside(codes: set[str]) -> str:
    """A new code that is none of these, and is one of them from now on: thousands at once ask no query each."""
    while (code := new_code()) in codes:
        pass
    codes.add(code)
    return code


def default_labels(unit: Unit) -> tuple[str, str]:
    """What the sheet of a unit's desk says, until a manager names it otherwise."""
    if unit.type in ("xã", "thị trấn", "phường"):
        return f"{ONE_STOP_VI} {unit.full_name}", f"{ONE_STOP_EN}, {unit.full_name}"
    return unit.full_name, unit.full_name


def _unused_code(session: Session) -> str:
    code = new_code()
    while session.scalar(sa.select(CollectionPoint.id).where(CollectionPoint.code == code)) is not None:
        code = new_code()
    return code
