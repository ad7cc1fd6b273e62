"""What an interview is recognised by, without what was answered: for whoever has to decide whether it was one."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from survey_app import paradata
from survey_app.models import Case, CollectionPoint, Response, Unit, User

CLOCK_OFF = 5  # Minutes that a device may be wrong.
FLAGS = {
    "late": _("sent after the close of the wave"),
    "again": _("second interview"),
    "other_type": _("somebody of another type answered than was drawn"),
    "recounted": _("the grown-ups of the household were counted anew"),
    "clock": _("the clock of the device was wrong"),
    "typed_twice": _("typed by two people"),
}


@dataclass(frozen=True)
class Interview:
    """`flags`: what was unusual about it, in words."""

    case: Case | None
    point: CollectionPoint | None
    unit: Unit | None
    officer: str
    seconds: int | None
    flags: tuple[str, ...]


def of_response(session: Session, response: Response) -> Interview:
    how = paradata.read(response.paradata)
    case = session.get(Case, response.case_id) if response.case_id else None
    officer_id = how.officer or (case.officer_id if case else None)
    officer = session.get(User, officer_id) if officer_id else None
    return Interview(
        case,
        session.get(CollectionPoint, response.point_id) if response.point_id else None,
        session.get(Unit, response.unit_id),
        (officer.name or officer.email) if officer else "",
        how.total,
        tuple(str(FLAGS[flag]) for flag in _flags(response, case, how)),
    )


def _flags(response: Response, case: Case | None, how: paradata.Paradata) -> list[str]:
    holds = {
        "late": response.state != "accepted",
        "again": case is not None and case.reinterview_of_id is not None,
        "other_type": bool(how.other_type),
        "recounted": how.first_count is not None,
        "clock": abs(how.clock or 0) >= CLOCK_OFF,
        "typed_twice": bool(how.typed_twice),
    }
    return [flag for flag, is_so in holds.items() if is_so]
