"""What other software asks for over HTTP: visit codes for a counter. Each point has its key; there is no cookie."""

import hmac
from typing import Any

from flask import Blueprint, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from survey_app import clock, database, points, waves
from survey_app.models import CollectionPoint
from survey_app.proofs import visits

blueprint = Blueprint("api", __name__, url_prefix="/api")
MOST_AT_ONCE = 100


class Refused(HTTPException):
    """Becomes a JSON object (see `errors`) with the kind of fault, for programs, and a sentence, for people."""

    def __init__(self, code: int, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.kind = code, kind

    def get_headers(self, *arguments: Any, **more: Any) -> list[tuple[str, str]]:
        bearer = [("WWW-Authenticate", "Bearer")] if self.code == 401 else []
        return [*super().get_headers(*arguments, **more), *bearer]


def holder_of_a_key() -> None:
    """Who may enter: whoever brings the key of the point that the request names."""
    scheme, _space, brought = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise _without_key()
    code = _point_named()
    point = points.find_point(database.session(), code) if set(code) <= set(points.ALPHABET) else None
    key = visits.point_key(current_app.config["SETTINGS"].token_key, point.code if point else "")
    if point is None or not hmac.compare_digest(brought.strip().encode(), key.encode()):
        raise _without_key()
    g.point = point


def _without_key() -> Refused:
    return Refused(401, "unauthorized", _("Send the key of the point: Authorization: Bearer …"))


def _point_named() -> str:
    """The code of the point, as the request names it."""
    named = _sent().get("point")
    return points.normal_code(named[:40]) if isinstance(named, str) else ""


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Refused(400, "bad_json", _("Send a JSON object with `point`, `group` and `count`."))
    return sent


@blueprint.post("/visit-codes")
def make_visit_codes() -> ResponseReturnValue:
    """Fresh codes of the point with their addresses. None is stored, so asking again gives others."""
    point, sent, today = g.point, _sent(), clock.local_day(clock.now())
    _check_point(point)
    count = sent.get("count", 1)
    if type(count) is not int or not 1 <= count <= MOST_AT_ONCE:
        raise Refused(422, "bad_count", _("`count` is a whole number from 1 to %(most)d.", most=MOST_AT_ONCE))
    settings = current_app.config["SETTINGS"]
    key = visits.point_key(settings.token_key, point.code)
    group = str(sent.get("group", ""))
    try:
        codes = [visits.new_code(key, group, today) for _number in range(count)]
    except ValueError as why:
        letters = points.ALPHABET
        raise Refused(422, "bad_group", _("`group` is one of the letters %(letters)s.", letters=letters)) from why
    return {
        "point": point.code,
        "group": group,
        "valid_until": visits.last_day(today).isoformat(),
        "codes": [{"code": code, "url": visits.url(settings.public_url, point.code, code)} for code in codes],
    }


def _check_point(point: CollectionPoint) -> None:
    if point.mode != visits.MODE:
        raise Refused(409, "not_a_visit_point", _("This point is not of the mode “visit code”: no code opens it."))
    if not point.active or waves.state(point.wave, clock.now()) in ("closed", "retired"):
        raise Refused(409, "closed", _("This point takes no answers any more."))
