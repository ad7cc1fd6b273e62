"""The code on a kiosk's screen that changes every minute: whoever opens the form with it has just stood before it.

The kiosk holds the key of its own point and makes codes without a line. A good code leaves the answer one of the open
QR, for staff stand there too; it is marked as given in the hall.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from survey_app import points

LENGTH = 6
MINUTES = 10  # As long as a code holds; the kiosk's clock may be a minute ahead.
MARK = "here"  # What a form's token carries in place of the code, which has done its work.
AWAY = "away"  # The same for a code that proves nothing: opened anywhere, and not on the kiosk either.


def point_key(token_key: str, point_code: str) -> str:
    """32 hexadecimal digits that make nothing but this point's codes."""
    return hmac.digest(token_key.encode(), b"presence-key" + point_code.encode(), hashlib.sha256).hex()[:32]


def code(key: str, at: datetime) -> str:
    digest = hmac.digest(key.encode(), str(int(at.timestamp()) // 60).encode(), hashlib.sha256)
    return points.letters(int.from_bytes(digest), LENGTH)


def proves(key: str, typed: str, at: datetime) -> bool:
    wanted = points.normal_code(typed[:20]).encode(errors="replace")
    made = [code(key, at - timedelta(minutes=ago)).encode() for ago in range(-1, MINUTES + 1)]
    return any([hmac.compare_digest(wanted, one) for one in made])
