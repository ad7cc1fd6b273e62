"""The form that a device takes along: one blank piece with every question, its rules beside it, the same every time."""

import json
import re
from html.parser import HTMLParser

import pytest
from sqlalchemy.orm import Session

from questionnaires import loader
from survey_app.field.forms import device_form
from survey_app.instruments import instrument_versions
from tests import factories
from tests.questionnaires.examples import make_choice, make_factor, make_instrument, make_item, make_part
from tests.survey_app.answer.showcase import every_widget, long_form


def _names(html: str) -> list[str]:
    """The names of all fields, in order, each once."""
    found: dict[str, None] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            name = dict(attrs).get("name")
            if name:
                found[name] = None

    Reader(convert_charrefs=True).feed(html)
    return list(found)


@pytest.mark.parametrize("code", loader.builtin_codes())
def test_every_question_asked_in_the_setting_is_drawn_once(session: Session, code: str) -> None:
    form = device_form(factories.make_version(session, code), "vi", "tablet", "xã")
    asked = [step for step in form["rules"]["steps"] if step["shown"] is not False]
    fields = [name for step in asked for name in (step["code"], step["other"]) if name]

    assert _names(form["html"]) == fields
    assert re.findall(r'id="q-([^"]+)"', form["html"]) == [step["code"] for step in asked]
    assert "Chỉ trả lời nếu" not in form["html"]
    assert not re.search(r'class="[^"]*\b[so][0-9]', form["html"])


def test_parts_that_a_server_cuts_are_whole(session: Session) -> None:
    version = instrument_versions.publish(session, long_form(120), factories.NOON)
    parts = re.findall(r'data-part="([^"]+)"', device_form(version, "vi", "tablet", "xã")["html"])

    assert parts == [f"F{number}" for number in range(12)]


def test_the_form_is_plain_json_and_the_same_whenever_it_is_drawn(session: Session) -> None:
    version = instrument_versions.publish(session, every_widget(), factories.NOON)
    form = device_form(version, "en", "tablet", "xã")
    content = {name: value for name, value in form.items() if name != "hash"}

    assert json.loads(json.dumps(form)) == form
    assert form["version"] == version.content_hash
    assert re.fullmatch("[0-9a-f]{64}", form["hash"])
    assert device_form(version, "vi", "tablet", "xã")["hash"] != form["hash"]
    assert content["audio"] == [f"{'ab' * 32}.mp3"]
    assert "{procedure}" in form["html"]
    assert form["faults"]["too_late"] == "The latest day here is {limit}."


def test_a_point_decides_with_its_kind_and_variant(session: Session) -> None:
    places = make_choice("N1", show_if={"place": "kind", "any_of": ["ward"]})
    factor = make_factor([make_item(), make_item("A1.2", full_only=True)])
    version = instrument_versions.publish(session, make_instrument([factor, make_part([places])]), factories.NOON)
    ward = factories.make_point(session, mode="kiosk", kind="ward")
    short = factories.make_point(session, mode="kiosk", wave=ward.wave, unit=ward.unit, variant="short")
    forms = [device_form(version, "vi", "kiosk", "xã", point=point) for point in (ward, short)]

    assert [form["variant"] for form in forms] == ["full", "short"]
    assert [_names(form["html"]) for form in forms] == [["A1.1", "A1.2", "N1"], ["A1.1"]]
