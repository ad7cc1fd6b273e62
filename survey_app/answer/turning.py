"""From page to page of a form: which one comes next after what was typed, and what is wrong on it."""

from dataclasses import dataclass

from questionnaires.checking import OTHER, AnswerFault, Checked
from survey_app.answer.paging import Layout
from survey_app.answer.submission import Submission


@dataclass(frozen=True)
class Turn:
    """The page to show, with what is wrong on it."""

    page: int
    faults: tuple[AnswerFault, ...] = ()


def turn(laid: Layout, sent: Submission, checked: Checked) -> Turn:
    """For a form that was not sent yet, or was sent with faults."""
    here, last = min(max(sent.page, 1), len(laid.pages)), len(laid.pages)
    if sent.go is None:
        return _first_fault(laid, here, checked.faults)
    wanted = min(max(sent.go, 1), last)
    if wanted <= here:
        return Turn(next((page for page in range(wanted, 0, -1) if laid.asks(page, checked.values)), 1))
    # An answer that no longer applies is for the end to settle: until then the answer it hangs on may change again.
    wrong = [fault for fault in checked.faults if fault.kind != "not_asked" and _page(laid, fault) in range(1, wanted)]
    if wrong:
        return _first_fault(laid, here, tuple(wrong))
    return Turn(next((page for page in range(wanted, last) if laid.asks(page, checked.values)), last))


def _first_fault(laid: Layout, here: int, faults: tuple[AnswerFault, ...]) -> Turn:
    """The first page that has a fault. A fault of no question stands where it can be repaired."""
    pages = [page for fault in faults if (page := _page(laid, fault))]
    if not pages and any(fault.kind == "nothing_answered" for fault in faults):
        rated = [laid.page_of[code] for code in laid.instrument.ratings if code in laid.page_of]
        pages = rated[:1]
    page = min(pages, default=here)
    return Turn(page, tuple(fault for fault in faults if _page(laid, fault) in (0, page)))


def _page(laid: Layout, fault: AnswerFault) -> int:
    """0 for what belongs to no question of the form."""
    return laid.page_of.get(fault.question.removesuffix(OTHER), 0)
