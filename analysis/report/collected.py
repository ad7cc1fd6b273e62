"""On which days answers were collected, whether the figures were frozen while people could still answer, and whether
the end was moved after somebody had looked at results.

The period that a survey is about may be a whole year; what was published is left to `publication`.
"""

from collections.abc import Mapping
from typing import Any

from analysis.report.blocks import Draft, runs
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.report.words import count, day, upper_first


def of_wave(release: Release, wave: Mapping[str, Any]) -> tuple[str, str]:
    """Its first day and its last; the day of freezing where it was still open then."""
    opens, closes = str(wave["opens_on"]), str(wave["closes_on"])
    return opens, release.frozen_on if opens <= release.frozen_on < closes else closes


def days(release: Release) -> tuple[str, str]:
    """Of all waves."""
    found = [of_wave(release, wave) for wave in release.context["waves"]]
    return min(first for first, _ in found), max(last for _, last in found)


def words(first: str, last: str) -> str:
    return f"ngày {day(first)}" if first == last else f"từ ngày {day(first)} đến ngày {day(last)}"


def open_until(release: Release, told: str | None) -> str:
    """The day until which people could still answer when the figures were frozen; empty when that was over.

    `told`: what the publication says of it.
    """
    waves = release.context["waves"]
    cut = [str(wave["closes_on"]) for wave in waves if of_wave(release, wave)[1] < str(wave["closes_on"])]
    return (told or max(cut, default="")) if release.frozen_on else ""


def add_notice(draft: Draft, release: Release, publication: Publication) -> None:
    """At the head of a document, where its figures are of an unfinished wave."""
    if until := open_until(release, publication.open_until):
        frozen, last = day(release.frozen_on), day(until)
        vietnamese = f"Số liệu chốt ngày {frozen}, khi đợt khảo sát còn mở đến ngày {last}."
        english = f"The figures were frozen on {frozen}, while the wave was still open until {last}."
        draft.bilingual(runs(vietnamese), runs(english))


def line(first: str, last: str) -> str:
    """Below a title."""
    return f"(thu thập ý kiến {words(first, last)})"


def fact(first: str, last: str) -> str:
    return upper_first(words(first, last))


MOVES = ("extended", "closed", "reopened")


def looked(release: Release) -> int:
    """How often results had been looked at when the end of a wave was last moved; 0 where nobody had, or nobody knows.

    An interval holds its level only where the end does not hang on what was seen (`monitoring` has one that does).
    """
    steps = (step for wave in release.context["waves"] for step in wave.get("steps", ()) if step["kind"] in MOVES)
    return max((step.get("releases", 0) + step.get("snapshots", 0) for step in steps), default=0)


def moved(release: Release) -> str:
    """The sentence that stands beside the verdict; empty where there is none to say, or no interval."""
    times = looked(release)
    if not times or not release.index or release.index.low is None:
        return ""
    return (
        f"Ngày kết thúc thu thập ý kiến đã được thay đổi sau khi kết quả đã được xem {count(times)} lần, nên khoảng "
        "tin cậy hẹp hơn mức cần có."
    )
