"""Choosing one or some of many in a form: a list while it is short, else words to look for and the few that fit.

Without script: the button beside the words sends the form, which comes back as it was with what fits.
"""

# WTForms brings no types, so every form is a subclass of Any to mypy.
# mypy: disable-error-code="misc"
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from survey_app import database, units
from survey_app.models import CollectionPoint, Unit, alphabet
from survey_app.web.console import named

FEW = 100  # So many stand in one list.
FITTING = 30
Choice = tuple[Any, str]


@dataclass(frozen=True)
class Offer:
    """Rows of a query that can be chosen by `key`, with `prefix` before it; `texts` are what is looked through."""

    query: sa.Select[Any]
    key: Any
    texts: Sequence[Any]
    order: Sequence[Any]
    text: Callable[[Any], str]
    prefix: str = ""
    group: str = ""

    def count(self, most: int) -> int:
        some = self.query.limit(most).subquery()
        return database.session().scalar(sa.select(sa.func.count()).select_from(some)) or 0

    def fitting(self, typed: str, most: int) -> list[Choice]:
        query = self.query.where(alphabet.holds(typed, *self.texts)).order_by(*self.order).limit(most)
        return [self._choice(row) for row in database.session().scalars(query)]

    def of_value(self, value: Any) -> Choice | None:
        """The choice of that value, if it is one of these."""
        is_number = isinstance(self.key.type, sa.Integer)
        text = str(value).removeprefix(self.prefix)
        if not str(value).startswith(self.prefix) or (is_number and not (text.isascii() and text.isdecimal())):
            return None
        if is_number and len(text) > 9:
            return None
        row = database.session().scalar(self.query.where(self.key == (int(text) if is_number else text)))
        return self._choice(row) if row is not None else None

    def _choice(self, row: Any) -> Choice:
        key = getattr(row, self.key.key)
        return (f"{self.prefix}{key}" if self.prefix else key), self.text(row)


