"""Renders the pages of the public site, in both languages, from the published releases.

Templates arrange and say; every figure comes from the release through `Voice.figure` and carries its id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jinja2
from markupsafe import Markup

from analysis.report import collected, undrawn
from analysis.report.cells import confidence
from analysis.report.source import Figure
from analysis.site import addresses, pictures, words
from analysis.site.published import Publication, changed_figures
from questionnaires.model import LANGUAGES, Language

INDICES = ("sipas", "health", "education")
PAGES = ("survey", "units", "method", "replies", "data")


def environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("analysis.site")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@dataclass(frozen=True)
class Site:
    """All publications and where they are served; `stylesheet` is its address, `origin` that of the whole site."""

    publications: Sequence[Publication]
    origin: str
    stylesheet: str

    @cached_property
    def latest(self) -> Mapping[str, Publication]:
        """The newest number of each survey, surveys by the end of their period, the newest first."""
        found = {one.survey: one for one in self.publications}
        ended = sorted(found.values(), key=lambda one: (one.release.survey["period"]["to"], one.survey), reverse=True)
        return {one.survey: one for one in ended}

    @cached_property
    def indices(self) -> Mapping[str, Sequence[Publication]]:
        """By index: its surveys, the newest first."""
        codes = [*INDICES, *sorted({one.index_code for one in self.publications} - set(INDICES))]
        found = {code: [one for one in self.latest.values() if one.index_code == code] for code in codes}
        return {code: surveys for code, surveys in found.items() if surveys}

    def numbered(self, survey: str, number: int) -> Publication | None:
        return next((one for one in self.publications if (one.survey, one.number) == (survey, number)), None)


@dataclass(frozen=True)
class Voice:
    """One language's way to say figures, counts and days."""

    language: Language

    def say(self, vi: str, en: str) -> str:
        return en if self.language == "en" else vi

    def figure(self, one: Publication, figure: Figure | None, part: str = "estimate", unit: str = "%") -> Markup:
        """A figure's only text, with its id; a dash where it has none."""
        text = one.release.display.get(figure.id, {}).get(part, {}).get(self.language) if figure else None
        if figure is None or text is None:
            return Markup("–")
        return Markup('<span data-id="{}#{}">{}</span>{}').format(figure.id, part, text, unit)

    def count(self, figure: Figure | None, part: str = "n") -> Markup:
        """`n` or `base`."""
        if figure is None:
            return Markup("–")
        text = words.count(getattr(figure, part), self.language)
        return Markup('<span data-id="{}#{}">{}</span>').format(figure.id, part, text)

    def interval(self, one: Publication, figure: Figure | None) -> Markup:
        if figure is None or figure.low is None or figure.high is None:
            return Markup("–")
        low, high = self.figure(one, figure, "low"), self.figure(one, figure, "high")
        return Markup('<span class="interval">{} – {}</span>').format(low, high)

    def verdict(self, kind: str) -> str:
        return words.SHORT[kind][self.language]

    def headline(self, one: Publication, kind: str) -> str:
        return words.HEADLINES[kind][self.language].format(target=self.target(one))

    def reason(self, one: Publication, kind: str) -> str:
        return words.REASONS[kind][self.language].format(target=self.target(one))

    def undrawn(self, one: Publication) -> Sequence[str]:
        """What must be read with the headline where no plan drew those who answered."""
        return [note[self.language] for note in undrawn.notes(one.release)]

    def series(self, one: Publication, series: str) -> str:
        return (undrawn.label(one.release, series) or words.SERIES[series])[self.language]

    def target(self, one: Publication) -> str:
        return words.setting(one.release.target, self.language)

    def level(self, one: Publication) -> str:
        return words.setting(confidence(one.release), self.language)

    def number(self, number: int) -> str:
        return words.count(number, self.language)

    def weight(self, value: float) -> str:
        """A stated weight of a wave."""
        return words.weight(value, self.language)

    def day(self, iso: str | None) -> str:
        return words.day(iso or "", self.language)

    def days(self, one: Publication) -> str:
        """When answers were collected."""
        first, last = collected.days(one.release)
        return self.day(first) if first == last else f"{self.day(first)} – {self.day(last)}"

    def unfinished(self, one: Publication) -> str:
        """That people could still answer when the figures were frozen; empty when that was over."""
        until = collected.open_until(one.release, one.record.get("open_until"))
        frozen, last = self.day(one.release.frozen_on), self.day(until)
        return until and self.say(
            f"Số liệu chốt ngày {frozen}, khi đợt khảo sát còn mở đến ngày {last}.",
            f"The figures were frozen on {frozen}, while the wave was still open until {last}.",
        )

    def moved(self, one: Publication) -> str:
        """That the end was moved after results had been looked at; empty where it was not."""
        said, times = collected.moved(one.release), collected.looked(one.release)
        often = "once" if times == 1 else f"{self.number(times)} times"
        return said and self.say(
            said,
            f"The end of the survey was moved after results had been looked at {often}, so the interval is narrower "
            "than it should be.",
        )

    def both(self, value: Any) -> str:
        return words.both(value, self.language)

    def plain(self, one: Publication, figure: Figure) -> str:
        return words.point_reading(figure, one.release.target, self.language)

    def alt(self, one: Publication, figure: Figure) -> str:
        """What a bar shows, from the figure's own texts."""
        texts = {part: found[self.language] for part, found in one.release.display.get(figure.id, {}).items()}
        words_of = self.say("{} phần trăm", "{} percent").format(texts.get("estimate", ""))
        if "low" in texts and "high" in texts:
            words_of += self.say(
                f", khoảng tin cậy từ {texts['low']} đến {texts['high']} phần trăm",
                f", confidence interval from {texts['low']} to {texts['high']} percent",
            )
        return words_of + self.say(
            f"; mục tiêu trên {self.target(one)} phần trăm", f"; target above {self.target(one)} percent"
        )


