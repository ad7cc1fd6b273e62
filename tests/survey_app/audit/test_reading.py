"""The audit as an administrator reads it: names for codes, words for tables and fields, the points of a merger."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.audit import chain, changes, labels, values, words
from survey_app.audit.chain import Deed
from survey_app.audit.changes import Field
from survey_app.audit.telling import ARGUMENT
from survey_app.models import Base, UnitChange, UnitMove, User, Wave
from survey_app.models.unit_changes import CHANGE_KINDS
from survey_app.web import listing
from tests import factories, filled
from tests.factories import NOON
from tests.staff import signed_in
from tests.survey_app.test_permissions import PARTS

ATTRIBUTES = {one.key for mapper in Base.registry.mappers for one in mapper.attrs} - {"id"}  # A key never changes.


def _text(page: str) -> str:
    """What stands in the table, without its marks."""
    table = re.search(r"<tbody>.*</tbody>", page, re.DOTALL)
    assert table
    return unescape(re.sub(r"<[^>]*>", " ", table[0]))


def test_every_table_field_and_step_has_its_word(console_app: Flask) -> None:
    rules = " ".join(rule.rule for rule in console_app.url_map.iter_rules() if "POST" in (rule.methods or set()))
    steps = {step.strip() for some in re.findall(r"<any\(([^)]*)\):step>", rules) for step in some.split(",")}

    assert set(labels.TABLES) == set(Base.metadata.tables)
    assert set(labels.FIELDS) == ATTRIBUTES
    assert steps | set(CHANGE_KINDS) <= set(labels.STEPS)


def test_values_are_kept_of_settings_alone_and_each_has_its_words() -> None:
    """No table with a row a respondent, a case, a device or a letter; no column of text that somebody types."""
    tables = Base.metadata.tables
    typed = [
        f"{table}.{name}"
        for table, names in changes.SETTINGS.items()
        for name in names
        if name in tables[table].c
        and isinstance(kind := tables[table].c[name].type, sa.String)
        and (kind.length or 99) > 20
    ]

    assert {table: set(names) for table, names in changes.SETTINGS.items()} == {
        table: set(shown) for table, shown in values.SHOWN.items()
    }
    assert all(set(names) <= ATTRIBUTES for names in changes.SETTINGS.values())
    assert not set(changes.SETTINGS) & {"response", "response_change", "case", "case_attempt", "device_entry", "letter"}
    assert typed == []


def test_values_are_written_and_read_back(app: Flask) -> None:
    with app.app_context():
        session = database.session()
        wave = factories.make_wave(session)
        session.commit()
        session.refresh(wave)
        wave.closes_on, wave.name_vi = date(2026, 12, 15), "Đợt (hai), ~wave 9"
        detail = f"~wave 1 {changes.written(wave)}, +case 7"
        session.rollback()
        wave = session.get_one(Wave, wave.id)
        session.expire(wave)
        wave.closes_on = date(2027, 1, 1)  # What it was before nobody has read.
        unread = changes.written(wave)
    changed, made = changes.read(detail)

    assert detail == "~wave 1 (closes_on=2026-11-30>2026-12-15 name_vi), +case 7"
    assert changed.fields == (Field("closes_on", ("2026-11-30",), ("2026-12-15",)), Field("name_vi"))
    assert (made.table, made.keys) == ("case", ("7",))
    assert unread == "(closes_on)"


def test_every_word_has_its_translation(console_app: Flask) -> None:
    all_words = [words.DEEDS, labels.TABLES, labels.FIELDS, labels.STEPS, labels.SIGNS]
    with console_app.test_request_context():
        with force_locale("en"):
            english = [[str(word) for word in some.values()] for some in all_words]
        with force_locale("vi"):
            vietnamese = [[str(word) for word in some.values()] for some in all_words]

    pairs = [pair for one, other in zip(english, vietnamese, strict=True) for pair in zip(one, other, strict=True)]
    assert len(pairs) > 300
    assert [english for english, vietnamese in pairs if english == vietnamese] == []


def _deeds(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Each deed there is with what its address would name; and each table with all of its fields, by each sign."""
    parts = PARTS | {"slug": "sipas-2026-dot-1", "account_id": 1, "entry_id": 1, "step": "close", "work": "close"}
    for deed in words.DEEDS:
        rules = list(app.url_map.iter_rules(deed)) if deed in app.view_functions else []
        names = ARGUMENT.findall(rules[0].rule) if rules else []
        yield deed, " ".join(str(parts[name]) for name in names if name != "token"), ""
    for mapper in Base.registry.mappers:
        table, fields = mapper.local_table.name, " ".join(sorted(one.key for one in mapper.attrs))
        yield (
            "manage.edit_wave",
            "sipas-2026-dot-1",
            f"+{table} 1, ~{table} 1 ({fields}), ~{table} 2 ({fields}), -{table} 3",
        )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_raw_name_of_a_deed_table_or_field_shows(
    console_app: Flask, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "A_PAGE", 1000)
    with console_app.app_context():
        session = database.session()
        filled.fill(session)
        for deed, thing, detail in _deeds(console_app):
            chain.append(session, Deed(NOON, 1, "an@example.vn", "203.0.113.7", deed, thing, detail))
        session.commit()
    text = _text(signed_in(console_app, "administrator").get(f"/audit/?lang={language}").text)

    assert text.count("203.0.113.7") > 150
    assert re.findall(r"\w*[a-z]_[a-z]\w*", text) == []
    assert [deed for deed in words.DEEDS if "." in deed and deed in text] == []
    if language == "vi":  # In English some tables are called as in the code.
        assert re.findall(rf"\b(?:{'|'.join(Base.metadata.tables)})\b", text) == []


