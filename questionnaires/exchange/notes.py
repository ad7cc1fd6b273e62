"""The sentences that an import may say, so that pages can translate them and a test can look for the right one."""


def N_(message: str) -> str:
    """Marks a text for the catalogue; whoever shows it translates it."""
    return message


# Why nothing of a file is taken.
EMPTY = N_("The file is empty.")
TOO_BIG = N_("The file has more than %(most)s MB: no questionnaire is that large.")
UNKNOWN_FORMAT = N_("This is no TOML, JSON, XLSX or LimeSurvey text file.")
OLD_OR_PROTECTED = N_("This is an old .xls file, or one with a password: save it as .xlsx without a password.")
NOT_UTF8 = N_("The text is not UTF-8 (byte %(byte)s): save it again as UTF-8.")
NO_TABLE = N_("The file holds no table of an instrument.")
NOT_TOML = N_("This is not TOML: %(reason)s")
NOT_JSON = N_("This is not JSON: %(reason)s")
LONG_KEY = N_("A line has more than %(most)s dots: no name of ours is that long.")
TOO_DEEP = N_("Tables are nested more than %(most)s deep.")
HUGE_NUMBER = N_("A number has more than %(most)s digits.")
UNREADABLE_NAME = N_("A name holds characters that cannot be shown, or is too long.")
UNSTORABLE_TEXT = N_("A text holds the character %(code)s, which cannot be kept: leave it out.")
DAMAGED = N_("The workbook is damaged or no workbook at all (%(reason)s): open it and save it again.")
NO_WORKBOOK = N_("The file is a ZIP archive without a workbook in it.")
TOO_MANY_PARTS = N_("The workbook has more than %(most)s parts.")
TOO_MUCH = N_("The workbook has more than %(most)s cells and formats: keep only the sheets of the form.")
TOO_LARGE_UNPACKED = N_("The workbook is more than %(most)s MB when unpacked.")
PROTECTED = N_("The workbook is protected by a password: save it without one.")
UNSAFE_NAME = N_("The workbook names a part outside itself (%(name)s).")
DOUBLE_PART = N_("The workbook has two parts of the same name.")
ODD_ENCODING = N_("The workbook is written in the encoding %(encoding)s: only UTF-8 is read.")
DOCUMENT_TYPE = N_("The workbook declares a document type with entities, which no office program does.")
DOUBLE_SHEET = N_("There are two sheets of this name.")
TOO_MANY_ROWS = N_("The sheet has more than %(most)s rows.")
TOO_MANY_COLUMNS = N_("The sheet has more than %(most)s columns.")
LONG_CELL = N_("The cell has %(length)s characters; at most %(most)s are read.")
NO_SURVEY = N_("There is no sheet “survey” with the columns “type” and “name”: this is no XLSForm.")
BAD_ROW = N_("The row cannot be read: %(reason)s.")
NO_CLASS = N_("The columns “class”, “type/scale” and “name” are missing: this is no LimeSurvey structure.")

# What was read in another way than it was written.
SHEET_NOT_USED = N_("This sheet is no part of a form and was not read.")
MACROS = N_("The workbook holds macros. None of them was run or taken.")
NO_HEADING = N_("The cell “%(text)s” stands in a column without a heading and was not taken.")
BLANK_ROWS = N_("Here end %(count)s empty rows: what stands below them was not read.")
FORMULA = N_(
    "The cell holds a formula. Its text “%(text)s” was taken, and nothing was calculated: write the text itself."
)
ODD_CHARACTERS = N_("Characters that cannot be shown, or that hide what the text says, were left out (%(codes)s).")
DOUBLE_COLUMN = N_("The column comes twice; the first one counts.")
MORE_NOTES = N_("There are %(count)s more notes: correct these first.")
CHANGED_OUTSIDE = N_("“%(text)s” is not what the questionnaire says here, and was not taken.")
MARKUP = N_("Markup such as %(text)s is shown as it is typed: leave it out.")
MARKUP_REMOVED = N_("Markup was left out, and the words were taken.")
NAMES_ANSWER = N_("The text repeats an answer (%(text)s), which is not possible here: reword it.")

