"""Says in words who is asked a question, for those who read the data without the questionnaire."""

from typing import Final

from questionnaires.conditions import PLACE_ATTRIBUTES
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    LANGUAGES,
    AllOf,
    AnyOf,
    AnyQuestion,
    AnyRated,
    Choice,
    Condition,
    Instrument,
    Is,
    Language,
    PlaceIs,
    Questionnaire,
    Text,
    ThreeLevelRating,
    Within,
)

_AND: Final = {"vi": " và ", "en": " and "}
_OR: Final = {"vi": " hoặc ", "en": " or "}
_PLACE: Final[dict[str, dict[str, str]]] = {
    "kind": {"vi": "loại điểm khảo sát", "en": "kind of collection point"},
    "mode": {"vi": "kênh trả lời", "en": "mode"},
    "unit_type": {"vi": "loại đơn vị", "en": "type of unit"},
}
assert set(_PLACE) == set(PLACE_ATTRIBUTES)  # noqa: S101  (a new attribute needs its words)


def base(instrument: Questionnaire, question: AnyQuestion) -> Text:
    """Who is asked: everybody, or those whom the condition lets through."""
    words = {language: _asked(instrument, question, language) for language in LANGUAGES}
    return Text(vi=words["vi"], en=words["en"])


def _asked(instrument: Questionnaire, question: AnyQuestion, language: Language) -> str:
    who = "Mọi người trả lời" if language == "vi" else "Everybody"
    if question.show_if is not None:
        start = "Những người mà " if language == "vi" else "Those for whom "
        who = start + _words(instrument, question.show_if, language)
    if question.full_only:
        who += " (chỉ phiếu đầy đủ)" if language == "vi" else " (full form only)"
    return who


def _words(instrument: Questionnaire, condition: Condition, language: Language) -> str:
    if isinstance(condition, AllOf | AnyOf):
        members = condition.all_of if isinstance(condition, AllOf) else condition.any_of
        joint = _AND if isinstance(condition, AllOf) else _OR
        parts = [_words(instrument, member, language) for member in members]
        return parts[0] if len(parts) == 1 else f"({joint[language].join(parts)})"
    if isinstance(condition, AnyRated):
        levels = _OR[language].join(map(str, condition.any_rated))
        return f"có tiêu chí được chấm mức {levels}" if language == "vi" else f"any item was rated {levels}"
    if isinstance(condition, Within):
        return _within(condition, language)
    is_word = "là" if language == "vi" else "is"
    if isinstance(condition, PlaceIs):
        name, values = _PLACE[condition.place][language], list(condition.any_of)
    else:
        name, values = condition.question, _labels(instrument, condition, language)
    return f"{name} {is_word} {_OR[language].join(f'“{value}”' for value in values)}"


def _labels(instrument: Questionnaire, condition: Is, language: Language) -> list[str]:
    """The values as the respondent read them."""
    question = instrument.question(condition.question)
    labels: dict[str | int, str] = {}
    if isinstance(question, Choice):
        labels = {option.code: option.text[language] for option in question.options}
    elif isinstance(question, ThreeLevelRating):
        labels = {name: level[language] for name, level in zip(THREE_LEVELS, question.levels, strict=True)}
    elif isinstance(instrument, Instrument) and question.kind in ("rated", "general_rating"):
        labels = {number: level[language] for number, level in enumerate(instrument.scale.levels, start=1)}
    return [labels.get(value, str(value)) for value in condition.any_of]


def _within(condition: Within, language: Language) -> str:
    low, high = condition.at_least, condition.at_most
    words = {"vi": ("từ", "đến"), "en": ("from", "to")}[language]
    bounds = [f"{word} {bound}" for word, bound in zip(words, (low, high), strict=True) if bound is not None]
    return " ".join([condition.number, *bounds])
