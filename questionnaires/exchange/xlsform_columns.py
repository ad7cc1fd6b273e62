"""The headings and names of our XLSForms, which writing and reading share."""

from typing import Final

# As the languages of the form are named to those who fill it in; tools read the code in the brackets.
LANGUAGES: Final = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
OWN: Final = "hailong_"  # In front of the columns that XLSForm has no word for.
OWN_SHEET: Final = "hailong"
ROLE: Final = f"{OWN}role"  # What a row is for that is no question: the reader of our own files leaves it out.

NOTICE: Final = "notice__"
INTRO: Final = "__intro"
STATE: Final = "__state"
OTHER: Final = "__other"
LEVELS: Final = "levels__"
WORD: Final = "place__"  # The words of the place, and what else a form may know of it.

JOINER: Final = "\u2060"  # Without width: keeps a `$` and a `{` of a text from being read as a reference.

STATES: Final = {"dont_know": "dk", "prefer_not": "pn"}
STATE_LABELS: Final = {
    "dont_know": {"vi": "Không biết", "en": "Don't know"},
    "prefer_not": {"vi": "Không muốn trả lời", "en": "Prefer not to say"},
}

SURVEY: Final = (
    "type",
    "name",
    *(f"label::{name}" for name in LANGUAGES.values()),
    *(f"hint::{name}" for name in LANGUAGES.values()),
    "required",
    "relevant",
    "constraint",
    *(f"constraint_message::{name}" for name in LANGUAGES.values()),
    "appearance",
    "default",
    *(f"media::audio::{name}" for name in LANGUAGES.values()),
    *(
        f"{OWN}{name}"
        for name in ("role", "kind", "criterion_vi", "criterion_en", "decision", "certainty", "not_used", "required")
    ),
    *(f"{OWN}{name}" for name in ("states", "full_only", "block", "rotate", "show_if", "relevant")),
)
CHOICES: Final = (
    "list_name",
    "name",
    *(f"label::{name}" for name in LANGUAGES.values()),
    *(f"media::audio::{name}" for name in LANGUAGES.values()),
    f"{OWN}state",
    f"{OWN}specify",
)
SETTINGS: Final = ("form_title", "form_id", "version", "default_language")
