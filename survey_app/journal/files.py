"""A journal that comes as a file: the last resort of a device that reaches no server. As often as one likes."""

import json
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app.enrolment import devices, p256
from survey_app.journal import chain
from survey_app.journal.after_break import keep
from survey_app.journal.intake import Arrival
from survey_app.journal.taking import Broken, Office, Opened, take
from survey_app.models import Device

FORMAT = "hailong-journal-1"
LARGEST = 40 * 2**20


@dataclass(frozen=True)
class Imported:
    """`entries` were in the file; `new` of them had not come before."""

    device: Device
    entries: int
    new: int
    waiting: int


def import_file(
    session: Session, office: Office, content: bytes, arrival: Arrival, after_break: bool = False
) -> Imported:
    """All of a file or nothing of it; the session must be `writing`. What does not follow waits, if `after_break` says
    so, under the device that is returned. Raises ValueError with what to do.
    """
    device, sent = _read(session, content)
    runs = [_verified(device, run) for run in _runs(sent)]
    before, waiting, kept, lies_at = device.seq, 0, 0, device
    for run in runs:
        for start in range(0, len(run), chain.MOST):
            some = run[start : start + chain.MOST]
            taken = take(session, office, device.id, some, arrival, Opened(office.key, some))
            if not isinstance(taken, Broken):
                waiting += sum(receipt.state == "waiting" for receipt in taken.receipts)
                continue
            if not after_break:
                raise ValueError(_why_broken(taken, some[0].seq))
            found, new = keep(session, device, run[start:], arrival)
            lies_at, kept = found if new else lies_at, kept + new
            break
    return Imported(lies_at, sum(map(len, runs)), device.seq - before + kept, waiting + kept)


def _runs(sent: list[chain.Sent]) -> list[list[chain.Sent]]:
    """Entries without a hole between them: what the device has let go of is not in its file."""
    found: list[list[chain.Sent]] = []
    for one in sent:
        if found and one.seq == found[-1][-1].seq + 1:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _verified(device: Device, sent: list[chain.Sent]) -> list[chain.Entry]:
    try:
        return chain.verify(device.code, p256.key_of(device.public_key or b""), sent)
    except chain.BadEntry as error:
        sentence = _("Entry %(seq)d was changed after the device had signed it.", seq=error.seq)
        raise ValueError(sentence) from error


def _read(session: Session, content: bytes) -> tuple[Device, list[chain.Sent]]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("This is no file of a device's journal.")) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("device"), str):
        raise ValueError(_("This is no file of a device's journal."))
    device = devices.find(session, told["device"])
    if device is None or device.public_key is None:
        raise ValueError(_("This office knows no such device."))
    return device, chain.parse(told.get("entries"))


def _why_broken(broken: Broken, first: int) -> str:
    words = {
        "gap": _(
            "The file begins with entry %(first)d; entry %(following)d has not come yet: import the older file first.",
            first=first,
            following=broken.seq + 1,
        ),
        "fork": _("The file says something else than what came before: it is another journal of this device."),
    }
    return str(words[broken.kind])
