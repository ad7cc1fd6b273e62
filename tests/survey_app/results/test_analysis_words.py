"""What the analysis says of itself reaches a page in the page's language, nothing of it in the words of programs."""

import re
from pathlib import Path

import pytest
from flask import Flask

import analysis.__main__ as command
from analysis import targets
from analysis.intervals import INTERVALS
from survey_app import background, database
from survey_app.analysis_door import Run
from survey_app.results import analysis_words
from tests import factories
from tests.staff import signed_in


def test_every_step_of_a_release_is_known() -> None:
    said = re.findall(r'say\(f?"([^"{]+)', Path(command.__file__).read_text(encoding="utf-8"))

    assert len(said) > 5
    assert [line for line in said if not line.startswith(tuple(analysis_words.STEPS))] == []


@pytest.mark.parametrize(("language", "words"), [("vi", "vẽ biểu đồ"), ("en", "drawing the charts")])
def test_a_run_tells_its_step_in_the_language_of_the_page(console_app: Flask, language: str, words: str) -> None:
    with console_app.app_context():
        factories.make_survey(database.session())
        database.session().commit()
    file = console_app.config["SETTINGS"].releases / ".runs" / "sipas-2026.json"
    file.parent.mkdir(parents=True)
    analyst = signed_in(console_app, "analyst")
    background.write(
        file, Run("sipas-2026", "r", "running", "2026-11-23T12:00:00+07:00", progress="[  12.3 s] drawing charts")
    )
    with background.locked(file.with_suffix(".lock")):  # Held by whoever runs.
        page = analyst.get(f"/results/?lang={language}").text

    assert words in page
    assert "12.3 s" not in page


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("O_crit 1; korn_graubard_capped; 0.95", "", ""),
        (f"imprecise: {targets.imprecision(3, 10, 20)}", "có dưới 8 bậc tự do", "fewer than 8 degrees of freedom"),
        (f"imprecise: {targets.imprecision(99, 1, 99)}", "rộng hơn", "the interval is wider than"),
        (f"no verdict: {targets.obstacle(3, 10, 1.0)}", "dưới 30 người trả lời", "fewer than 30 respondents"),
        (f"no verdict: {targets.NO_PLAN}", "kế hoạch đã niêm phong", "sealed plan"),
        (f"no verdict: {targets.obstacle(99, 0, 1.0)}", "không tính được sai số", "no sampling error"),
    ],
)
def test_a_method_is_said_in_words(console_app: Flask, text: str, vi: str, en: str) -> None:
    for language, words in (("vi", vi), ("en", en)):
        with console_app.test_request_context(f"/?lang={language}"):
            assert words in analysis_words.method(text)
            assert "korn_graubard" not in analysis_words.method(text)


def test_every_interval_is_known(console_app: Flask) -> None:
    with console_app.test_request_context("/?lang=vi"):
        assert [name for name in (*INTERVALS, "t") if not analysis_words.method(name)] == []
