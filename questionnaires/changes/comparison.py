"""What changed between two versions, place by place, and what that does to each series."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from questionnaires import outline
from questionnaires.changes.head import block_changes, head_changes
from questionnaires.changes.matching import Placed, moved, placed, same_parts, same_questions
from questionnaires.changes.normal import normal, normal_head
from questionnaires.changes.questions import question_changes
from questionnaires.changes.rules import RULES, Consequence, Rule
from questionnaires.changes.wording import Found, text_changes
from questionnaires.conditions import looked_at, renamed
from questionnaires.model import Questionnaire

INDEX: Final = ""  # A series is named by the code of its question or factor, by `block:` and a block's code, or so;
# a figure beside the index, which stands on the same items, by `beside:` and the name of its formula.
Effects = Mapping[str, Consequence]
_PLACE_ONLY: Final = frozenset({"moved", "part", "factor", "factor_of_mean", "recoded"})


@dataclass(frozen=True)
class Change:
    """`place` as in `outline`: a code of the new version (of the old one where it was removed), the head or the order.

    `before` and `after` are plain data: a text, a number, a condition, a list of codes; None where there was nothing.
    """

    place: str
    what: str  # A key of RULES: which words and which reason.
    before: Any
    after: Any
    effects: Effects

    @property
    def rule(self) -> Rule:
        return RULES[self.what]

    @property
    def consequence(self) -> Consequence:
        """The worst that it does to any series."""
        return max(self.effects.values(), default=Consequence.COMPARABLE)

    def effect_on(self, series: str) -> Consequence:
        found = self.effects.get(series, Consequence.COMPARABLE)
        of_index = series.startswith("beside:")
        return max(found, self.effects.get(INDEX, Consequence.COMPARABLE)) if of_index else found

    def __str__(self) -> str:
        return f"{self.place or 'head'}: {self.rule.words} ({self.consequence.words}: {self.rule.why})"


@dataclass(frozen=True)
class Comparison:
    changes: tuple[Change, ...]

    def consequence_for(self, series: str = INDEX) -> Consequence:
        return max((one.effect_on(series) for one in self.changes), default=Consequence.COMPARABLE)

    def reasons_for(self, series: str = INDEX) -> tuple[Change, ...]:
        """What makes a series not plainly comparable."""
        return tuple(one for one in self.changes if one.effect_on(series))

    def at(self, place: str) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.place == place)

    @property
    def whole(self) -> Consequence:
        """Of the two versions: that of the index; what breaks another series only is worth a note."""
        others = max((one.consequence for one in self.changes), default=Consequence.COMPARABLE)
        return max(self.consequence_for(INDEX), min(others, Consequence.NOTE))


def compare(old: Questionnaire | outline.Data, new: Questionnaire | outline.Data) -> Comparison:
    """Of instruments, or of plain data that may have faults."""
    both = _Both(_data(old), _data(new))
    found = [*both.head(), *both.parts(), *both.questions()]
    return Comparison((*found, *both.filters(found)))


def _data(instrument: Questionnaire | outline.Data) -> outline.Data:
    if isinstance(instrument, Questionnaire):
        return instrument.model_dump(mode="json", exclude_none=True)
    return instrument


class _Both:
    """Two versions with what is the same in them."""

    def __init__(self, old: outline.Data, new: outline.Data) -> None:
        self.old_data, self.new_data = old, new
        self.old, self.new = placed(old), placed(new)
        self.same, self.same_part = same_questions(self.old, self.new), same_parts(old, new)
        self.heads = normal_head(outline.head(old)), normal_head(outline.head(new))

    def head(self) -> Iterator[Change]:
        rated = [one for one in (*self.old.values(), *self.new.values()) if one.rated]
        for found in head_changes(*self.heads):
            yield _change(outline.HEAD, found, _of_questions(rated, RULES[found[0]]))
        for code, found in block_changes(*self.heads):
            consequence = {"block": Consequence.BREAKS, "part_title": Consequence.NOTE}.get(found[0], Consequence(0))
            yield _change(outline.HEAD, found, {f"block:{code}": consequence, "beside:O_block": consequence})

    def parts(self) -> Iterator[Change]:
        old = {str(part.get("code", "")): part for part in outline.parts(self.old_data)}
        new = {str(part.get("code", "")): part for part in outline.parts(self.new_data)}
        for code in [code for code in old if code not in self.same_part]:
            yield _change(code, ("part_removed", old[code].get("title"), None), {})
        for code in [code for code in new if code not in self.same_part.values()]:
            yield _change(code, ("part_added", None, new[code].get("title")), {})
        for before, after in self.same_part.items():
            for found in _part_changes(normal(old[before]), normal(new[after])):
                yield _change(after, found, self._of_part(before, after, found))
        orders = [self.same_part.get(code, code) for code in old], list(new)
        if crossed := _crossed(*orders):
            of_parts = [one for one in (*self.old.values(), *self.new.values()) if self._part(one) in crossed]
            yield _change(outline.ORDER, ("part_moved", *orders), _of_questions(of_parts, RULES["part_moved"]))

    def _part(self, one: Placed) -> str:
        """The code in the new version of the part in which a question stands."""
        return self.same_part.get(one.part, one.part)

    def _of_part(self, before: str, after: str, found: Found) -> Effects:
        if found[0] == "block":
            blocks = [f"block:{code}" for code in found[1:] if code]
            return dict.fromkeys([*blocks, "beside:O_block"], Consequence.BREAKS)
        held = [one for one in self.old.values() if one.part == before]
        held += [one for one in self.new.values() if one.part == after]
        return _of_questions(held, RULES[found[0]])

    def questions(self) -> Iterator[Change]:
        for gone in [one for code, one in self.old.items() if code not in self.same]:
            found = ("removed", gone.content.get("text"), None)
            yield _change(gone.code, found, _of_questions([gone], RULES["removed"]))
        here = set(self.same.values())
        for new in [one for code, one in self.new.items() if code not in here]:
            yield _change(new.code, ("added", None, new.content.get("text")), _of_questions([new], RULES["added"]))
        yield from self._kept_questions()

    def _kept_questions(self) -> Iterator[Change]:
        not_used = tuple(bool(_scale(head).get("not_used")) for head in self.heads)
        moved_within = set(self._moved_within())
        for before, after in self.same.items():
            old, new = self.old[before], self.new[after]
            found = list(question_changes(self._as_now(old), new.content, (not_used[0], not_used[1])))
            found += self._place_changes(old, new, after in moved_within)
            yield from (_change(after, one, _of_questions([old, new], RULES[one[0]])) for one in found)

    def _as_now(self, old: Placed) -> Mapping[str, Any]:
        """With the new codes of the questions that its condition looks at."""
        condition = old.content.get("show_if")
        return old.content if condition is None else {**old.content, "show_if": renamed(condition, self.same)}

    def _place_changes(self, old: Placed, new: Placed, moved_within: bool) -> Iterator[Found]:
        if old.code != new.code:
            yield "recoded", old.code, new.code
        if self._part(old) != new.part:
            alike = any(_formula(head).get("name") == "O_fac" for head in self.heads)
            within = ("factor_of_mean" if alike else "factor") if old.in_factor and new.in_factor else "part"
            yield within, old.part, new.part
        elif moved_within:
            yield "moved", old.part, new.part

    def _moved_within(self) -> Iterator[str]:
        for before, after in self.same_part.items():
            old = [self.same.get(code, "") for code, one in self.old.items() if one.part == before]
            yield from moved(old, [code for code, one in self.new.items() if one.part == after])

    def filters(self, found: Iterable[Change]) -> Iterator[Change]:
        """Questions whose own condition is as before, but not what it looks at, also through other questions."""
        shifted = {one.place for one in found if self._shifts(one)}
        waiting = [one for code, one in self.new.items() if one.content.get("show_if") and code not in shifted]
        while reached := [one for one in waiting if self._looks_at(one) & shifted]:
            waiting = [one for one in waiting if one not in reached]
            for one in reached:
                shifted.add(one.code)
                looked = sorted(self._looks_at(one) & shifted)
                yield _change(
                    one.code, ("filter_question", looked, looked), _of_questions([one], RULES["filter_question"])
                )

    def _shifts(self, change: Change) -> bool:
        """Whether other people may answer the question, or answer it otherwise."""
        of_a_question = change.place in self.new or change.place in self.old
        return of_a_question and change.what not in _PLACE_ONLY and change.consequence > Consequence.COMPARABLE

    def _looks_at(self, one: Placed) -> set[str]:
        condition = one.content["show_if"]
        rated = {code for code, item in self.new.items() if item.in_factor} if "any_rated" in str(condition) else set()
        return set(looked_at(condition)) | rated


def _change(place: str, found: Found, effects: Effects) -> Change:
    return Change(place, *found, effects)


def _of_questions(questions: Iterable[Placed], rule: Rule) -> Effects:
    effects: dict[str, Consequence] = {}
    for one in questions:
        effects[one.code] = rule.own
        if one.in_factor:
            effects[one.part] = rule.factor
            if rule is RULES["factor"]:  # Factors weigh alike in this figure, so the item weighs otherwise.
                effects["beside:O_fac"] = Consequence.BREAKS
            if one.block:
                effects[f"block:{one.block}"] = rule.factor
        if one.rated:
            effects[INDEX] = rule.index
    return effects


def _part_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    fields = {"code": "part_recoded", "kind": "part_kind", "block": "block", "rotate": "rotation"}
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if name in ("title", "intro"):
            yield from text_changes(before, after, "part_title" if name == "title" else "intro")
        elif name not in ("items", "questions") and before != after:
            yield fields.get(name, "other"), before, after


def _crossed(old: list[str], new: list[str]) -> set[str]:
    """The parts that now stand on the other side of some other part."""
    at = {code: position for position, code in enumerate(new)}
    common = [at[code] for code in old if code in at]
    pairs = ((one, other) for i, one in enumerate(common) for other in common[i + 1 :] if one > other)
    return {new[position] for pair in pairs for position in pair}


def _scale(head: Mapping[str, Any]) -> Mapping[str, Any]:
    return head["scale"] if isinstance(head.get("scale"), dict) else {}


def _formula(head: Mapping[str, Any]) -> Mapping[str, Any]:
    return head["formula"] if isinstance(head.get("formula"), dict) else {}
