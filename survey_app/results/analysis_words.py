"""What the analysis says of itself in words of programs, as pages say it: steps of a run, methods of a figure.

The command line and the files keep the analysis' own words; what is not known here is shown as it came.
"""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext

CLOCK = re.compile(r"^\[ *[\d.]+ s\] ")
STEPS = {
    "reading": lazy_gettext("reading the answers"),
    "summing wave": lazy_gettext("adding up the answers of a wave"),
    "estimating": lazy_gettext("computing the figures"),
    "drawing charts": lazy_gettext("drawing the charts"),
    "writing the report": lazy_gettext("writing the report"),
    "counting the pages": lazy_gettext("counting the pages of the report, writing the files for analysts"),
    "wrote": lazy_gettext("the release is written"),
}
INTERVALS = {
    "korn_graubard_capped": lazy_gettext(
        "Korn–Graubard interval: Clopper–Pearson limits at the effective sample size, at most the number of answers"
    ),
    "wilson": lazy_gettext("Wilson interval at the effective sample size"),
    "logit": lazy_gettext("Logit interval at the effective sample size"),
    "t": lazy_gettext("Interval of a mean by Student's t"),
}

# As the analysis names its rules; a test compares them.
FIELD_SIGNS = {
    "quick": lazy_gettext("at least a third took less than half of the usual time"),
    "same": lazy_gettext("at least half gave one value to all items, 25 points more than elsewhere"),
    "alike": lazy_gettext("at least three forms, and a tenth of them, have the very same answers"),
    "high": lazy_gettext("the best value was given 25 points more often than elsewhere"),
    "smooth": lazy_gettext("nobody refused, was away or could not be found, where elsewhere many did"),
}


def step(said: str) -> str:
    """The last line of a run."""
    plain = CLOCK.sub("", said)
    return next((str(words) for begin, words in STEPS.items() if plain.startswith(begin)), plain)


def method(text: str) -> str:
    """The column `method` of a figure, part by part; empty where there is nothing to add to it."""
    found = (_part(part) for part in text.split("; "))
    return "; ".join(part for part in found if part)


def _part(part: str) -> str:
    if part in INTERVALS:
        return str(INTERVALS[part])
    if part.startswith("imprecise: "):
        return str(_("imprecise: %(why)s", why=_reason(part.removeprefix("imprecise: "))))
    if part.startswith("no verdict: "):
        return str(_("no conclusion: %(why)s", why=_reason(part.removeprefix("no verdict: "))))
    return ""


def _reason(why: str) -> str:
    count = "".join(re.findall(r"\d+", why))
    known: dict[str, str] = {
        "fewer than # respondents": _("fewer than %(count)s respondents", count=count),
        "fewer than # degrees of freedom": _("fewer than %(count)s degrees of freedom", count=count),
        "interval wider than # points": _("the interval is wider than %(count)s points", count=count),
        "no degrees of freedom": _("no sampling error can be computed"),
        "not a probability sample": _("not a probability sample"),
        "no criterion with a sufficient base": _("no item with enough answers"),
        "no sealed plan": _("no sample was drawn under a sealed plan"),
    }
    return known.get(re.sub(r"\d+", "#", why), why)