def test_a_line_names_the_thing_and_who_did_it_with_their_pages(console_app: Flask) -> None:
    with console_app.app_context():
        session = database.session()
        wave = factories.make_wave(session, name_vi="Đợt mùa thu")
        session.flush()
        user = factories.make_user(session, "lan@example.vn", name="Lê Thị Lan")
        session.flush()
        detail = f"~wave {wave.id} (closes_on name_vi)"
        chain.append(session, Deed(NOON, user.id, user.email, "10.0.0.7", "manage.edit_wave", wave.slug, detail))
        chain.append(session, Deed(NOON, None, "root (command)", "", "command.wave.close", wave.slug, detail))
        session.commit()
    administrator = signed_in(console_app, "administrator")
    page, account = administrator.get("/audit/").text, administrator.get("/accounts/1").text
    by_command, by_lan = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)[-2:]

    assert re.search(r'<a href="/accounts/1">Lê Thị Lan</a>', by_lan)
    shown = ("lan@example.vn", "10.0.0.7", "Đợt mùa thu", "12:00, 23/11/2026", "tên")
    assert [text for text in shown if text not in by_lan] == []
    assert "/manage/waves" not in by_lan  # An administrator who is no manager does not enter there.
    assert 'href="/audit/?who=lan@example.vn"' in account
    assert "root, bằng lệnh" in by_command
    assert "Đợt mùa thu" in by_command


def test_deeds_are_found_by_the_name_of_who_did_them_and_by_words_without_marks(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    with console_app.app_context():
        session = database.session()
        user = factories.make_user(session, "lan@example.vn", name="Lê Thị Lan")
        session.flush()
        for deed in ("manage.new_wave", "manage.new_point"):
            chain.append(session, Deed(NOON, user.id, user.email, "10.0.0.7", deed))
        session.commit()

    def found(asked: str) -> int:
        page = administrator.get(f"/audit/?{asked}").text
        return page.count('<tr><th scope="row">')

    assert [found("who=le thi"), found("who=LAN"), found("who=khongco")] == [2, 2, 0]
    assert [found("who=lan&what=tao dot"), found("who=lan&what=new_point"), found("what=khongco")] == [1, 1, 0]


def _merge(session: Session) -> None:
    """A merger that moved six points, as `carrying` records it."""
    user = session.scalars(sa.select(User)).first()
    assert user is not None
    old, new = factories.make_unit(session, "15520"), factories.make_unit(session, "15523")
    wave = factories.make_wave(session)
    points = [
        factories.make_point(session, wave=wave, unit=new, code=f"K7QF3M{n}", label_vi=f"Quầy {n}") for n in "234567"
    ]
    said = {"kind": "merge", "state": "done", "effective_on": NOON.date(), "basis": "12/NQ-HĐND", "asked": "{}"}
    told = '{"counts": {"point": 6, "case": 40, "account": 0}}'
    change = UnitChange(**said, told=told, made_by_id=user.id, made_at=NOON, done_at=NOON)
    session.add(change)
    session.flush()
    ends = {"change_id": change.id, "from_id": old.id, "to_id": new.id}
    session.add_all(UnitMove(thing="point", thing_id=point.id, **ends) for point in points)
    detail = f"+unit_change {change.id}, ~unit {old.id} (merged_into_code valid_to)"
    chain.append(session, Deed(NOON, user.id, user.email, "10.0.0.7", "unit_changes.new_change", "merge", detail))
    session.commit()


def test_a_merger_names_the_points_that_it_moved(console_app: Flask) -> None:
    administrator = signed_in(console_app, "administrator")
    with console_app.app_context():
        _merge(database.session())
    page = administrator.get("/audit/").text
    text = re.sub(r"\s+", " ", _text(page))

    assert (
        "Điểm khảo sát – Quầy 2 (K7QF3M2), Quầy 3 (K7QF3M3), Quầy 4 (K7QF3M4), Quầy 5 (K7QF3M5) và 2 mục khác" in text
    )
    assert "(40)" in text
    assert 'href="/units/changes/1"' in page


def test_what_was_written_is_read_back_and_a_cut_end_left_out() -> None:
    detail = "+case 1, +case 2, ~account 3 (active name), ~account 4 (active name), -letter 5, +response, ~role a.b,c"
    read = changes.read(detail)

    assert [(one.sign, one.table, one.keys, tuple(field.name for field in one.fields)) for one in read] == [
        ("+", "case", ("1", "2"), ()),
        ("~", "account", ("3", "4"), ("active", "name")),
        ("-", "letter", ("5",), ()),
        ("+", "response", ("",), ()),
        ("~", "role", ("a.b,c",), ()),
    ]
    long = ", ".join(f"~account {number} (active)" for number in range(1000))[: chain.MOST_DETAIL]
    assert changes.is_cut(long)
    assert all(f"~account {key} (active), " in long for key in changes.read(long)[0].keys)


def test_the_export_is_as_it_was_written(console_app: Flask) -> None:
    """Codes and keys stay in the file, which other programs read."""
    administrator = signed_in(console_app, "administrator")
    with console_app.app_context():
        _merge(database.session())
    row = administrator.get("/audit/audit.csv").text.splitlines()[-1]

    assert ",unit_changes.new_change," in row
    assert """,merge,"'+unit_change 1, ~unit 1 (merged_into_code valid_to)",""" in row
