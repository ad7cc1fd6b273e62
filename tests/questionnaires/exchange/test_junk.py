"""Junk in any cell: the reader says what is wrong and never falls over."""

import contextlib
import io
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import exchange, loader
from questionnaires.exchange import toml
from questionnaires.exchange.conditions_in import CannotSay, Known, condition
from tests.questionnaires.exchange.workbooks import workbook

KNOWN = {
    "q": Known("q", "one", {"a": "a", "b": "b"}),
    "m": Known("m", "some", {"a": "a"}),
    "n": Known("n", "number"),
    "x": Known("x", "other"),
}
WORDS = st.sampled_from((
    "${q}", "${m}", "${n}", "${x}", "${z}", "q.NAOK", "'a'", "'b'", "''", "1", "-2.5", "=", "!=", "<", ">=",
    "and", "or", "not(", "selected(", "count-selected(", "is_empty(", "(", ")", ",", "&&", "||", "!", ".",
    "true()", "+", "/data/q",
))  # fmt: skip
JUNK = st.sampled_from((
    "begin_group", "end_group", "begin_repeat", "end_repeat", "select_one l", "select_multiple l or_other",
    "rank l", "integer", "decimal", "range", "date", "text", "note", "calculate", "select_one",
    "select_one_from_file x.csv", "q", "__", "vi", "${q} = 'a'", "selected(${q}, 'b')", ". > 2", "yes", "rated",
    "rotate", "{}", "[", "0", "1", "l", "{office}", "${place__office}", "kind", "ranking", "three_level",
    "rank", "notice", "intro", "place", '{"a": 1}', "code.1", "scale.levels.1.vi", "parts", "title",
    "title.en[]", "x" * 200,
))  # fmt: skip
OWN = ["role", "kind", "states", "show_if", "relevant", "criterion_vi", "certainty", "not_used", "required", "block"]


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30))
def test_an_expression_is_a_condition_or_a_reason(text: str) -> None:
    found = condition_or_reason(text)

    assert found.keys() & {"question", "number", "all_of", "any_of"} if isinstance(found, dict) else found


def condition_or_reason(text: str) -> dict[str, Any] | str:
    try:
        return condition(text, KNOWN)
    except CannotSay as error:
        return error.message % error.words


def tables(*headings: str) -> st.SearchStrategy[list[list[Any]]]:
    row = st.lists(st.none() | JUNK | st.integers(-5, 5), max_size=len(headings))
    return st.lists(row, max_size=8).map(lambda rows: [list(headings), *rows])


def settle(draft: exchange.Draft) -> None:
    """Everything that a command or a page asks of a draft."""
    assert all(str(note) for note in draft.notes)
    assert draft.complete in (True, False)
    assert all(str(fault) for fault in draft.faults)
    toml.from_data(draft.data).encode()


@settings(max_examples=60, deadline=None)
@given(
    tables("type", "name", "label", "relevant", "constraint", "choice_filter", "required"),
    tables("list_name", "name", "label", "hailong_state"),
    tables("form_title", "form_id", "version", "default_language"),
    st.sampled_from([(), ("l",)]),
)
def test_a_foreign_form_of_junk_is_a_draft(survey: Any, choices: Any, settings: Any, rated: Any) -> None:
    settle(exchange.read_any("f.xlsx", workbook({"survey": survey, "choices": choices, "settings": settings}), rated))


@settings(max_examples=60, deadline=None)
@given(tables("type", "name", "label", *(f"hailong_{name}" for name in OWN)), tables("path", "text"))
def test_a_form_that_only_looks_like_ours_is_a_draft(survey: Any, own: Any) -> None:
    choices = [["list_name", "name", "label"], ["l", "1", "a"], ["l", "2", "b"]]
    settle(exchange.read_any("f.xlsx", workbook({"survey": survey, "choices": choices, "hailong": own})))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_one_cell_of_ours_replaced_by_junk_is_noticed_or_taken(data: st.DataObject) -> None:
    book = openpyxl.load_workbook(io.BytesIO(WORKBOOK))
    sheet = book[data.draw(st.sampled_from(book.sheetnames))]
    row = data.draw(st.integers(1, sheet.max_row))
    sheet.cell(row, data.draw(st.integers(1, sheet.max_column))).value = data.draw(JUNK | st.none())
    stream = io.BytesIO()
    book.save(stream)
    with contextlib.suppress(exchange.Refused):
        settle(exchange.read_any("f.xlsx", stream.getvalue()))


WORKBOOK = exchange.write(loader.load_builtin("quay_motcua"), "xlsx").content
