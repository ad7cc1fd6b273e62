"""Which questions a form shows at a place, in which order, under which numbers, on which page; no words.

A page ends where it would be too long, and before a question whose condition no stylesheet can follow on one page: one
that looks at a number, or at so much that its formula would be too long. From the next page on the server knows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain

from questionnaires.answers import Value
from questionnaires.conditions import AllOf, AnyOf, AnyRated, Condition, Is, PlaceIs, Setting, Within
from questionnaires.model import AnyQuestion, CounterPart, Factor, Number, Percentage, PlainPart, Questionnaire
from questionnaires.routing import left_to_ask
from survey_app.answer.gates import ALWAYS, Chosen, Formula, Gate, Gates, Known, TooLong, both, either
from survey_app.answer.rotation import rotated

Part = Factor | PlainPart | CounterPart
# Measured: the first view of so many rated items with all that belongs to it stays under 14 KB, compressed.
MOST_QUESTIONS = 50


@dataclass(frozen=True)
class Piece:
    """A part, or as much of it as stands on one page."""

    part: Part
    questions: tuple[AnyQuestion, ...]
    begins: bool  # The rest of a part that was cut does not begin it.


@dataclass(frozen=True, eq=False)
class Layout:
    instrument: Questionnaire
    setting: Setting
    left: Mapping[str, Condition | bool]  # What the place leaves of each question's condition.
    pages: tuple[tuple[Piece, ...], ...]
    numbers: Mapping[str, int]
    page_of: Mapping[str, int]  # From 1.
    gates: Gates

    def codes(self, page: int) -> tuple[str, ...]:
        return tuple(question.code for piece in self.pages[page - 1] for question in piece.questions)

    def opened(self, page: int, values: Mapping[str, Value]) -> frozenset[Gate]:
        """The gates of a page that the answers on the pages before it open."""
        before = {code: value for code, value in values.items() if self.page_of.get(code, page) < page}
        return self.gates.known_open(self.codes(page), before)

    def asks(self, page: int, values: Mapping[str, Value]) -> bool:
        """Whether anything can be asked on a page after these answers."""
        opened = self.opened(page, values)
        return any(self.gates.may_be_asked(code, opened) for code in self.codes(page))


@lru_cache(maxsize=512)
def layout(instrument: Questionnaire, setting: Setting, order: int = 0) -> Layout:
    cutter = _cut(instrument, setting)
    pages = tuple(
        tuple(_piece(part, order, cutter.page_of, page) for part in instrument.parts if _on(cutter.page_of, part, page))
        for page in range(1, cutter.page + 1)
    )
    shown = (question for pieces in pages for piece in pieces for question in piece.questions)
    numbers = {question.code: number for number, question in enumerate(shown, start=1)}
    return Layout(instrument, setting, cutter.left, pages, numbers, cutter.page_of, cutter.gates())


def _on(page_of: Mapping[str, int], part: Part, page: int) -> bool:
    return any(page_of.get(question.code) == page for question in part.questions)


def _piece(part: Part, order: int, page_of: Mapping[str, int], page: int) -> Piece:
    shown = tuple(question for question in part.questions if question.code in page_of)
    here = tuple(question for question in shown if page_of[question.code] == page)
    rotates = isinstance(part, Factor) and part.rotate
    return Piece(part, rotated(here, order) if rotates else here, here[0] is shown[0])


@lru_cache(maxsize=128)
def _cut(instrument: Questionnaire, setting: Setting) -> "_Cutter":
    cutter = _Cutter(instrument, left_to_ask(instrument, setting))
    for part in instrument.parts:
        questions = [question for question in part.questions if cutter.left[question.code] is not False]
        cutter.begin(len(questions))
        # What rotates stays together: whichever comes first, the page is the same.
        together = isinstance(part, Factor) and part.rotate
        for unit in [questions] if together else [[question] for question in questions]:
            cutter.take(unit)
    return cutter


class _Cutter:
    """Puts questions on pages, in the order of the instrument, and finds the formula of each."""

    def __init__(self, instrument: Questionnaire, left: Mapping[str, Condition | bool]) -> None:
        self.left = left
        self.page, self.page_of = 1, dict[str, int]()
        self._kinds = {question.code: question for question in instrument.questions()}
        self._items = tuple(item.code for item in instrument.items)
        self._formulas: dict[str, Formula] = {}
        self._count = 0

    def gates(self) -> Gates:
        return Gates(self._formulas, self._items)

    def begin(self, length: int) -> None:
        """A part that does not fit begins a page of its own, where that leaves no page half empty."""
        if self._count + length > MOST_QUESTIONS and self._count >= MOST_QUESTIONS / 2:
            self._turn()

    def take(self, questions: list[AnyQuestion]) -> None:
        if self._count and self._count + len(questions) > MOST_QUESTIONS:
            self._turn()
        try:
            self._put(questions)
        except TooLong:
            for question in questions:
                self.page_of.pop(question.code, None)
            self._turn()
            self._put(questions)

    def _turn(self) -> None:
        self.page, self._count = self.page + 1, 0

    def _put(self, questions: list[AnyQuestion]) -> None:
        for question in questions:
            left = self.left[question.code]
            self._formulas[question.code] = ALWAYS if isinstance(left, bool) else self._formula(left)
            self.page_of[question.code] = self.page
        self._count += len(questions)

    def _formula(self, condition: Condition) -> Formula:
        if all(self.page_of.get(code) != self.page for code in self._looked_at(condition)):
            return ((Known(condition),),)
        if isinstance(condition, AllOf):
            return reduce(both, map(self._formula, condition.all_of))
        if isinstance(condition, AnyOf):
            return either(map(self._formula, condition.any_of))
        if isinstance(condition, AnyRated):
            return self._rated(condition)
        if not isinstance(condition, Is) or isinstance(self._kinds[condition.question], Number | Percentage):
            raise TooLong  # No stylesheet sees a number.
        gate = Chosen(tuple((condition.question, str(value)) for value in condition.any_of))
        return both(((gate,),), self._formulas[condition.question])

    def _rated(self, condition: AnyRated) -> Formula:
        """Items behind one condition share a gate; those on the pages before are known."""
        behind: dict[Formula, list[str]] = {}
        for code in self._items:
            if self.page_of.get(code) == self.page:
                behind.setdefault(self._formulas[code], []).append(code)
        before = any(self.page_of.get(code, self.page) < self.page for code in self._items)
        known: list[Formula] = [((Known(condition),),)] if before else []
        live = (both(((_levels(codes, condition),),), formula) for formula, codes in behind.items())
        return either(chain(known, live))

    def _looked_at(self, condition: Condition) -> Iterator[str]:
        if isinstance(condition, AllOf | AnyOf):
            for part in condition.all_of if isinstance(condition, AllOf) else condition.any_of:
                yield from self._looked_at(part)
        elif isinstance(condition, AnyRated):
            yield from (code for code in self._items if code in self.page_of)
        elif not isinstance(condition, PlaceIs):
            yield condition.number if isinstance(condition, Within) else condition.question


def _levels(codes: list[str], condition: AnyRated) -> Chosen:
    return Chosen(tuple((code, str(level)) for code in codes for level in condition.any_rated))
