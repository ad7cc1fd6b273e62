"""The orders in which respondents meet the items of a rotating factor, and which of them a response had."""

from typing import TypeVar
from uuid import UUID

from questionnaires.model import Questionnaire
from survey_app.models.points import STAFF_MODES
from survey_app.proofs import tokens

T = TypeVar("T")
ORDERS = 8


def order_of(instrument: Questionnaire, mode: str, response_id: UUID) -> int | None:
    """By chance, and the same whenever the form comes back; None where nothing rotates, as on paper."""
    rotates = mode not in STAFF_MODES and any(factor.rotate for factor in instrument.factors)
    return response_id.int % ORDERS if rotates else None


def order_in(key: str, token: str, instrument: Questionnaire, mode: str) -> int:
    """The order of the form that carries a token; for a token that is not ours, the instrument's own."""
    try:
        return order_of(instrument, mode, tokens.read(key, token).response_id) or 0
    except tokens.BadToken:
        return 0


def rotated(questions: tuple[T, ...], order: int) -> tuple[T, ...]:
    """Order 0 is the instrument's own. Each item comes early and late, before and after each neighbour."""
    shift = order // 2 % len(questions) if questions else 0
    turned = questions[shift:] + questions[:shift]
    return turned[::-1] if order % 2 else turned
