"""Advice on a questionnaire in the words of the page; what advice there is, `questionnaires.lint` says."""

from typing import Any, Final

from flask_babel import lazy_gettext as _

from questionnaires.lint import Advice

_SENTENCES: Final[dict[str, Any]] = {
    "missing_translation": _("There is no text in %(language)s yet."),
    "markup": _("Signs like <b> are shown as they are typed: leave them out."),
    "joined": _("“%(word)s” joins two things: ask one in each question."),
    "perhaps_joined": _("“%(word)s” may join two things: then ask one in each question."),
    "leading": _("“%(word)s” leads to an answer: ask without it."),
    "double_negation": _("It says no twice (%(words)s): say it with one or without."),
    "too_long": _("%(count)s %(unit)s are many to keep in mind: make it shorter than %(most)s."),
    "hard_sentence": _("A sentence has %(count)s %(unit)s, more than %(most)s: make two of it."),
    "hard_word": _("“%(word)s” is official language: “%(plainer)s” is plainer."),
    "grade": _(
        "The English reads like school grade %(grade)s, above %(most)s: use shorter words and sentences "
        "(Flesch–Kincaid)."
    ),
    "one_item": _("A factor with one item says no more than the item itself."),
    "no_other": _("Those who find no answer that fits have none to choose: add “other”."),
    "scale_reversed": _("Level 5 sounds worse than level 1: levels go from the lowest to the highest."),
    "other_direction": _("Its answers go from %(own)s, those of most questions from %(most)s: keep one direction."),
    "code_pattern": _("The code %(code)s does not begin like the others in this part (%(pattern)s)."),
    "repeated": _("It says the same as %(code)s."),
    "unreachable": _("No answers lead here: this question is never asked."),
    "index_breaks": _("This change breaks the series of the index."),
    "index_note": _("Because of this change the index needs a note."),
    "version_too_small": _("The index begins a new series: give version %(version)s or a higher one."),
}
# What stands in the details as a word of its own, by the English one.
_WORDS: Final[dict[str, Any]] = {
    "Vietnamese": _("Vietnamese"),
    "English": _("English"),
    "syllables": _("syllables"),
    "words": _("words"),
    "low to high": _("low to high"),
    "high to low": _("high to low"),
}
_SAID_AS_WORDS: Final = frozenset({"language", "unit", "own", "most"})


def in_words(advice: Advice) -> str:
    """The sentence for the page, in the person's language."""
    sentence = str(_SENTENCES[advice.what])
    if not advice.details:
        return sentence
    details = {
        name: str(_WORDS.get(value, value)) if name in _SAID_AS_WORDS else value
        for name, value in advice.details.items()
    }
    return sentence % details
