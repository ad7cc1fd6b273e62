"""The device decides as the server does: answers, faults, canonical JSON, on made-up and built-in instruments."""

import random
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from questionnaires import loader
from questionnaires.conditions import ANYWHERE, Setting
from questionnaires.model import Instrument, Questionnaire
from tests.browser import browser_context_args, browser_type_launch_args
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part, text
from tests.survey_app.answer.generated import instruments, settings_of_points
from tests.survey_app.field.agreement import invented, open_scripts, said_by_python, said_by_script, varied

__all__ = ["browser_context_args", "browser_type_launch_args"]
pytestmark = pytest.mark.browser
EXAMPLES, FORMS = 70, 60


@pytest.fixture(scope="module")
def scripts(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    open_scripts(page)
    yield page
    page.close()


def _compare(page: Page, instrument: Questionnaire, setting: Setting, seed: int, forms: int) -> None:
    made = invented(instrument, random.Random(seed), forms)
    expected, found = said_by_python(instrument, setting, made), said_by_script(page, instrument, setting, made)
    for form, wanted, said in zip(made, expected, found, strict=True):
        assert said == wanted, ascii(form)


def test_on_made_up_instruments(scripts: Page) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(instruments(), settings_of_points(), st.integers(0, 2**32))
    def agree(instrument: Instrument, setting: Setting, seed: int) -> None:
        _compare(scripts, varied(instrument, random.Random(seed)), setting, seed, FORMS)

    agree()


@pytest.mark.parametrize("code", loader.builtin_codes())
def test_on_the_built_in_instruments(scripts: Page, code: str) -> None:
    instrument = loader.load_builtin(code)
    for seed, setting in enumerate(
        (ANYWHERE, Setting("counter", "tablet", "xã"), Setting("ward", "kiosk", "xã", "short"))
    ):
        _compare(scripts, instrument, setting, seed, 40)


def test_on_questions_that_are_called_like_parts_of_the_language(scripts: Page) -> None:
    codes = ("constructor", "toString", "hasOwnProperty", "valueOf")
    named = [make_choice(code, show_if={"any_rated": [1, 2]}) for code in codes]
    looked_at = [make_choice("N9", show_if={"question": code, "any_of": ["yes"]}) for code in codes[:1]]
    instrument = make_instrument([make_factor([make_item("length")]), make_part([*named, *looked_at])])

    _compare(scripts, instrument, ANYWHERE, 1, 200)


def test_every_character_is_composed_kept_and_refused_alike(scripts: Page) -> None:
    """Alone and behind a letter with two marks; what is younger than Python's Unicode a newer browser may compose."""
    question = {"kind": "text", "code": "why", "text": text("Vì sao?"), "max_length": 10_000}
    instrument = make_instrument([make_factor([make_item()]), make_part([question])])
    kinds = {chr(code): unicodedata.category(chr(code)) for code in range(0x110000)}
    known = [letter for letter, kind in kinds.items() if kind not in ("Cn", "Co", "Cs", "Cc")]
    alone = [letter for letter, kind in kinds.items() if kind in ("Cs", "Cc", "Cf") or letter.isspace()]
    pieces = [known[start : start + 900] for start in range(0, len(known), 900)]
    joined = ["x".join(f"{letter} a\u0302{letter}\u0323" for letter in piece) for piece in pieces]
    forms = [{"A1.1": ["4"], "why": [words]} for words in (*joined, *alone, *(f"a{letter}" for letter in alone))]
    found = said_by_script(scripts, instrument, ANYWHERE, forms)

    assert len(known) > 140_000
    assert found == said_by_python(instrument, ANYWHERE, forms)
