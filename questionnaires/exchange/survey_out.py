"""Writes the rows of an XLSForm's sheet `survey`: groups for parts, and one or more rows for each question."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from questionnaires.exchange import xlsform_columns as columns
from questionnaires.exchange.choices_out import Cells, audio, list_name, list_of_states, states, texts
from questionnaires.exchange.conditions_out import quoted, rank_name
from questionnaires.model import (
    AnyQuestion,
    Choice,
    CounterPart,
    Day,
    Factor,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    PlainPart,
    Questionnaire,
    Ranking,
    RatedItem,
    ShortText,
    Text,
)

AnyPart = Factor | PlainPart | CounterPart
# A number or a day has no list of choices to which "don't know" could be added: a second question offers it.
_STATE_ASIDE: Final = (Number, Percentage, Day)


def group_start(part: AnyPart) -> Iterator[Cells]:
    start = {"type": "begin_group", "name": part.code} | texts("label", part.title)
    start[f"{columns.OWN}kind"] = part.kind
    if isinstance(part, Factor):
        start |= {f"{columns.OWN}block": part.block or "", f"{columns.OWN}rotate": "yes" if part.rotate else ""}
    yield start
    if part.intro is not None:
        yield {"type": "note", "name": part.code + columns.INTRO, columns.ROLE: "intro"} | texts("label", part.intro)


def group_end(part: AnyPart) -> Cells:
    return {"type": "end_group", "name": part.code}


def question_rows(instrument: Questionnaire, question: AnyQuestion, relevant: str) -> Iterator[Cells]:
    main = {
        "type": _type(instrument, question),
        "name": question.code,
        **texts("label", question.text),
        **texts("hint", question.hint),
        "required": "yes" if question.required else "",
        "relevant": relevant,
        **_constraint(question),
        **audio(question.audio),
        **_own(question, relevant),
    }
    if isinstance(question, LongText):
        main["appearance"] = "multiline"
    if isinstance(question, Ranking):
        yield from _ranks(question, main)
    elif isinstance(question, _STATE_ASIDE) and states(question):
        yield from _state_aside(question, main)
    else:
        yield main
    if isinstance(question, Choice) and any(option.specify for option in question.options):
        yield _other(question)


def _type(instrument: Questionnaire, question: AnyQuestion) -> str:
    if isinstance(question, Number | Percentage):
        return "integer"
    if isinstance(question, Day):
        return "date"
    if isinstance(question, ShortText | LongText):
        return "text"
    chosen = "select_multiple" if isinstance(question, MultipleChoice) else "select_one"
    return f"{chosen} {list_name(instrument, question)}"


def _own(question: AnyQuestion, relevant: str) -> Cells:
    """What only we know. `relevant` is kept a second time, so that the reader sees whether somebody changed it."""
    cells = {"kind": question.kind, "states": " ".join(states(question))}
    if isinstance(question, RatedItem):
        cells |= {"criterion_vi": question.criterion.vi, "criterion_en": question.criterion.en}
    if question.source is not None:
        cells |= {"decision": question.source.decision, "certainty": question.source.certainty}
    not_used = getattr(question, "not_used", None)
    if not_used is not None:
        cells["not_used"] = "yes" if not_used else "no"
    if question.full_only:
        cells["full_only"] = "yes"
    if question.show_if is not None:
        condition = question.show_if.model_dump(mode="json", exclude_none=True)
        cells["show_if"] = json.dumps(condition, ensure_ascii=False)
    return {columns.OWN + name: text for name, text in (cells | {"relevant": relevant}).items()}


Bounds = tuple[str, str, str]  # The constraint, and what is said in both languages when it is not met.


def _constraint(question: AnyQuestion) -> Cells:
    make = _CONSTRAINTS.get(type(question))
    bounds = make(question) if make is not None else None
    if bounds is None or not bounds[0]:
        return {}
    messages = zip(columns.LANGUAGES.values(), bounds[1:], strict=True)
    return {"constraint": bounds[0]} | {f"constraint_message::{name}": text for name, text in messages}


def _number_bounds(question: Number | Percentage) -> Bounds:
    low, high = question.minimum, question.maximum
    return f". >= {low} and . <= {high}", f"Xin ghi số tròn từ {low} đến {high}.", f"A number from {low} to {high}."


def _day_bounds(question: Day) -> Bounds:
    low, high = question.earliest, question.latest
    parts = ([f". >= date('{low}')"] if low else []) + ([f". <= date('{high}')"] if high else [])
    vi = f"Xin chọn ngày{f' từ {low}' if low else ''}{f' đến {high}' if high else ''}."
    en = f"A day{f' from {low}' if low else ''}{f' to {high}' if high else ''}."
    return " and ".join(parts), vi, en


def _length(question: ShortText | LongText) -> Bounds:
    most = question.max_length
    return f"string-length(.) <= {most}", f"Xin viết ngắn hơn {most + 1} ký tự.", f"At most {most} characters, please."


def _choices(question: MultipleChoice) -> Bounds:
    most = question.max_choices
    parts = [] if most is None else [f"count-selected(.) <= {most}"]
    alone = [columns.STATES[state] for state in states(question)]
    parts += [f"not(selected(., {quoted(state)}) and count-selected(.) > 1)" for state in alone]
    vi, en = ("", "") if most is None else (f"Chọn nhiều nhất {most} ý. ", f"Choose at most {most}. ")
    if alone:
        vi, en = vi + "Ý không trả lời phải được chọn riêng.", en + "An answer without a choice stands alone."
    return " and ".join(parts), vi.strip(), en.strip()


_CONSTRAINTS: Final[Mapping[type, Callable[..., Bounds]]] = {
    Number: _number_bounds,
    Percentage: _number_bounds,
    Day: _day_bounds,
    ShortText: _length,
    LongText: _length,
    MultipleChoice: _choices,
}


def _ranks(question: Ranking, main: Cells) -> Iterator[Cells]:
    """The type `rank` makes people order all options; up to three in order are up to three questions."""
    yield main | {"name": rank_name(question.code, 1)}
    kept_apart = [columns.STATES[state] for state in states(question)]
    for rank in range(2, question.ranks + 1):
        before = [f"${{{rank_name(question.code, other)}}}" for other in range(1, rank)]
        shown = [f"{before[-1]} != ''", *(f"{before[0]} != {quoted(state)}" for state in kept_apart)]
        allowed = [f". != {other}" for other in before] + [f". != {quoted(state)}" for state in kept_apart]
        yield {
            "type": main["type"],
            "name": rank_name(question.code, rank),
            **texts("label", Text(vi=f"Quan trọng thứ {rank}", en=f"Number {rank} in importance")),
            "relevant": " and ".join(shown),
            "constraint": " and ".join(allowed),
            columns.ROLE: "rank",
        }


def _state_aside(question: AnyQuestion, main: Cells) -> Iterator[Cells]:
    """Required is then one of the two: the number, or why there is none."""
    required = main["required"]
    yield main | {"required": "", f"{columns.OWN}required": required}
    empty = f"${{{question.code}}} = ''"
    relevant = main["relevant"]
    yield {
        "type": f"select_one {list_of_states(question)}",
        "name": question.code + columns.STATE,
        **texts("label", Text(vi="Nếu không ghi được, vì sao?", en="If you left it empty, why?")),
        "required": required,
        "relevant": f"({relevant}) and {empty}"
        if " or " in relevant
        else " and ".join(filter(None, (relevant, empty))),
        columns.ROLE: "state",
    }


def _other(question: Choice) -> Cells:
    """The words for an option that asks for them, under the name that they have in the extract."""
    options = [option.code for option in question.options if option.specify]
    if isinstance(question, MultipleChoice):
        chosen = [f"selected(${{{question.code}}}, {quoted(code)})" for code in options]
    else:
        ranks = range(1, question.ranks + 1) if isinstance(question, Ranking) else ()
        names = [rank_name(question.code, rank) for rank in ranks] or [question.code]
        chosen = [f"${{{name}}} = {quoted(code)}" for name in names for code in options]
    return {
        "type": "text",
        "name": question.code + columns.OTHER,
        **texts("label", Text(vi="Xin ghi rõ", en="Please specify")),
        "relevant": " or ".join(chosen),
        "constraint": "string-length(.) <= 200",
        columns.ROLE: "other",
    }
