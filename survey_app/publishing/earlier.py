"""Earlier surveys of the same index, beside whose published results a new release can set its own.

What is compared, and where a break forbids it, is left to the analysis.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.models import Publication, Survey


@dataclass(frozen=True)
class Choice:
    """One earlier survey with its publications, the one that holds first."""

    survey: Survey
    publications: Sequence[Publication]


def choices(survey: Survey, publications: Iterable[Publication], names: Set[str]) -> list[Choice]:
    """The newest survey first; of what is still there among the `names` of releases."""
    found: dict[Survey, list[Publication]] = {}
    for one in sorted(publications, key=lambda one: (one.state != "published", -one.number)):
        is_public = one.state in ("published", "replaced") and one.release in names
        if is_public and one.survey.index_code == survey.index_code and one.survey.period_from < survey.period_from:
            found.setdefault(one.survey, []).append(one)
    newest_first = sorted(found, key=lambda one: (one.period_from, one.slug), reverse=True)
    return [Choice(one, found[one]) for one in newest_first]


def chosen(asked: Iterable[str], offered: Iterable[Choice]) -> tuple[str, ...]:
    """The names of the releases that were chosen, one a survey at the most. Raises ValueError."""
    names = [name for name in asked if name]
    known = [[one.release for one in choice.publications] for choice in offered]
    if any(sum(name in each for name in names) > 1 for each in known) or set(names) - {
        n for each in known for n in each
    }:
        raise ValueError(_("Choose earlier results from the list; what is there may have changed meanwhile."))
    return tuple(names)
