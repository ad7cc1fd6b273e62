"""Reads the forms of a questionnaire's head and of a part into plain data, with whatever was typed; stores nothing."""

from collections.abc import Mapping
from typing import Any

from survey_app.design import sheet

Plain = dict[str, Any]
# The sentence printed wherever the index is, for a formula that somebody newly chooses.
_TOP_VI, _TOP_EN = "ở hai mức cao nhất chia cho số câu trả lời từ mức 1 đến mức 5", "on the two highest levels"
READINGS: Mapping[str, Plain] = {
    "O_crit": {
        "vi": "Chỉ số là trung bình cộng tỷ lệ hài lòng của các tiêu chí; tỷ lệ hài lòng của một tiêu chí là số câu "
        f"trả lời {_TOP_VI}.",
        "en": "The index is the mean of the items' satisfaction rates; an item's rate is its answers "
        f"{_TOP_EN} divided by its answers from level 1 to level 5.",
    },
    "O_pool": {
        "vi": f"Chỉ số là số câu trả lời {_TOP_VI}, gộp tất cả các tiêu chí.",
        "en": f"The index is all answers {_TOP_EN}, of all items together, divided by all answers from level 1 to 5.",
    },
    "O_fac": {
        "vi": "Chỉ số là trung bình cộng giá trị của các yếu tố; giá trị của một yếu tố là số câu trả lời "
        f"{_TOP_VI} của các tiêu chí thuộc yếu tố đó.",
        "en": f"The index is the mean of the factors' values; a factor's value is the answers {_TOP_EN} divided by "
        "the answers from level 1 to level 5 of its items.",
    },
    "H1": {
        "vi": f"Chỉ số là tỷ lệ hài lòng chung: số câu trả lời {_TOP_VI} của các tiêu chí; câu trả lời “không sử dụng” "
        "không được tính.",
        "en": f"The index is the general satisfaction rate: the answers {_TOP_EN} divided by the answers from level 1 "
        "to level 5 of all items; “not used” does not count.",
    },
}


def head(typed: Plain, old: Plain) -> Plain:
    """The fields of the head that the form shows, for `editing.put_head`; None takes one away."""
    made: Plain = {name: sheet.text(typed.get(name)) or {} for name in ("title", "short_title")}
    made["version"] = " ".join(str(typed.get("version") or "").split())
    made["status"] = "official" if typed.get("status") == "official" else "draft"
    made["source"] = _source(typed.get("source"))
    notice = _table(typed.get("notice"))
    made["notice"] = {name: sheet.text(notice.get(name)) or {} for name in ("purpose", "respondent")}
    made["respondent_types"] = _respondents(typed, old)
    if old.get("kind") == "counter_3":
        return made
    return made | {
        "scale": _scale(_table(typed.get("scale"))),
        "index": _index(_table(typed.get("index"))),
        "formula": _formula(_table(typed.get("formula")), _table(old.get("formula"))),
    }


def _table(value: Any) -> Plain:
    return value if isinstance(value, dict) else {}


def _source(value: Any) -> Plain:
    found = _table(value)
    made = {name: " ".join(str(found.get(name) or "").split()) for name in ("decision", "certainty")}
    return {name: words for name, words in made.items() if words}


def _respondents(typed: Plain, old: Plain) -> list[Plain]:
    """As answers of a question are: a row in which nothing stands is left out."""
    rows = sheet.question(
        {"kind": "single", "options": typed.get("respondent_types")}, {"options": old.get("respondent_types")}
    )
    return [row for row in rows["options"] if row["code"] or row["text"]]


def _scale(typed: Plain) -> Plain:
    made: Plain = {"levels": [sheet.text(level) or {} for level in sheet.in_order(typed.get("levels"))]}
    not_used = sheet.text(typed.get("not_used"))
    return made | ({"not_used": not_used} if not_used else {})


def _index(typed: Plain) -> Plain:
    target = str(typed.get("target") or "").strip().replace(",", ".")
    return {
        "code": str(typed.get("code") or ""),
        "name": sheet.text(typed.get("name")) or {},
        "target": _number(target),
    }


def _number(typed: str) -> float | str:
    try:
        return float(typed)
    except ValueError:
        return typed


def _formula(typed: Plain, old: Plain) -> Plain:
    name = str(typed.get("name") or "")
    # A newly chosen formula brings its own sentence; one that somebody wrote for it stays.
    same = name == old.get("name")
    reading = sheet.text(typed.get("reading")) if same or typed.get("reading") != old.get("reading") else None
    made = {
        **old,
        "name": name,
        "version": " ".join(str(typed.get("version") or "").split()),
        "reading": reading or READINGS.get(name, {}),
        "base_minimum": sheet.whole(typed.get("base_minimum")),
        "beside": [code for code in sheet.in_order(typed.get("beside")) if code != name],
    }
    return {field: value for field, value in made.items() if value is not None}


def part(typed: Plain) -> Plain:
    """The fields of a part, for `editing.put_part`."""
    return {
        "code": " ".join(str(typed.get("code") or "").split()),
        "kind": str(typed.get("kind") or ""),
        "title": sheet.text(typed.get("title")) or {},
        "intro": sheet.text(typed.get("intro")),
        "rotate": True if typed.get("rotate") == "1" and typed.get("kind") == "factor" else None,
    }
