"""Reads what only our own XLSForms say, and names every cell in which such a form differs from what was taken."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from questionnaires.exchange import notes
from questionnaires.exchange import xlsform_columns as columns
from questionnaires.exchange.choices_out import choice_rows
from questionnaires.exchange.draft import Draft, Note
from questionnaires.exchange.workbook import Row, Workbook
from questionnaires.exchange.xlsform_out import survey_rows
from questionnaires.model import CounterInstrument, Instrument
from questionnaires.texts import SUBSTITUTES

Plain = dict[str, Any]
_NUMBERS = ("index.target", "formula.base_minimum", "formula.positive.")
_DEEPEST = 8
_ELSEWHERE = ("", "parts", "notice", "code", "version")  # They stand on the other sheets.


def own_data(rows: Iterable[Row], settings: Row) -> tuple[Plain, list[Note]]:
    """The paths and values of our own sheet as tables; what is wrong with them, the model says."""
    data: Plain = {}
    left: list[Note] = []
    for row in rows:
        path, value = row["path"], row["text"]
        steps = path.removesuffix("[]").split(".")[:_DEEPEST]
        inner: Any = [] if path.endswith("[]") else _number(value) if path.startswith(_NUMBERS) else value
        if steps[0] in _ELSEWHERE:
            left.append(Note(row.place("path"), notes.CHANGED_OUTSIDE, {"text": path[:60]}))
        else:
            _put(data, steps, inner)
    data = {name: _lists(value) for name, value in data.items()}
    titles = data.get("title")
    data["title"] = {"vi": settings["form_title"]} | (titles if isinstance(titles, dict) else {})
    return data | {"code": settings["form_id"], "version": settings["version"]}, left


def _put(data: Plain, steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        below = data.setdefault(step, {})
        if not isinstance(below, dict):
            return
        data = below
    data[steps[-1]] = value


def _lists(value: Any) -> Any:
    """Tables whose names are 1, 2, 3 … are lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(one) for name, one in value.items()}
    names = list(inner)
    return list(inner.values()) if names and names == [str(number + 1) for number in range(len(names))] else inner


def _number(text: str) -> int | float | str:
    try:
        number = float(text[:20])
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def own_part(row: Row) -> Plain | None:
    kind = row[f"{columns.OWN}kind"]
    if not kind:
        return None
    block, rotate = row[f"{columns.OWN}block"], row[f"{columns.OWN}rotate"]
    return {"kind": kind} | ({"block": block} if block else {}) | ({"rotate": True} if rotate else {})


def own_question(row: Row) -> Plain:
    """What our columns say of a question, as far as they are filled."""

    def cell(name: str) -> str:
        return row[columns.OWN + name]

    found: Plain = {"kind": cell("kind")} if cell("kind") else {}
    if cell("criterion_vi") or cell("criterion_en"):
        pairs = {"vi": cell("criterion_vi"), "en": cell("criterion_en")}
        found["criterion"] = {language: text for language, text in pairs.items() if text}
    if cell("decision") or cell("certainty"):
        found["source"] = {"decision": cell("decision"), "certainty": cell("certainty")}
    if cell("not_used"):
        found["not_used"] = cell("not_used") == "yes"
    if cell("required"):
        found["required"] = cell("required") == "yes"
    if cell("full_only"):
        found["full_only"] = True
    return found | {state: True for state in cell("states").split() if state in columns.STATES}


def unchanged_condition(row: Row) -> tuple[bool, Plain | None]:
    """Whether `relevant` is as we wrote it, and the condition that it was written from."""
    ours = row[f"{columns.OWN}relevant"]
    if not row[f"{columns.OWN}kind"] or row["relevant"] != ours:
        return False, None
    try:
        found = json.loads(row[f"{columns.OWN}show_if"] or "null")
    except (ValueError, RecursionError):
        return False, None
    return (True, found) if found is None or isinstance(found, dict) else (False, None)


def with_words(texts: Mapping[str, str]) -> dict[str, str]:
    """Back from the hidden fields to the words of the place."""
    found = dict(texts)
    for language, text in found.items():
        for word in SUBSTITUTES:
            text = text.replace(f"${{{columns.WORD}{word}}}", f"{{{word}}}")
        found[language] = text.replace(f"${columns.JOINER}{{", "${")
    return found


def differences(draft: Draft, book: Workbook) -> Draft:
    """The draft with a note on each cell that would be written otherwise: nothing changed elsewhere is lost unseen."""
    if draft.faults:
        return draft
    instrument = draft.instrument()
    assert isinstance(instrument, Instrument | CounterInstrument)  # noqa: S101  (what the loader gives)
    found = list(_differences(book.sheet("survey"), survey_rows(instrument), ("type", "name")))
    found += _differences(book.sheet("choices"), choice_rows(instrument), ("list_name", "name"))
    return Draft(draft.data, [*draft.notes, *found[:100]])


def _differences(rows: Iterable[Row], ours: Iterable[Mapping[str, str]], key: tuple[str, str]) -> Iterator[Note]:
    wanted = {_key(cells, key): cells for cells in ours}
    for row in rows:
        cells = wanted.get(_key(row.cells, key), {})
        for heading, text in row.cells.items():
            is_ours = row.cells.get(columns.ROLE) or cells
            if is_ours and text != cells.get(heading, ""):
                yield Note(row.place(heading), notes.CHANGED_OUTSIDE, {"text": text[:60]})


def _key(cells: Mapping[str, str], key: tuple[str, str]) -> tuple[str, str]:
    """Beginnings and ends of a group have the same name; the type of a question may have been changed."""
    first = cells.get(key[0], "")
    return (first if key[0] == "list_name" else first[:5] if first[:4] in ("begi", "end_") else ""), cells.get(
        key[1], ""
    )
