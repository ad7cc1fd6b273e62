"""Our XLSForms: pyxform takes them, they ask the same questions, and the same instrument comes back."""

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import exchange, loader
from questionnaires.answers import Value
from questionnaires.conditions import Setting
from questionnaires.model import AnyInstrument, Ranking
from questionnaires.routing import questions_asked
from tests.questionnaires.examples import make_factor, make_instrument, make_item, make_part, text
from tests.questionnaires.exchange.random_instruments import answer, instruments, settings_of_places
from tests.questionnaires.exchange.xform import XForm, xform

CODES = loader.builtin_codes()
FORMS: dict[str, XForm] = {}


def form(code: str) -> XForm:
    return FORMS.setdefault(code, xform(workbook(loader.load_builtin(code))))


def workbook(instrument: AnyInstrument) -> bytes:
    return exchange.write(instrument, "xlsx").content


def sheet(content: bytes, name: str) -> list[dict[str, Any]]:
    rows = openpyxl.load_workbook(io.BytesIO(content))[name].values
    headings = next(rows)
    return [dict(zip(headings, row, strict=True)) for row in rows]


@pytest.mark.parametrize("code", CODES)
def test_every_instrument_comes_back_with_the_same_hash(code: str) -> None:
    instrument = loader.load_builtin(code)

    draft = exchange.read_any("form.xlsx", workbook(instrument))

    assert draft.complete, [str(note) for note in draft.notes]
    assert loader.content_hash(draft.instrument()) == loader.content_hash(instrument)


@settings(max_examples=25, deadline=None)
@given(instruments())
def test_any_instrument_comes_back_with_the_same_hash(instrument: AnyInstrument) -> None:
    draft = exchange.read_any("form.xlsx", workbook(instrument))

    assert draft.complete, [str(note) for note in draft.notes]
    assert loader.content_hash(draft.instrument()) == loader.content_hash(instrument)


@st.composite
def answered(draw: st.DrawFn, instrument: AnyInstrument) -> dict[str, Value]:
    drawn = {question.code: draw(answer(instrument, question)) for question in instrument.questions()}
    return {code: value for code, value in drawn.items() if value is not None}


def asked_by(form: XForm, instrument: AnyInstrument, values: dict[str, Value], place: Setting) -> tuple[str, ...]:
    """The questions that the form shows, under our names."""
    fields = {f"place__{name}": getattr(place, name) for name in ("kind", "mode", "unit_type")}
    fields["form__variant"] = place.variant
    names = {}
    for question in instrument.questions():
        value = values.get(question.code, "")
        names[f"{question.code}__rank1" if isinstance(question, Ranking) else question.code] = question.code
        fields[question.code] = " ".join(value) if isinstance(value, tuple) else str(value)
        if isinstance(question, Ranking) and isinstance(value, tuple):
            fields |= {f"{question.code}__rank{rank}": code for rank, code in enumerate(value, start=1)}
    return tuple(names[name] for name in form.asked(fields) if name in names)


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=6, deadline=None)
@given(data=st.data(), place=settings_of_places())
def test_kobo_asks_the_questions_that_we_ask(code: str, data: st.DataObject, place: Setting) -> None:
    instrument = loader.load_builtin(code)
    values = data.draw(answered(instrument))

    assert asked_by(form(code), instrument, values, place) == questions_asked(instrument, values, place)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), instrument=instruments(), place=settings_of_places())
def test_kobo_asks_the_same_of_any_instrument(data: st.DataObject, instrument: AnyInstrument, place: Setting) -> None:
    made = xform(workbook(instrument))
    values = data.draw(answered(instrument))

    assert asked_by(made, instrument, values, place) == questions_asked(instrument, values, place)


def test_no_cell_is_a_formula() -> None:
    dangerous = "=cmd|'/C calc'!A0"
    item = make_item(text=text(dangerous, "+1"), criterion=text("@SUM(A1)", "-1"))
    content = workbook(make_instrument([make_factor([item])]))

    cells = [cell for one in openpyxl.load_workbook(io.BytesIO(content)) for row in one.iter_rows() for cell in row]

    assert dangerous in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_what_kobo_shows_is_in_its_own_columns() -> None:
    options = [{"code": "a", "text": text("Một")}, {"code": "b", "text": text("Khác"), "specify": True}]
    questions = [
        {
            "kind": "multiple",
            "code": "M",
            "text": text("Chọn"),
            "options": options,
            "max_choices": 1,
            "prefer_not": True,
        },
        {"kind": "percentage", "code": "P", "text": text("Phần trăm"), "required": True, "dont_know": True},
    ]
    survey = {
        row["name"]: row
        for row in sheet(workbook(make_instrument([make_factor([make_item()]), make_part(questions)])), "survey")
    }

    assert survey["M"]["constraint"] == "count-selected(.) <= 1 and not(selected(., 'pn') and count-selected(.) > 1)"
    assert (
        survey["M"]["constraint_message::English (en)"] == "Choose at most 1. An answer without a choice stands alone."
    )
    assert survey["M__other"]["relevant"] == "selected(${M}, 'b')"
    assert (survey["P"]["required"], survey["P__state"]["required"]) == (None, "yes")
    assert survey["P__state"]["relevant"] == "${P} = ''"
    assert survey["A1.1"]["type"] == "select_one levels__5"


def test_a_text_longer_than_a_cell_is_refused_instead_of_cut() -> None:
    with pytest.raises(ValueError, match="a cell holds 32767 characters, not 40000"):
        workbook(make_instrument([make_factor([make_item(text=text("x" * 40_000))])]))


def edited(instrument: AnyInstrument, sheet: str, key: str, heading: str, value: str) -> exchange.Draft:
    """The draft after somebody changed one cell in another program."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(instrument)))
    rows = list(book[sheet].iter_rows())
    headings = [cell.value for cell in rows[0]]
    (row,) = [row for row in rows if key in (row[0].value, row[1].value) and (row[0].value or "")[:4] != "end_"][:1]
    row[headings.index(heading)].value = value
    stream = io.BytesIO()
    book.save(stream)
    return exchange.read_any("form.xlsx", stream.getvalue())


def test_what_somebody_changed_in_kobo_is_taken() -> None:
    sipas = loader.load_builtin("sipas2017")
    vi = "label::Tiếng Việt (vi)"

    reworded = edited(sipas, "survey", "A1.1", vi, "Ông/Bà thấy nơi ngồi chờ thế nào?")
    narrowed = edited(sipas, "survey", "N6a", "relevant", "${N5} = 'late' or ${N5} = 'early'")

    assert reworded.instrument().question("A1.1").text.vi == "Ông/Bà thấy nơi ngồi chờ thế nào?"
    assert reworded.complete
    condition = narrowed.instrument().question("N6a").show_if
    assert condition is not None
    assert condition.model_dump() == {"question": "N5", "any_of": ("late", "early")}


def test_what_of_a_change_cannot_be_taken_is_named_with_its_cell() -> None:
    sipas = loader.load_builtin("sipas2017")
    vi = "label::Tiếng Việt (vi)"

    (note,) = edited(sipas, "choices", "levels__5", vi, "Tệ lắm").notes

    assert str(note).startswith("choices, row ")
    assert "“Tệ lắm” is not what the questionnaire says here" in str(note)
    assert note.needs_person
