"""What `analysis.planning` refuses, in the words of the page; a test holds this list beside the sentences there.

Faults of a frame's file bring both languages along and need no words here.
"""

import re
from typing import Any, Final

from flask_babel import lazy_gettext as _

_DAMAGED = _("The plan folder was damaged or changed: put it back from a copy, then try again.")
_SENTENCES: Final[tuple[tuple[str, Any], ...]] = (
    (r"strata without anybody: (?P<names>.*); leave", _("Nobody is in the strata %(names)s.")),
    (
        r"(?P<wanted>\S+) cases are wanted, only (?P<there>\S+) can be drawn",
        _("%(wanted)s cases are wanted, only %(there)s can be drawn: ask for fewer, or raise the maximum."),
    ),
    (
        r"at least (?P<least>\S+) in each stratum makes (?P<all>\S+) cases, more than (?P<total>.+)",
        _(
            "At least %(least)s in each stratum makes %(all)s cases, more than the total of %(total)s: raise the "
            "total or lower the minimum."
        ),
    ),
    (
        r"Neyman allocation needs .* for (?P<names>.*)",
        _("Neyman allocation needs a standard deviation above 0 for each of: %(names)s."),
    ),
    (
        r"(?P<wanted>\S+) cannot be drawn out of (?P<there>.+)",
        _("%(wanted)s cannot be drawn out of %(there)s."),
    ),
    (
        r"the public number must be drawn on a later day",
        _("The public number must be drawn on a later day than the sealing: name a later one."),
    ),
    (
        r"the public number is drawn on (?P<day>[^;]+);",
        _("The public number is drawn on %(day)s: draw on that day or later."),
    ),
    (
        r"the public number has (?P<digits>\S+) digits",
        _("The public number has %(digits)s digits: type all of them, zeros in front included."),
    ),
    (
        r"this plan was drawn with another number",
        _("This plan was drawn with another number: a draw is never repeated with a second one."),
    ),
    (r"(?P<name>\S+) (is missing from the|was changed after it)", _DAMAGED),
    (
        r".* cannot be filled in \((?P<why>.+)\); see",
        _("The Word template cannot be filled in (%(why)s): begin with a copy of ours."),
    ),
    (r".* (is no plan folder|cannot be read; name)|the seal is not that of", _DAMAGED),
    (
        r"(stratum )?(?P<names>.+) would get no case",
        _("%(names)s would get no case: raise the total or the minimum."),
    ),
    (
        r"a unit and respondent type are named twice",
        _("A unit is named twice: give one line for each."),
    ),
    (r"the frame is empty", _("The frame is empty: import one with rows.")),
    (
        r"the frame lacks the columns (?P<names>.+)",
        _("The frame lacks the columns %(names)s, which this plan uses: import a frame that has them."),
    ),
    (
        r"the frame has empty cells in (?P<names>[^;]+);",
        _("The frame has empty cells in %(names)s: fill them, or leave these rows out."),
    ),
    (
        r"the frame names a code more than once",
        _("The frame names a code more than once: every code stands for one dossier, household or class."),
    ),
    (
        r"(?P<column>\S+) .* holds one of the signs (?P<signs>[^;]+);",
        _("The column %(column)s holds one of the signs %(signs)s: write it without them."),
    ),
    (
        r"(?P<column>\S+) of (?P<code>\S+) is .*; give a whole number",
        _("%(column)s of %(code)s must be a whole number from 1 to 9999."),
    ),
    (
        r"the frame still names dossiers or households",
        _("The frame still names dossiers or households by their own codes: import it again."),
    ),
    (
        r".* cannot be used: (?P<why>.+)",
        _("This cannot be used; please check the numbers (%(why)s)."),
    ),
)


def in_words(sentence: str) -> str:
    """The sentence for the page, in the person's language."""
    for pattern, words in _SENTENCES:
        if found := re.match(pattern, sentence, re.DOTALL):
            return str(words) % found.groupdict()
    return str(_("The analysis could not do this (%(why)s): try again, or ask the administrator.", why=sentence))
