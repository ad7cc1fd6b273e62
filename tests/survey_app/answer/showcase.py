"""A questionnaire with every kind of widget, and a long one: what pages are looked at and measured with."""

from typing import Any

from flask import Flask

from questionnaires import loader
from questionnaires.model import AnyInstrument
from survey_app import database
from survey_app.instruments import instrument_versions
from survey_app.models import Recording
from tests import factories
from tests.questionnaires.examples import make_data, make_factor, make_item, make_part, text

VOICE = f"{'ab' * 32}.mp3"
AUDIO = {"vi": VOICE, "en": VOICE}
PLACES = [
    {"code": "wait", "text": text("Chỗ ngồi chờ", "Somewhere to sit"), "audio": AUDIO},
    {"code": "staff", "text": text("Thái độ của công chức", "How officials treat people")},
    {"code": "time", "text": text("Trả kết quả đúng hẹn", "Results on the promised day")},
    {"code": "other", "text": text("Việc khác", "Something else"), "specify": True},
]
WAITED = {"question": "waited", "any_of": ["yes"]}


def every_widget() -> AnyInstrument:
    yes_no = [{"code": "yes", "text": text("Có", "Yes")}, {"code": "no", "text": text("Không", "No")}]
    questions: list[dict[str, Any]] = [
        {"kind": "date", "code": "day", "text": text("Ông/Bà nộp hồ sơ ngày nào?", "When did you hand in the file?")}
        | {"earliest": "2026-01-01", "latest": "2026-12-31", "dont_know": True},
        {"kind": "short_text", "code": "where", "text": text("Ở thôn nào?", "In which hamlet?"), "max_length": 60},
        {"kind": "ranking", "code": "first", "text": text("Cần sửa việc gì trước?", "What should be mended first?")}
        | {"options": PLACES, "prefer_not": True, "hint": text("Chọn đến ba việc.", "Choose up to three.")},
        {"kind": "single", "code": "waited", "text": text("Ông/Bà có phải chờ không?", "Did you have to wait?")}
        | {"options": yes_no, "audio": AUDIO},
        {
            "kind": "number",
            "code": "minutes",
            "text": text("Chờ bao nhiêu phút?", "How many minutes?"),
            "show_if": WAITED,
        },
        {"kind": "text", "code": "why", "text": text("Vì sao lâu như vậy?", "Why so long?")}
        | {"show_if": {"number": "minutes", "at_least": 60}},
    ]
    item = make_item(
        text=text("Ông/Bà hài lòng thế nào về {procedure} tại {office}?", "How was {procedure} at {office}?")
    )
    parts = [make_factor([item]), make_part(questions, title=text("Nhận định", "What you met with"))]
    levels = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
    return loader.read(make_data(parts, scale={"levels": [text(level) for level in levels]}))


def three_levels() -> AnyInstrument:
    return loader.load_builtin("nd61_ba_muc")


def long_form(questions: int = 300) -> AnyInstrument:
    """Thirty factors of real length, a third of the items behind conditions."""
    real = loader.load_builtin("sipas2017")
    items = [item.model_dump(exclude_none=True) for item in real.items]
    factors = []
    for factor in range(questions // 10):
        some = [{**items[(factor * 7 + n) % len(items)], "code": f"F{factor}.{n}", "show_if": None} for n in range(10)]
        for n in (3, 6, 9):
            some[n]["show_if"] = {
                "any_of": [
                    {"question": f"F{factor}.{n - 1}", "any_of": [1, 2]},
                    {
                        "all_of": [
                            {"question": f"F{factor}.0", "any_of": [5]},
                            {"question": f"F{factor}.1", "any_of": [1]},
                        ]
                    },
                ]
            }
        factors.append(make_factor(some, f"F{factor}"))
    data = real.model_dump(mode="json", exclude_none=True)
    return loader.read(
        make_data(factors, scale=data["scale"], title=data["title"], notice=data["notice"], version=f"{questions}")
    )


def make_showcase(app: Flask, instrument: AnyInstrument, code: str, **point: Any) -> None:
    """An open point that asks it, and the voice that reads it aloud."""
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        session = database.session()
        if session.get(Recording, VOICE) is None:
            session.add(Recording(name=VOICE, content=b"ID3" + bytes(5000)))
        survey = factories.make_survey(session, f"showcase-{code.lower()}")
        version = instrument_versions.publish(session, instrument, factories.NOON)
        wave = factories.make_wave(session, survey=survey, instrument_version=version)
        factories.make_point(session, wave=wave, unit=factories.make_unit(session, code), code=code, **point)
        session.commit()
