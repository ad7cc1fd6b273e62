"""Part three of the report: conclusions drafted from the figures, in Vietnamese and English, for a person to edit.

Every number stands in a run that names its figure; which sentences are said follows from the figures alone. How a
language says them is left to `conclusion_words`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.report.blocks import Piece, Run, Runs, plain, runs
from analysis.report.cells import level
from analysis.report.conclusion_words import LANGUAGES
from analysis.report.priorities import factors_by_rank
from analysis.report.source import Figure, Part, Release
from analysis.report.summary import verdict_of
from questionnaires.texts import Language, Text

MOST_NAMED = 3  # Items that are named as the lowest; as many more as share the last place.
# What people went through, as the forms of administrative service ask it: question=option of each sentence.
EXPERIENCES = {"N2=trips4": "trips", "N3=yes": "harassment", "N4=yes": "extra", "N5=late": "late"}


def drafted(release: Release, language: Language) -> list[Runs]:
    """The paragraphs, in the order of the report."""
    say = Saying(release, language)
    found = (
        say.verdict(),
        say.units(),
        say.factors(),
        say.items(),
        say.experiences(),
        say.expectations(),
        say.advice(),
    )
    return [paragraph for paragraph in found if paragraph]


def as_data(release: Release) -> dict[str, object]:
    """What the console offers for editing: plain paragraphs by language."""
    return {
        "format": "hailong-conclusions/1",
        "release_hash": release.release_hash,
        **{language: [plain(one) for one in drafted(release, language)] for language in LANGUAGES},
    }


class Saying:
    """The sentences about one release in one language."""

    def __init__(self, release: Release, language: Language) -> None:
        self.release, self.language, self.words = release, language, LANGUAGES[language]

    def verdict(self) -> Runs:
        kind, words, index = verdict_of(self.release), self.words, self.release.index
        name, target = (
            words.index_name(self._name(self.release.instrument.index.name)),
            words.number(self.release.target),
        )
        if index is None:
            return runs(words.no_index[kind].format(name=name))
        if index.estimate is None or not self._shown(index).text:
            return runs(words.no_value.format(name=name, target=target, why=words.obstacle(index.method)))
        concluded = words.verdicts[kind].format(name=name, target=target, why=words.obstacle(index.method))
        return runs(
            f"{name}{words.estimated_at}",
            self._shown(index, unit="%"),
            *self._interval(index),
            words.based_on,
            self._counted(index, "n"),
            words.respondents(index.n),
            concluded,
        )

    def _interval(self, index: Figure) -> Sequence[Piece]:
        low, high = self._shown(index, "low", "%"), self._shown(index, "high", "%")
        if not (low.text and high.text):
            return ()
        opening = self.words.interval.format(level=self.words.number_text(level(self.release)))
        return (opening, low, self.words.to, high, ")")

    def units(self) -> Runs:
        figures = list(self.release.of_domain_type("unit"))
        if not figures:
            return ()
        verdicts = Counter(figure.kind for figure in figures)
        target = self.words.number(self.release.target)
        return runs(self.words.units(verdicts, target))

    def factors(self) -> Runs:
        found = [(factor.title, self.release.find("factor", factor.code)) for factor in self.release.instrument.factors]
        rated = [(self._name(title), figure) for title, figure in found if figure and self._shown(figure).text]
        words = self.words
        if not rated:
            return ()
        if len(rated) == 1:
            return runs(words.one_factor.format(name=rated[0][0]), self._shown(rated[0][1], unit="%"), ".")
        high, low = _extremes([(name, figure, self._shown(figure).text) for name, figure in rated])
        if len(high) == len(rated):
            return runs(words.equal_factors(len(rated)), self._shown(high[0][1], unit="%"), ".")
        return runs(
            words.highest([name for name, _ in high]),
            self._shown(high[0][1], unit="%"),
            words.lowest([name for name, _ in low]),
            self._shown(low[0][1], unit="%"),
            words.by_estimate,
        )

    def items(self) -> Runs:
        """The lowest items; where too many share the last place, only those below it."""
        rated = [
            (self._name(item.criterion), figure)
            for item in self.release.instrument.items
            if (figure := self.release.find("item", item.code)) and self._shown(figure).text
        ]
        lowest = _lowest(rated)
        if not lowest or len(rated) < 2 or len(lowest) == len(rated):
            return ()
        pieces: list[Piece] = [self.words.lowest_items(len(lowest))]
        for place, (name, figure) in enumerate(lowest):
            pieces += [self.words.before(place, len(lowest)), f"“{name}” (", self._shown(figure, unit="%"), ")"]
        return runs(*pieces, ".")

    def experiences(self) -> Runs:
        pieces: list[Piece] = []
        for code, name in EXPERIENCES.items():
            figure = self.release.find("assessment", code)
            if figure and self._shown(figure).text:
                pieces += [*self._experience(name, figure), "; "]
        return runs(self.words.experiences, *pieces[:-1], ".") if pieces else ()

    def _experience(self, name: str, figure: Figure) -> Iterator[Piece]:
        said, none = self.words.experience[name]
        base = (self.words.base, self._counted(figure, "base"), self.words.people(figure.base), ")")
        if figure.estimate == 0:
            yield from (none, *base)
        else:
            yield from (self._shown(figure, unit="%"), said, *base)

    def expectations(self) -> Runs:
        """What most people wish; nothing where everything is wished equally often."""
        names = {
            f"{question.code}={option.code}": self._name(option.text)
            for part in self.release.instrument.parts
            if part.kind == "expectation"
            for question in part.questions
            if question.kind == "multiple"
            for option in getattr(question, "options", ())
        }
        found = [(name, self.release.find("expectation", code)) for code, name in names.items()]
        wished = [(name, figure, self._shown(figure).text) for name, figure in found if figure and figure.estimate]
        wished = [one for one in wished if one[2]]
        if len(wished) < 2:
            return ()
        most, least = _extremes(wished)
        if most == least:
            return ()
        wishes = [name for name, _ in most]
        return runs(self.words.wished(wishes), self._shown(most[0][1], unit="%"), self.words.wish_end)

    def advice(self) -> Runs:
        """What to begin with: by importance where that was computed, else what was rated lowest."""
        first = [one for one in factors_by_rank(self.release) if one["quadrant"] == "improve first"]
        titles = {factor.code: self._name(factor.title) for factor in self.release.instrument.factors}
        names = [titles[one["code"]] for one in first if one["code"] in titles]
        return runs(self.words.advice(names) if names else self.words.plain_advice)

    def _name(self, text: Text) -> str:
        return text.vi if self.language == "vi" else text.en

    def _shown(self, figure: Figure, part: Part = "estimate", unit: str = "") -> Run:
        text = self.words.number_text(self.release.shown(figure, part))
        return Run(text + unit if text else "", figure=f"{figure.id}#{part}")

    def _counted(self, figure: Figure, column: str) -> Run:
        return Run(self.words.count(getattr(figure, column)), figure=f"{figure.id}#{column}")


Rated = tuple[str, Figure]


def _extremes(rated: Sequence[tuple[str, Figure, str]]) -> tuple[list[Rated], list[Rated]]:
    """Those printed highest and those printed lowest: what reads the same is equal."""
    ordered = sorted(rated, key=lambda one: -(one[1].estimate or 0.0))
    top, bottom = ordered[0][2], ordered[-1][2]
    high, low = ([(name, figure) for name, figure, text in rated if text == wanted] for wanted in (top, bottom))
    return high, low


def _lowest(rated: Sequence[Rated]) -> list[Rated]:
    ordered = sorted(rated, key=lambda one: one[1].estimate or 0.0)
    if len(ordered) <= MOST_NAMED:
        return list(ordered[:1]) if ordered and _below(ordered, 1) else []
    count = next((count for count in (3, 4, 5, 2, 1) if _below(ordered, count)), 0)
    return list(ordered[:count])


def _below(ordered: Sequence[Rated], count: int) -> bool:
    """Whether the first `count` are all lower than the rest, so that none is left out that equals one named."""
    if len(ordered) <= count:
        return False
    last, following = ordered[count - 1][1].estimate or 0.0, ordered[count][1].estimate or 0.0
    return round(following - last, 2) >= 0.01
