"""A small instrument as the data of a file, and `make_…` functions: a test names only what it is about."""

import copy
import json
from typing import Any

from questionnaires import loader
from questionnaires.model import Instrument


def text(vi: str, en: str = "") -> dict[str, str]:
    return {"vi": vi, "en": en or f"{vi} in English"}


SOURCE = {"decision": "QĐ 1/QĐ-UBND", "certainty": "proposed"}
YES_NO = [{"code": "yes", "text": text("Có")}, {"code": "no", "text": text("Không")}]


def make_item(code: str = "A1.1", **fields: Any) -> dict[str, Any]:
    item = {"code": code, "text": text("Ông/Bà hài lòng thế nào?"), "criterion": text("Ghế"), "source": SOURCE}
    return item | fields


def make_choice(code: str = "N1", **fields: Any) -> dict[str, Any]:
    question = {"kind": "single", "code": code, "text": text("Có hay không?"), "options": copy.deepcopy(YES_NO)}
    return question | fields


def make_part(questions: list[dict[str, Any]], code: str = "assessment", **fields: Any) -> dict[str, Any]:
    return {"kind": "assessment", "code": code, "title": text("Nhận định"), "questions": questions} | fields


def make_factor(items: list[dict[str, Any]], code: str = "A1", **fields: Any) -> dict[str, Any]:
    return {"kind": "factor", "code": code, "title": text("Yếu tố"), "items": items} | fields


def make_data(parts: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    data = {
        "code": "tiny",
        "version": "1",
        "title": text("Phiếu nhỏ"),
        "short_title": text("Nhỏ"),
        "index": {"code": "sipas", "name": text("Chỉ số")},
        "source": SOURCE,
        "notice": {"purpose": text("Để phục vụ tốt hơn"), "respondent": text("Người dân")},
        "scale": {"levels": [text(f"Mức {level}") for level in range(1, 6)]},
        "formula": {"name": "O_crit", "version": "1", "reading": text("Trung bình cộng")},
        "respondent_types": [{"code": "citizen", "text": text("Người dân")}],
        "parts": parts or [make_factor([make_item()])],
    }
    return data | fields


def make_instrument(parts: list[dict[str, Any]] | None = None, **fields: Any) -> Instrument:
    return loader.from_json(json.dumps(make_data(parts, **fields)))


def places(data: dict[str, Any]) -> list[str]:
    """Where the loader finds faults in the data."""
    return [fault.place for fault in faults(data)]


def faults(data: Any) -> tuple[loader.Fault, ...]:
    try:
        loader.from_json(json.dumps(data))
    except loader.InstrumentFaults as found:
        return found.faults
    return ()