@dataclass(frozen=True)
class Page:
    """Where a page stands (from the root of the folder) and what it says."""

    path: str
    content: str


def pages(site: Site) -> Iterator[Page]:
    env = environment()
    for language in LANGUAGES:
        yield from _of_all(env, site, language)
        for one in site.publications:
            yield from _of_one(env, site, language, one, (one.survey, one.number))
        for survey, one in site.latest.items():
            yield _page(env, site, language, "survey", (survey,), one, permanent=(survey, one.number))


def _of_all(env: jinja2.Environment, site: Site, language: Language) -> Iterator[Page]:
    yield _page(env, site, language, "start", ())
    yield _page(env, site, language, "corrections", ("corrections",))
    for code, surveys in site.indices.items():
        yield _page(env, site, language, "years", ("years", code), surveys=surveys)


def _of_one(
    env: jinja2.Environment, site: Site, language: Language, one: Publication, place: tuple[str, int]
) -> Iterator[Page]:
    before = site.numbered(one.survey, (one.record.get("corrects") or {}).get("number", 0))
    changes = [(old, new, before) for old, new in changed_figures(one, before)]
    for name in PAGES:
        parts = place if name == "survey" else (*place, name)
        yield _page(env, site, language, name, parts, one, changes=changes)
    yield _page(env, site, language, "embed", (*place, "embed"), one)
    for unit in shown_units(one):
        yield _page(env, site, language, "unit", (*place, "units", unit["code"]), one, unit=unit)


def shown_units(one: Publication) -> list[Mapping[str, str]]:
    """Units of which anything is published."""
    codes = {figure.domain for figure in one.release.figures.values() if figure.domain_type == "unit"}
    return [unit for unit in one.release.context["units"] if unit["code"] in codes]


def _page(
    env: jinja2.Environment,
    site: Site,
    language: Language,
    name: str,
    parts: Sequence[str | int],
    one: Publication | None = None,
    *,
    permanent: Sequence[str | int] | None = None,
    **more: Any,
) -> Page:
    voice = Voice(language)
    address = addresses.page(language, *parts)
    other: Language = "vi" if language == "en" else "en"
    content = env.get_template(f"{name}.html").render(
        site=site,
        one=one,
        v=voice,
        t=voice.say,
        words=words,
        pictures=pictures,
        language=language,
        other=other,
        address=address,
        permanent=addresses.page(language, *(permanent or parts)),
        translated=addresses.page(other, *parts),
        to=lambda *to: addresses.page(language, *to),
        file=addresses.file,
        form=one.instrument(language) if one else None,
        changes=more.pop("changes", []),
        shown_units=shown_units,
        simulated=one.release.simulated if one else any(p.release.simulated for p in site.publications),
        **more,
    )
    return Page(f"{address}index.html".lstrip("/"), content)
