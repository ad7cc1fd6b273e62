"""What tablets and kiosks ask for: enrolment, the package, entries taken over, the end of a day (docs/tablets.md).

Every request but the first is signed by the device; there is no cookie and no session that could end.
"""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from survey_app import clock, database
from survey_app.answer.compression import SHORTEST, accepts_gzip
from survey_app.enrolment import devices, office_key, p256
from survey_app.enrolment.office_key import OfficeKey
from survey_app.field.package import package
from survey_app.journal import chain, closing, taking
from survey_app.journal.chain import Hash, Sent, Seq
from survey_app.journal.intake import Arrival
from survey_app.models import Device
from survey_app.proofs import presence

blueprint = Blueprint("device", __name__, url_prefix="/api/device")
MOST_BYTES = 4_000_000
BUSY_SECONDS = 1
# One batch at a time in each process: fifty tablets that come back at once must not keep citizens waiting behind them.
_turn = threading.BoundedSemaphore(1)
T = TypeVar("T", bound=BaseModel)


class Refused(HTTPException):
    """A refusal of ours with its kind, for the device, and what else it needs to go on."""

    def __init__(self, code: int, kind: str, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.code, self.kind, self.more = code, kind, more


class Enrolment(BaseModel):
    code: str = Field(max_length=40)
    public_key: str = Field(max_length=200)


class Entries(BaseModel):
    now: AwareDatetime
    entries: list[Sent] = Field(min_length=1, max_length=chain.MOST)


class Again(BaseModel):
    now: AwareDatetime
    seqs: list[Seq] = Field(max_length=chain.MOST)


class Day(BaseModel):
    now: AwareDatetime
    seq: int = Field(strict=True, ge=0, lt=2**31)
    head: Hash


def known_device() -> None:
    """Who may enter: whoever signed this very request with the key of a device that was enrolled."""
    request.max_content_length = MOST_BYTES
    if request.endpoint == "device.enrol":
        return
    code, _space, signature = request.headers.get("Authorization", "").removeprefix("Device ").partition(" ")
    query = request.query_string.decode("latin-1")
    path = f"{request.path}?{query}" if query else request.path
    text = devices.request_text(request.method, path, request.get_data())
    with database.looking() as connection:
        found = devices.know(connection, code, text, signature.strip())
    if found is None:
        raise Refused(401, "unauthorized", _("This device is not known here, or the request was not signed by it."))
    g.device = found


@blueprint.post("/enrol")
def enrol() -> ResponseReturnValue:
    told, session = _read(Enrolment), database.writing(database.session())
    try:
        device = devices.enrol(session, _token_key(), told.code, p256.unbase64(told.public_key) or b"", clock.now())
    except (devices.BadCode, ValueError) as error:
        sentence = _("This code is mistyped, used or older than 24 hours. Ask the office for a new one.")
        raise Refused(403, "bad_code", sentence) from error
    session.commit()
    return _introduction(device)


def _introduction(device: Device) -> dict[str, Any]:
    whose: dict[str, Any] = {"officer": device.officer.name or device.officer.email} if device.officer else {}
    if device.point:
        name = {"vi": device.point.label_vi, "en": device.point.label_en}
        whose = {"point": {"code": device.point.code, "name": name}}
    key = p256.base64_of(_key().point)
    return {"device": device.code, "kind": device.kind, "office_key": key, **whose, "now": clock.now().isoformat()}


@blueprint.get("/package")
def take_along() -> ResponseReturnValue:
    if g.device.revoked:
        raise Refused(
            403, "revoked", _("This device was revoked. What it still holds can be sent; bring it to the office.")
        )
    session, known = database.session(), request.args.get("known", "").split(",")
    if g.device.seen_on != clock.local_day(clock.now()):
        devices.locked(database.writing(session), g.device.id).seen_on = clock.local_day(clock.now())
        session.commit()
    device = session.get_one(Device, g.device.id)
    brought = package(session, device, known, clock.now())
    if device.point:
        brought["point"]["presence"] = _presence(device.point.code)
    return {"now": clock.now().isoformat()} | brought


def _presence(point_code: str) -> dict[str, str]:
    """What a kiosk makes the codes of its screen from, and the address that they belong to."""
    settings = current_app.config["SETTINGS"]
    key = presence.point_key(settings.token_key, point_code)
    return {"key": key, "url": f"{settings.public_url}/k/{point_code}/"}


@blueprint.post("/entries")
def take_entries() -> ResponseReturnValue:
    told = _read(Entries)
    with _one_at_a_time():
        taken = _take(told)
    if isinstance(taken, taking.Broken):
        sentence = {
            "gap": _("Entries before these have not come yet: send them first."),
            "fork": _("Other entries came before under these numbers. The office sees it; nothing is lost."),
        }[taken.kind]
        raise Refused(409, taken.kind, sentence, seq=taken.seq, head=taken.head)
    return asdict(taken)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _turn.acquire(blocking=False):
        raise Refused(429, "busy", _("Others are sending just now. The device tries again by itself."))
    try:
        yield
    finally:
        _turn.release()


def _take(told: Entries) -> taking.Taken | taking.Broken:
    entries, arrival = _verified(told.entries), _arrival(told.now)
    opened = taking.Opened(_key(), entries, after=g.device.seq)
    session = database.writing(database.session())
    taken = taking.take(session, _office(), g.device.id, entries, arrival, opened)
    session.commit()  # Also what was noted about a break.
    return taken


def _verified(sent: list[Sent]) -> list[chain.Entry]:
    with database.looking() as connection:
        point = connection.execute(sa.select(Device.public_key).where(Device.id == g.device.id)).scalar_one()
    try:
        return chain.verify(g.device.code, p256.key_of(point or b""), sent)
    except chain.BadEntry as error:
        sentence = _("Entry %(seq)d was changed after the device had signed it.", seq=error.seq)
        raise Refused(422, "bad_entry", sentence, seq=error.seq) from error


@blueprint.post("/again")
def look_again() -> ResponseReturnValue:
    told, session = _read(Again), database.writing(database.session())
    receipts = taking.look_again(session, _office(), g.device.id, told.seqs)
    device = session.get_one(Device, g.device.id)
    receipts += taking.in_its_stead(session, _office(), device, told.seqs)
    answer = asdict(taking.Taken(receipts, device.seq, device.head))
    session.commit()
    return answer


@blueprint.post("/close")
def close() -> ResponseReturnValue:
    told, session = _read(Day), database.writing(database.session())
    closed = closing.close(session, _office(), g.device.id, told.seq, told.head, _arrival(told.now))
    session.commit()
    return asdict(closed) | {"day": closed.day.isoformat()}


def _read(shape: type[T]) -> T:
    try:
        return shape.model_validate(json.loads(request.get_data()))
    except (ValidationError, ValueError, RecursionError) as error:
        raise Refused(422, "bad_request", _("This request could not be read.")) from error


def _arrival(now: datetime) -> Arrival:
    at = clock.now()
    return Arrival(at, now - at)


def _key() -> OfficeKey:
    return office_key.of(current_app.config["SETTINGS"].instance)


def _token_key() -> str:
    return str(current_app.config["SETTINGS"].token_key)


def _office() -> taking.Office:
    return taking.Office(_key(), _token_key())


@blueprint.errorhandler(HTTPException)
def refuse(error: HTTPException) -> ResponseReturnValue:
    kinds = {413: "too_large", 422: "bad_request", 500: "fault", 503: "away"}
    kind = getattr(error, "kind", kinds.get(error.code or 500, "bad_request"))
    shown = {"kind": kind, "message": str(error.description), **getattr(error, "more", {})}
    headers = {401: {"WWW-Authenticate": "Device"}, 429: {"Retry-After": str(BUSY_SECONDS)}}
    return {"error": shown}, error.code or 500, headers.get(error.code or 500, {})


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(TimeoutError)
def database_away(_error: Exception) -> ResponseReturnValue:
    """Nothing was taken: the device keeps it and comes again."""
    shown = {"kind": "away", "message": _("The database cannot be reached just now. Nothing is lost; try again later.")}
    return {"error": shown}, 503, {"Retry-After": "30"}


@blueprint.after_request
def compress(response: Response) -> Response:
    """Forms are long and lines are slow."""
    body = response.get_data()
    if len(body) >= SHORTEST and accepts_gzip():
        response.set_data(gzip.compress(body, 6))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response
