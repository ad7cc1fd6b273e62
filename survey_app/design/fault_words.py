"""The faults of a questionnaire in the words of the page; what is wrong is found elsewhere."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

# What `questionnaires` says, and how the page says it; what stands in the pattern's groups fills the sentence.
_SENTENCES: tuple[tuple[str, Any], ...] = (
    (r"missing|empty|String should have at least 1 character", _("This is still empty.")),
    (r"unknown name", _("This name is not known here.")),
    (r"too few", _("Too few are given.")),
    (r"too many", _("Too many are given.")),
    (r"not clear what this is.*|unknown kind", _("It is not clear what this is.")),
    (r"holds a character that no document can show", _("This holds a character that no document can show.")),
    (r"String should match pattern.*", _("Only letters, digits, points and low lines; a letter comes first.")),
    (r"Input should be a valid integer.*", _("This is not a whole number.")),
    (r"Input should be a valid number.*", _("This is not a number.")),
    (r"Input should be a valid (?:date|datetime).*", _("This is not a day.")),
    (r"Input should be greater than or equal to (?P<bound>.+)", _("At least %(bound)s.")),
    (r"Input should be less than or equal to (?P<bound>.+)", _("At most %(bound)s.")),
    (r"Input should be .+", _("This is none of the choices.")),
    (r"(?P<code>.*) is used more than once", _("The code %(code)s is used more than once.")),
    (r"(?P<code>.*) is reserved: choose another name", _("The code %(code)s is reserved: choose another.")),
    (r"(?P<code>.*) is reserved: use dont_know.*", _("The code %(code)s is reserved: choose another.")),
    (
        r"(?P<name>\{.*\}) cannot be replaced: use (?P<names>.*), or no braces",
        _("%(name)s cannot be replaced. Use {office}, {unit}, {survey}, {owner} or {procedure}, or no braces."),
    ),
    (
        r"(?P<code>.*) is rotated with it: it may come later",
        _("The condition looks at %(code)s, which changes its place and may come later."),
    ),
    (
        r"two or more need a question with the code respondent_type",
        _("With two or more kinds of respondents a question with the code respondent_type is needed."),
    ),
    (
        r"must be a single choice with the options (?P<codes>.*)",
        _("This question must offer one answer of exactly these codes: %(codes)s."),
    ),
    (r"the scale has no label for it.*", _("The scale has no words for “not used”: give them at the head.")),
    (r"more than the (?P<count>\d+) options", _("There are only %(count)s answers to choose from.")),
    (
        r"a counter's instrument has no five levels.*",
        _("A counter's form has no five levels: ask with a list of answers instead."),
    ),
    (r"name one of (?P<codes>.*)", _("The block must be one of these: %(codes)s.")),
    (r"there are no blocks", _("This form has no blocks.")),
    (r"O_block needs blocks that all have a weight", _("The mean of the blocks needs a weight for each block.")),
    (r"above the maximum", _("The smallest number is above the largest.")),
    (r"after the latest day", _("The first day is after the last.")),
    (r"a text can be left empty.*", _("A text can be left empty, so it needs no “don't know”.")),
    (r"levels are 1 to 5", _("The levels are 1 to 5.")),
    (
        r"(?P<code>.*): comes later: a condition looks back only",
        _("The condition looks at %(code)s, which comes later. Move one of the two, or change the condition."),
    ),
    (
        r"(?P<code>.*): no such question",
        _("The condition looks at %(code)s, which is not there any more. Change the condition."),
    ),
    (r"(?P<code>.*) is no number", _("The condition looks at %(code)s, which is no number.")),
    (r"give at_least, at_most or both", _("The condition needs a smallest or a largest number.")),
    (r"above at_most", _("In the condition the smallest number is above the largest.")),
    (r"(?P<code>.*) is .*: no condition can look at it", _("No condition can look at %(code)s.")),
    (r"(?P<value>.*) is no answer of (?P<code>.*)", _("In the condition “%(value)s” is no answer of %(code)s.")),
)
_COMPILED = tuple((re.compile(pattern, re.DOTALL), sentence) for pattern, sentence in _SENTENCES)


def in_words(message: str) -> str:
    """The sentence for the page; a message that is not known stays as it is."""
    for pattern, sentence in _COMPILED:
        if found := pattern.fullmatch(message):
            return str(sentence) % _filled(found.groupdict()) if found.groupdict() else str(sentence)
    return message


def _filled(groups: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value or "" for name, value in groups.items()}