# What a person has to give.
STILL_MISSING = N_("A form of another system has no index, formula, notice or source: complete them in the draft.")
NO_TRANSLATION = {"vi": N_("The Vietnamese words are missing."), "en": N_("The English words are missing.")}
LANGUAGE_NOT_USED = N_("Texts in %(language)s were not taken: there are Vietnamese and English.")
LANGUAGE_ASSUMED = N_(
    "The column names no language: Vietnamese letters were taken as Vietnamese, all others as English."
)
RENAMED = N_("“%(old)s” is called %(new)s here.")
OPTIONS_RENAMED = N_("Names of choices were changed, because they start with a letter here: %(example)s and so on.")
FIVE_CHOICES = N_("The list %(list)s has five choices. If they are levels of satisfaction, import again and say so.")
NOT_FIVE_LEVELS = N_("The list %(list)s cannot be rated: it needs five levels, and at most one choice beside them.")
FIVE_POINTS = N_("Five points without words became a single choice. Give them words, or rate the question.")
CHECK_LEVELS = N_("Check that the levels go from the lowest to the highest: %(first)s … %(last)s.")
OTHER_SCALE = N_("The list %(list)s has other levels than the first one: only one scale is possible.")

# What was not taken.
UNKNOWN_TYPE = N_("Questions of the type “%(type)s” are not possible here: %(name)s was left out.")
METADATA = N_("“%(type)s” was left out: a form here keeps no trace of the device or of its user.")
CALCULATED = N_("%(name)s is calculated or hidden and was left out.")
TEXT_ROW = N_("The text “%(text)s” was left out: a text without a question opens a part only.")
IN_REPEAT = N_("%(name)s is asked once for each %(repeat)s, which is not possible here: it was left out.")
REPEAT = N_("The repetition %(name)s is not possible here; its questions were left out.")
UNCLOSED = N_("The group %(name)s is not closed.")
NOT_OPEN = N_("Here ends a group that was not opened.")
EMPTY_GROUP = N_("The group %(name)s has no question that could be taken.")
NO_NAME = N_("The question has no name and was left out.")
NO_LIST = N_("The list %(list)s is not on the sheet “choices”: %(name)s was left out.")
DOUBLE_OPTION = N_("The choice %(name)s comes twice; the first one counts.")
FILTER = N_("The choices depend on an earlier answer (%(text)s), which is not possible here: all of them are offered.")
DISABLED = N_("%(name)s is switched off and was left out.")
WHOLE_NUMBERS = N_("Numbers here are whole: decimals will be refused.")
NO_BOUNDS = N_("No bounds are given: numbers from 0 to 1,000,000 are accepted.")
ALL_RANKED = N_("At most the first three places of a ranking are asked here.")
CONSTRAINT = N_("The rule “%(text)s” cannot be kept: other answers will be accepted.")
REQUIRED_IF = N_("Whether an answer is required cannot depend on others (%(text)s): it is not required.")
COLUMN_NOT_USED = N_("The column was not taken (%(count)s cells).")
ATTRIBUTE_NOT_USED = N_("The setting %(name)s was not taken (%(count)s times).")
SPLIT_ARRAY = N_("The rows of the table %(name)s became questions of their own.")

# Why a condition was not taken; the question is then asked of everybody.
EXPRESSION_UNREADABLE = N_("The condition was not taken, and the question is always asked: %(reason)s.")
NO_SUCH_CONDITION = N_("The condition was not taken, and the question is always asked: %(what)s is not possible here.")
NOT_AN_EARLIER_QUESTION = N_(
    "The condition was not taken, and the question is always asked: %(name)s is no question before this one."
)
NO_CONDITION_ON = N_(
    "The condition was not taken, and the question is always asked: no condition can look at %(name)s."
)
NO_ORDER = N_("The condition was not taken, and the question is always asked: %(name)s is no number.")
NO_SUCH_OPTION = N_("The condition was not taken, and the question is always asked: %(name)s has no choice %(option)s.")
WHOLE_CHOICE = N_(
    "The condition was not taken, and the question is always asked: it asks for exactly one choice of %(name)s."
)
NOT_CHOSEN = N_(
    "The condition was not taken, and the question is always asked: that %(option)s of %(name)s was not chosen, "
    "no condition can say."
)
NO_UNANSWERED = N_(
    "The condition was not taken, and the question is always asked: no condition can count the answers of %(name)s "
    "or ask whether they are missing."
)
NEGATION = N_("Where the earlier question is left unanswered, this one is not asked; in the other system it was.")
