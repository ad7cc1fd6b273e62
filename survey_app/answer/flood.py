"""How many forms a point takes in a minute: more than people can send are a machine's, and theirs come back to them.

Each process counts for itself, in memory: a flood must cost nothing, and the limit need not be exact.
"""

from uuid import UUID

from survey_app.models import CollectionPoint
from survey_app.proofs import visits
from survey_app.proofs.tokens import Token

MINUTE = 60.0
# Slips and visit codes count once anyway; staff sign in.
COUNTED = frozenset({"qr_open", "visit_code", "kiosk"})


class Flood:
    def __init__(self, per_minute: int) -> None:
        self._most = per_minute
        self._minute, self._taken = 0.0, dict[int, set[UUID]]()

    def is_over(self, point: CollectionPoint, token: Token, now: float) -> bool:
        """Whether this form is one too many; a form sent again is the same form.

        A trial of load is no flood: simulated waves are in no figure.
        """
        by_code = point.mode == visits.MODE and token.proof
        if point.mode not in COUNTED or by_code or point.wave.simulated:
            return False
        if now - self._minute >= MINUTE:
            self._minute, self._taken = now, {}
        taken = self._taken.setdefault(point.id, set())
        if len(taken) < self._most:
            taken.add(token.response_id)
        return token.response_id not in taken
