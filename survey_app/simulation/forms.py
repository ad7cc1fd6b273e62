"""What a simulated person writes on the form: raw field values, as a browser would send them."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from questionnaires.answers import Value
from questionnaires.conditions import ANYWHERE, Setting
from questionnaires.model import (
    AnyQuestion,
    GeneralRating,
    Instrument,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    SingleChoice,
)
from questionnaires.routing import questions_asked
from survey_app.simulation.population import TOTAL, Person, rating

Form = dict[str, list[str]]
# Weights of options: of a fully content person and of a fully discontent one; others lie between. Questions and options
# that are not named here have even weights.
HABITS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "service_field": {"civil_status": (45, 45), "land": (25, 25), "building": (7, 7), "social": (15, 15)},
    "N1": {"kin": (30, 35), "commune": (40, 30), "media": (15, 15), "internet": (12, 15), "other": (3, 5)},
    "N2": {"trips1": (60, 10), "trips2": (32, 35), "trips3": (6, 30), "trips4": (2, 25)},
    "N3": {"yes": (0.5, 12), "no": (99.5, 88)},
    "N4": {"yes": (0.3, 6), "no": (99.7, 94)},
    "N5": {"on_time": (88, 60), "early": (11, 5), "late": (1, 35)},
    "N6a": {"yes": (80, 35), "no": (20, 65)},
    "N6b": {"yes": (55, 15), "no": (45, 85)},
    "sex": {"male": (48, 48), "female": (51, 51), "other": (1, 1)},
    "age": {"under25": (9, 9), "from25": (22, 22), "from35": (34, 34), "from50": (20, 20), "from60": (15, 15)},
    "place": {"urban": (10, 10), "rural": (82, 82), "remote": (8, 8)},
}
COMMENTS = (
    "Công chức hướng dẫn nhiệt tình.",
    "Nên thêm ghế ngồi chờ và quạt mát.",
    "Mong rút ngắn thời gian chờ vào ngày đầu tuần.",
    "Bảng niêm yết thủ tục chữ còn nhỏ, khó đọc.",
    "Không có ý kiến gì thêm.",
    "Đề nghị trả kết quả đúng hẹn hơn.",
)


@dataclass(frozen=True)
class Manner:
    """How people fill in forms in one channel."""

    skips_item: float = 0.04
    skips_other: float = 0.02
    comments: float = 0.08
    flatters: float = 0.0  # How often a rating is put one level higher than the person thinks.


OFFICER = Manner()
# At an open QR people choose themselves to answer, often while the official looks on.
OPEN = Manner(skips_item=0.06, comments=0.15, flatters=0.18)
PAPER = Manner(skips_item=0.07, skips_other=0.05)


def fill(instrument: Instrument, person: Person, manner: Manner = OFFICER, setting: Setting = ANYWHERE) -> Form:
    """The form of this person; the same person fills in the same form each time."""
    random = Random(person.seed)  # noqa: S311  (a simulation, not a secret)
    written: dict[str, Value] = {}
    ratings = dict(zip((item.code for item in instrument.items), person.ratings, strict=True))
    for question in instrument.questions():
        rated = question.code in ratings
        value: Value | None = (
            _rate(random, ratings[question.code], manner) if rated else _answer(random, question, person, manner)
        )
        if value is not None:
            written[question.code] = value
    asked = questions_asked(instrument, written, setting)
    form = {code: _raw(written[code]) for code in asked if code in written}
    return form | _words_of_options(instrument, form)


def _rate(random: Random, thought: int, manner: Manner) -> int | None:
    if random.random() < manner.skips_item:
        return None
    raised = thought in range(1, 5) and random.random() < manner.flatters
    return thought + raised


def _answer(random: Random, question: AnyQuestion, person: Person, manner: Manner) -> Value | None:
    if question.code == "respondent_type":
        return person.type
    if not question.required and random.random() < manner.skips_other:
        return None
    if question.code in person.gates:
        return person.gates[question.code]
    content = NormalDist(0, TOTAL).cdf(person.mood)
    if isinstance(question, SingleChoice):
        return _choose(random, question, content)
    if isinstance(question, MultipleChoice):
        codes = [option.code for option in question.options]
        return tuple(random.sample(codes, random.randint(1, min(question.max_choices or 3, 3))))
    return _open_answer(random, question, person, manner, content)


def _open_answer(random: Random, question: AnyQuestion, person: Person, manner: Manner, content: float) -> Value | None:
    if isinstance(question, GeneralRating):
        return rating(random.gauss(person.mood, 0.4))
    if isinstance(question, Percentage):
        meant = round(random.gauss(55 + 45 * content, 8) / 5) * 5
        return min(max(meant, question.minimum), min(question.maximum, 120))
    if isinstance(question, Number):
        return min(max(round(random.expovariate(1 / 6)) + 1, question.minimum), question.maximum)
    return random.choice(COMMENTS) if isinstance(question, LongText) and random.random() < manner.comments else None


def _choose(random: Random, question: SingleChoice, content: float) -> str:
    habits = HABITS.get(question.code, {})
    codes = [option.code for option in question.options]
    pairs = [habits.get(code, (5.0, 5.0)) for code in codes]
    return random.choices(codes, [content * high + (1 - content) * low for high, low in pairs])[0]


def _raw(value: Value) -> list[str]:
    return list(value) if isinstance(value, tuple) else [str(value)]


def _words_of_options(instrument: Instrument, form: Form) -> Form:
    """Who chooses "other" also says what."""
    return {
        f"{question.code}__other": ["Ý khác (mô phỏng)"]
        for question in instrument.questions()
        if isinstance(question, SingleChoice | MultipleChoice)
        for option in question.options
        if option.specify and option.code in form.get(question.code, ())
    }
