"""What two versions differ in, place by place, with what it means for the series in plain words.

What a change means is `questionnaires.changes`'; here it gets its words.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires import changes, outline
from questionnaires.changes import Change, Comparison, Consequence
from survey_app import database
from survey_app.design import blueprint
from survey_app.design.change_words import CHANGES, CONSEQUENCES
from survey_app.design.drafting import Plain, draft_or_404
from survey_app.design.values import Piece, readable, word_by_word
from survey_app.design.versions import find_or_404
from survey_app.instruments import drafts, instrument_versions, shelves
from survey_app.models import Draft, InstrumentVersion

VERDICTS = ("comparable", "note", "breaks")


@dataclass(frozen=True)
class Line:
    """One change: what it is, both sides word by word, and what it means."""

    what: str
    why: str
    before: list[Piece]
    after: list[Piece]
    verdict: str
    consequence: str


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Changes:
    """`verdict` is what becomes of the index: "comparable", "note", "breaks", or "" where nothing is compared."""

    verdict: str
    headline: str
    found: Comparison = field(default_factory=lambda: Comparison(()))
    old: Plain = field(default_factory=dict)
    new: Plain = field(default_factory=dict)

    @cached_property
    def called(self) -> "_Names":
        return _Names(self.old, self.new)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why the index is not plainly comparable, the worst first."""
        words = _words(self.found)
        worst_first = sorted(self.found.reasons_for(), key=lambda one: -one.effects[changes.INDEX])
        return tuple(dict.fromkeys(f"{self.called[one.place]}: {' – '.join(words[one.what])}." for one in worst_first))

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """By question "new" or "changed"."""
        marks = {one.place: "changed" for one in self.found.changes}
        return marks | {one.place: "new" for one in self.found.changes if one.what == "added"}

    @cached_property
    def all(self) -> tuple[Place, ...]:
        """The head first, then in the order of the new version; what was removed comes last."""
        order = {code: number for number, code in enumerate([outline.HEAD, outline.ORDER, *_in_order(self.new)])}
        words, at = _words(self.found), dict[str, list[Change]]()
        for change in self.found.changes:
            at.setdefault(change.place, []).append(change)
        return tuple(
            Place(place, self.called[place], tuple(self._line(one, words) for one in at[place]))
            for place in sorted(at, key=lambda one: order.get(one, len(order)))
        )

    def _line(self, change: Change, words: Mapping[str, tuple[str, str]]) -> Line:
        name = "show_if" if change.what == "condition" else ""
        before, after = readable(self.old, name, change.before), readable(self.new, name, change.after)
        worst = change.consequence
        return Line(*words[change.what], *word_by_word(before, after), VERDICTS[worst], str(CONSEQUENCES[worst]))


def since_base(draft: Draft, data: Plain) -> Changes:
    """What the draft changes in the version that it was made from."""
    if draft.base is None:
        return Changes("", _("A questionnaire of its own: it begins a new series."))
    return between(json.loads(draft.base.content), data, draft.base.version)


def breaks_series(draft: Draft, data: Plain) -> bool:
    return since_base(draft, data).verdict == "breaks"


def between(old: Plain, new: Plain, version: str = "") -> Changes:
    found = changes.compare(old, new)
    return Changes(VERDICTS[found.consequence_for()], _headline(found, version), found, old, new)


def _words(found: Comparison) -> dict[str, tuple[str, str]]:
    """What the changes are and why they matter, each put into words once."""
    return {what: (str(CHANGES[what][0]), str(CHANGES[what][1])) for what in {one.what for one in found.changes}}


def _headline(found: Comparison, version: str) -> str:
    if all(one.what == "version" for one in found.changes):
        return str(_("Nothing is changed yet since version %(version)s.", version=version))
    index = found.consequence_for()
    if index is Consequence.BREAKS:
        return str(_("This breaks the series: the index cannot be compared with version %(version)s.", version=version))
    if index is Consequence.NOTE:
        return str(_("The index stays comparable with version %(version)s, with a note.", version=version))
    if found.whole is Consequence.NOTE:
        return str(_("The index stays comparable with version %(version)s; single questions do not.", version=version))
    return str(_("The index stays comparable with version %(version)s.", version=version))


def _in_order(data: Plain) -> Iterator[str]:
    for part in outline.parts(data):
        yield str(part.get("code"))
        yield from (str(question.get("code")) for question in outline.questions(part))


class _Names:
    """What places are called: «Question 12 (A2.3)», «Part A2», the head, the order of the parts."""

    def __init__(self, old: Plain, new: Plain) -> None:
        numbered = [
            (str(found.get("code")), number) for number, (_part, found) in enumerate(outline.walk(old), start=1)
        ]
        numbered += [
            (str(found.get("code")), number) for number, (_part, found) in enumerate(outline.walk(new), start=1)
        ]
        self.numbers = dict(numbered)  # A question that both have is called as the new version calls it.

    def __getitem__(self, place: str) -> str:
        if place == outline.HEAD:
            return str(_("The whole form"))
        if place == outline.ORDER:
            return str(_("Order of the parts"))
        if place in self.numbers:
            return str(_("Question %(number)s (%(code)s)", number=self.numbers[place], code=place))
        return str(_("Part %(code)s", code=place))


@blueprint.get("/drafts/<int:draft_id>/compare")
def compare(draft_id: int) -> ResponseReturnValue:
    draft = draft_or_404(draft_id)
    others, base = _others(draft.code), _chosen(draft.base)
    data = drafts.content(draft)
    found = between(json.loads(base.content), data, base.version) if base else since_base(draft, data)
    shown: dict[str, Any] = {"draft": draft, "version": None, "data": data, "changes": found}
    return render_template("design/compare.html", **shown, others=others, base=base)


@blueprint.get("/versions/<int:version_id>/compare")
def compare_version(version_id: int) -> ResponseReturnValue:
    version = find_or_404(version_id)
    base = _chosen(shelves.before(database.session(), version)) or version
    others = [one for one in _others(version.code) if one.id != version.id]
    data = json.loads(version.content)
    found = between(json.loads(base.content), data, base.version)
    shown: dict[str, Any] = {"draft": None, "version": version, "data": data, "changes": found}
    return render_template("design/compare.html", **shown, others=others, base=base)


def _others(code: str) -> list[InstrumentVersion]:
    return [one.version for one in instrument_versions.listed(database.session()) if one.version.code == code]


def _chosen(default: InstrumentVersion | None) -> InstrumentVersion | None:
    """The version that the person wants to compare with."""
    asked = request.args.get("with", 0, type=int)
    if not asked:
        return default
    return database.session().get(InstrumentVersion, asked) or abort(404)