class Chooser(Field):
    """`typed`: what was looked for; `looking`: the button beside it was pressed, so nothing is to be kept yet."""

    def __init__(self, label: Any, validators: Any = (), coerce: Callable[[str], Any] = int, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.coerce, self.typed, self.before, self.looking = coerce, "", "", False
        self.first: list[Choice] = []
        self.offers: list[Offer] = []
        self.is_long = False

    def offer(self, *offers: Offer, first: Sequence[Choice] = ()) -> None:
        self.offers, self.first = list(offers), list(first)
        self.is_long = self._has_more_than(FEW)

    def _has_more_than(self, most: int) -> bool:
        return sum(one.count(most + 1) for one in self.offers) > most

    @property
    def has_any(self) -> bool:
        return any(one.count(1) for one in self.offers)

    def process(self, formdata: Any, *arguments: Any, **options: Any) -> None:
        if formdata is not None:
            self.typed = formdata.get(f"{self.name}-look", "").strip()
            self.before = formdata.get(f"{self.name}-for", "")
            self.looking = bool(self.typed) and f"{self.name}-find" in formdata
        super().process(formdata, *arguments, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            try:
                self.data = self.coerce(valuelist[0])
            except ValueError:
                self.data = None

    def groups(self) -> list[tuple[str, list[Choice]]]:
        """What the list shows: all of few; of many those that fit, and what is chosen."""
        if not self.is_long:
            found = [(one.group, one.fitting("", FEW)) for one in self.offers]
        else:
            found = [(one.group, one.fitting(self.typed, FITTING) if self.typed else []) for one in self.offers]
        shown = {value for _group, choices in found for value, _text in choices}
        had = [] if self.data in shown else [choice for choice in [self._of_value(self.data)] if choice]
        whole = [*self.first, *(one for one in had if one not in self.first)]
        return [(group, choices) for group, choices in (("", whole), *found) if choices]

    def _fitting(self, most: int) -> list[Choice]:
        """Of each offer so many that fit the words."""
        return [choice for one in self.offers for choice in one.fitting(self.typed, most)]

    @property
    def finds_any(self) -> bool:
        return bool(self._fitting(1))

    @property
    def is_cut(self) -> bool:
        return any(len(one.fitting(self.typed, FITTING + 1)) > FITTING for one in self.offers)

    def pre_validate(self, _form: Any) -> None:
        if self.has_new_words:
            self.data = self._only_fitting()
        if self._of_value(self.data) is None:
            raise ValidationError(_("Choose one of the list."))

    @property
    def has_new_words(self) -> bool:
        """Whether the words were typed after the list was shown."""
        return self.is_long and bool(self.typed) and self.typed != self.before

    def _only_fitting(self) -> Any:
        """The value of the one choice that fits the words."""
        fitting = self._fitting(2)
        if len(fitting) != 1:
            raise ValidationError(_("Several fit: choose one of them.") if fitting else _("Nothing fits."))
        return fitting[0][0]

    def _of_value(self, value: Any) -> Choice | None:
        if value is None or value == "":
            return next((choice for choice in self.first if choice[0] == ""), None) if value == "" else None
        known: Iterator[Choice | None] = (one.of_value(value) for one in self.offers)
        return next((choice for choice in self.first if choice[0] == value), None) or next(filter(None, known), None)


class Several(Chooser):
    """Some of many, each with a box to tick; what is ticked stays while one looks for the next."""

    def offer(self, *offers: Offer, first: Sequence[Choice] = ()) -> None:
        super().offer(*offers, first=first)
        self.is_long = self._has_more_than(FITTING)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [self.coerce(text) for text in dict.fromkeys(valuelist)]

    def boxes(self) -> list[tuple[Any, str, bool]]:
        """Value, text and whether it is ticked: all of few; of many what is ticked, then those that fit."""
        ticked = self.data or []
        had = [choice for choice in map(self._of_value, ticked) if choice] if self.is_long else []
        shown = self._fitting(FITTING) if self.typed or not self.is_long else []
        return [(value, text, value in ticked) for value, text in dict.fromkeys([*had, *shown])]

    def pre_validate(self, _form: Any) -> None:
        """Whether what was ticked is still on offer, whoever reads it asks: it may have been, on another day."""
        if self.has_new_words:
            self.data = list(dict.fromkeys([*self.data, self._only_fitting()]))
        if not self.data:
            raise ValidationError(_("Tick at least one."))


class ChoosingForm(FlaskForm):
    """A form that is not kept while somebody looks for what to choose."""

    def validate(self, extra_validators: Any = None) -> bool:
        if any(isinstance(field, Chooser) and field.looking for field in self):
            return False
        return bool(super().validate(extra_validators))


def of_units(query: sa.Select[Any], prefix: str = "", group: str = "") -> Offer:
    return Offer(query, Unit.id, (Unit.code, Unit.type, Unit.name), (Unit.code,), _unit_text, prefix, group)


def by_code(query: sa.Select[Any]) -> Offer:
    """Units of one day, each named by its code."""
    return replace(of_units(query), key=Unit.code)


def _unit_text(unit: Unit) -> str:
    return f"{unit.full_name} ({unit.code})"


def of_map(day: Any, also: int | None = None) -> Offer:
    """The units of the day, and one that was chosen before."""
    return of_units(sa.select(Unit).where(units.is_valid(day) | (Unit.id == also)))


def of_points(query: sa.Select[Any], key: Any = CollectionPoint.id, **about: str) -> Offer:
    """The query joins the points' units."""
    texts = (CollectionPoint.label_vi, CollectionPoint.label_en, CollectionPoint.code, Unit.code, Unit.name)
    order = (Unit.code, CollectionPoint.label_vi, CollectionPoint.id)
    return Offer(query, key, texts, order, lambda point: named(point, "label"), **about)
