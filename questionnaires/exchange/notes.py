"""The sentences that an import may say, so that pages can translate them and a test can look for the right one."""


def N_(message: str) -> str:
    """Marks a text for the catalogue; whoever shows it translates it."""
    return message


# Why nothing of a file is taken.
EMPTY = N_("The file is empty.")
TOO_BIG = N_("The file has more than %(most)s MB: no questionnaire is that large.")
UNKNOWN_FORMAT = N_("This is no TOML, JSON, XLSX or LimeSurvey text file.")
NOT_UTF8 = N_("The text is not UTF-8 (byte %(byte)s): save it again as UTF-8.")
NO_TABLE = N_("The file holds no table of an instrument.")
NOT_TOML = N_("This is not TOML: %(reason)s")
NOT_JSON = N_("This is not JSON: %(reason)s")
TOO_DEEP = N_("Tables are nested more than %(most)s deep.")
