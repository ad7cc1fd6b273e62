"""What the editor calls kinds and states, each kind with one line that says when to take it."""

from flask_babel import lazy_gettext as _

VERSION_STATES = {"draft": _("not published"), "published": _("published"), "retired": _("retired")}
DRAFT_STATES = {
    "editing": _("being edited"),
    "submitted": _("waits for a second person"),
    "published": _("published"),
    "dropped": _("given up"),
}
PART_KINDS = {
    "profile": (_("Facts about the respondent"), _("Who answers, and what for. Never in the index.")),
    "factor": (_("Factor of the index"), _("Items rated on the five levels. Only these make the index.")),
    "assessment": (_("Assessments"), _("What people saw or met with. Reported, never in the index.")),
    "expectation": (_("Expectations"), _("What people wish for. Reported, never in the index.")),
    "general": (_("General questions"), _("Ratings of the whole and the like. Never in the index.")),
    "comment": (_("Comments"), _("Words of one's own. Never in the index.")),
    "counter": (_("Three-level ratings"), _("The counter's own series, which is no index.")),
}
QUESTION_KINDS = {
    "rated": (_("Rated item"), _("Five levels of satisfaction; enters the index.")),
    "general_rating": (_("General rating"), _("The same five levels; stays out of the index.")),
    "three_level": (_("Three-level rating"), _("Dissatisfied, satisfied, very satisfied; a series of its own.")),
    "single": (_("One answer"), _("A list of which one is chosen, for example on time or late.")),
    "multiple": (_("Several answers"), _("A list of which several can be chosen.")),
    "ranking": (_("The most important ones"), _("Up to three of a list, in order.")),
    "number": (_("Number"), _("A whole number, for example of visits.")),
    "percentage": (_("Percentage"), _("A share; may be more than 100.")),
    "date": (_("Day"), _("A day of the calendar.")),
    "short_text": (_("Short text"), _("One line in one's own words.")),
    "text": (_("Long text"), _("Several lines in one's own words.")),
}
FORMULAS = {
    "O_crit": _("Mean of the items' satisfaction rates"),
    "O_pool": _("All positive answers divided by all answers"),
    "O_fac": _("Mean of the factors' values"),
    "O_block": _("Weighted mean of the blocks"),
    "H1": _("Satisfied answers among all answers (health)"),
    "H2": _("Respondents who are satisfied with every item they rated"),
    "H3": _("Mean score divided by the highest level"),
}
CERTAINTIES = {
    "found": _("read in the document"),
    "recalled_high": _("from memory, fairly sure"),
    "recalled_medium": _("from memory, not sure"),
    "recalled_low": _("from memory, doubtful"),
    "proposed": _("our own proposal"),
}
FORMATS = {
    "toml": "TOML",
    "json": "JSON",
    "xlsform": "XLSForm",
    "codebook": _("Codebook (XLSX)"),
    "ddi": "DDI-Codebook",
}
CHANGES = {"new": _("new"), "changed": _("changed")}
FIELDS = {
    "code": _("Code"),
    "kind": _("Kind"),
    "text.vi": _("Question in Vietnamese"),
    "text.en": _("Question in English"),
    "hint.vi": _("Note in Vietnamese"),
    "hint.en": _("Note in English"),
    "criterion.vi": _("Short name in Vietnamese"),
    "criterion.en": _("Short name in English"),
    "title.vi": _("Title in Vietnamese"),
    "title.en": _("Title in English"),
    "short_title.vi": _("Short title in Vietnamese"),
    "short_title.en": _("Short title in English"),
    "intro.vi": _("Introduction in Vietnamese"),
    "intro.en": _("Introduction in English"),
    "source": _("Source"),
    "options": _("Answers"),
    "levels": _("Levels"),
    "show_if": _("Condition"),
    "required": _("Must be answered"),
    "full_only": _("Left out of the short form"),
    "dont_know": _("Offers “don't know”"),
    "prefer_not": _("Offers “prefer not to say”"),
    "not_used": _("Offers “not used”"),
    "max_choices": _("At most so many answers"),
    "ranks": _("How many to put in order"),
    "minimum": _("Smallest number"),
    "maximum": _("Largest number"),
    "earliest": _("Earliest day"),
    "latest": _("Latest day"),
    "max_length": _("Longest text"),
    "rotate": _("Items in changing order"),
    "version": _("Version"),
    "status": _("Wording"),
    "index": _("Index"),
    "scale": _("Scale"),
    "formula": _("Formula"),
    "notice": _("Notice"),
    "respondent_types": _("Who answers"),
    "audio": _("Recording"),
}
