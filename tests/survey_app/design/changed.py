"""A draft in which much has happened: reworded, added, removed, moved, a translation missing."""

from typing import Any

from sqlalchemy.orm import Session

from questionnaires import editing, outline
from survey_app.instruments import drafts
from survey_app.models import Draft
from tests import factories

NEW_ITEM = {
    "kind": "rated",
    "code": "A1.5",
    "text": {"vi": "Ông/Bà hài lòng thế nào về chỗ gửi xe?"},
    "criterion": {"vi": "Chỗ gửi xe", "en": "Parking"},
    "source": {"decision": "Cơ quan đề xuất", "certainty": "proposed"},
    "show_if": {"question": "service_field", "any_of": ["land", "building"]},
}


def make_changed_draft(session: Session, editor_id: int) -> Draft:
    draft = factories.make_draft(session, editor_id)

    def change(place: str, apply: Any) -> None:
        seen = outline.place_hash(drafts.content(draft), place)
        drafts.change(session, draft.id, editor_id, place, seen, apply, factories.NOON)

    def reworded(data: dict[str, Any]) -> dict[str, Any]:
        question = outline.question(data, "A1.1")
        words = {"vi": "Ông/Bà hài lòng thế nào về chỗ ngồi chờ?", "en": "How satisfied are you with the seats?"}
        return editing.put_question(data, "A1.1", {**question, "text": words})

    change("A1.1", reworded)
    change("A1", lambda data: editing.add_question(data, "A1", NEW_ITEM))
    change("A2.5", lambda data: editing.remove_question(data, "A2.5"))
    change("A3", lambda data: editing.move_question(data, "A3.2", "A3", 0))
    return draft
