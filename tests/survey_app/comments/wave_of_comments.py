"""A wave in which people wrote comments."""

import random
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app.models import CollectionPoint, Response
from tests import factories
from tests.survey_app.test_extract import make_answers, make_response

TEXTS = (
    "Phải chờ lâu, chị Lan cáu gắt.",
    "Nên thêm ghế ngồi chờ và quạt mát.",
    "Cán bộ nhiệt tình, số tôi là 0912345678.",
    "Không có ý kiến gì thêm.",
    "Thôn tôi chưa có đường bê tông.",
)
ids = random.Random(7)


def make_comment(session: Session, point: CollectionPoint, text: str, **fields: Any) -> Response:
    answers = make_answers(loader.load_builtin("sipas2017"), comment=text)
    place = {"unit_id": point.unit_id, "point_id": point.id, "local_day": date(2026, 11, 20)}
    return make_response(session, point.wave, answers, id=UUID(int=ids.getrandbits(128)), **place | fields)


def make_comments(session: Session, texts: tuple[str, ...] = TEXTS) -> tuple[CollectionPoint, list[Response]]:
    point = factories.make_point(session)
    return point, [make_comment(session, point, text) for text in texts]
