"""Made-up answers, from the good to the hostile, and what Python and the device's script make of them."""

import json
import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from questionnaires import loader
from questionnaires.answers import Answers, Value
from questionnaires.checking import OTHER, check
from questionnaires.conditions import Setting
from questionnaires.model import (
    AnyQuestion,
    Choice,
    Day,
    Number,
    Percentage,
    Questionnaire,
    Written,
)
from questionnaires.portable import rules
from questionnaires.reading import OTHER_LENGTH
from questionnaires.routing import questions_asked

Form = dict[str, list[str]]
SCRIPTS = Path(__file__).parents[3] / "survey_app" / "static" / "tablet"
ADDRESS = "http://device.test/"
SPACES = ["", " ", "\t", "\n", "\r\n", "\x0b", "\x1c", "\x1f", "\x85", "\xa0", "\u2003", "\u2028", "\u3000", "\ufeff"]
NAUGHTY = [
    "Cán bộ rất tận tình",
    "Ca\u0301n bo\u0323\u0302 ra\u0302\u0301t",  # As some keyboards send it.
    "\u1ea5\u0323",
    "a\u0323\u0302\u0301",
    "a\u0301\u0323\u0302",  # The same marks in another order.
    "\u212b \u2126 \u0344 \u0958 \ufb1d",  # Composed letters that never compose again.
    "\u1100\u1161\u11a8\u11a8",
    "\u2000x\u2001",
    "\u200b\u200d\u2060\ufeff",
    "\u202e txet",
    "😀 👩\u200d👩\u200d👧 🇻🇳",
    "\ud800",
    "\udc00\ud800",
    "x\udfff",
    "\ufffe",
    "\U0001fffe\U0010ffff",
    "\x00",
    "\x7f",
    "\x80\x9f",
    "a\r\nb\rc\nd",
    "\r",
    '\\ " / \b',
    "<script>alert(1)</script>",
    "{office}",
    "__proto__",
    "constructor",
    "null",
    "true",
]
DIGITS = ["-0", "+5", "05", "0000000005", "1e3", "5.0", "0x5", "٣", "５", "1_0", "5%", "5 %", "5%%", "%", "9" * 9]
DIGITS += ["9" * 10, "-" + "9" * 9, "--5", "−5", "½", "5\n", "\x1c5\x85", "\ufeff5", "5\xa0%", "9007199254740993"]
DAYS = ["2026-11-25", "2026-11-5", "25/11/2026", "5.1.2026", "05-01-2026", "29/02/2024", "29/02/2025", "2024-02-29"]
DAYS += ["2100-02-29", "2000-02-29", "31/04/2026", "00/01/2026", "1/13/2026", "0000-01-01", "1/1/0000", "1/1/0001"]
DAYS += ["9999-12-31", "12026-01-01", "1/1/26", "2026/01/01", "٢٠٢٦-١١-٢٥", "25/11/2026x", "1 /1/2026"]
FIELDS = ["", " ", "__proto__", "constructor", "toString", "_language", "token", "A1.1 ", "a1.1", "N1__other__other"]
FIELDS += [
    "\ud800",
    "\U0001f600",
    "\uffff",
    "\u200b",
    "\n",
    "x" * 90,
    "\U0001f600" * 85,
    "é",
    "e\u0301",
    "\xad",
    "0",
    "10",
]


class Inventor:
    """Answers to the questions of one instrument; `tame` of ten are such as people give."""

    def __init__(self, instrument: Questionnaire, chance: random.Random, tame: int) -> None:
        self.instrument, self.chance, self.tame = instrument, chance, tame

    def form(self) -> Form:
        found: Form = {}
        for question in self.instrument.questions():
            if self.chance.random() < 0.85:
                found[question.code] = self._values(question)
            if isinstance(question, Choice) and self.chance.random() < 0.4:
                found[question.code + OTHER] = [self._text(OTHER_LENGTH)]
        if self.chance.randrange(10) >= self.tame:
            found |= {self._any(FIELDS): [self._any(NAUGHTY)] for _ in range(self.chance.choice([0, 0, 1, 2, 30]))}
        return found

    def _values(self, question: AnyQuestion) -> list[str]:
        one = self._good if self.chance.randrange(10) < self.tame else self._hostile
        count = self.chance.choice([1, 1, 2, 3, 4]) if question.kind in ("multiple", "ranking") else 1
        if one == self._hostile:
            count = self.chance.choice([0, 1, 1, 1, 2, 3])
        return [one(question) for _ in range(count)]

    def _good(self, question: AnyQuestion) -> str:
        states = ["dk"] * question.dont_know + ["pn"] * question.prefer_not
        if states and self.chance.random() < 0.1:
            return self._any(states)
        if isinstance(question, Choice):
            return self._any([option.code for option in question.options])
        if isinstance(question, Number | Percentage):
            return str(self.chance.randint(question.minimum, min(question.maximum, question.minimum + 12)))
        if isinstance(question, Day):
            low, high = question.earliest or date(2026, 1, 1), question.latest or date(2026, 12, 31)
            day = min(low + timedelta(days=self.chance.randrange(400)), high)
            return self._any([day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year:04}"])
        if isinstance(question, Written):
            return self._any(NAUGHTY[:2])[: question.max_length]
        return self._any(["dissatisfied", "satisfied"] if question.kind == "three_level" else list("12345"))

    def _hostile(self, question: AnyQuestion) -> str:
        found = [self._good(question), self._any(NAUGHTY), self._any(DIGITS), self._any(DAYS), "dk", "pn", "0", "6"]
        if isinstance(question, Written):
            found += [self._text(question.max_length)] * 8
        if isinstance(question, Number | Percentage):
            edges = (question.minimum - 1, question.minimum, question.maximum, question.maximum + 1)
            found += [str(self._any(edges)), *self.chance.choices(DIGITS, k=6)]
        if isinstance(question, Day):
            edge = self._any([day for day in (question.earliest, question.latest) if day] or [date(2026, 3, 1)])
            found += [(edge + timedelta(days=self.chance.randint(-1, 1))).isoformat(), *self.chance.choices(DAYS, k=6)]
        return (
            self._any(SPACES) + self._any(found) + self._any(SPACES) if self.chance.random() < 0.3 else self._any(found)
        )

    def _text(self, longest: int) -> str:
        """Around the longest allowed, in code points, before and after they compose."""
        if self.chance.random() < 0.5:
            return "".join(self.chance.choices(NAUGHTY + SPACES, k=self.chance.randint(1, 3)))
        piece = self._any(["a", "😀", "a\u0301", "a\u0323\u0302", "\u0344", "\r\n", "ấ", " a"])
        times = max(0, self._any([longest, longest // 2, longest // len(piece), 8 * longest // len(piece)]))
        return piece * (times + self.chance.randint(-1, 1))

    def _any(self, offered: Sequence[Any]) -> Any:
        return self.chance.choice(offered)


def varied(instrument: Questionnaire, chance: random.Random) -> Questionnaire:
    """The same instrument with other limits of what its questions take."""
    data = json.loads(loader.to_json(instrument))
    limits: dict[str, Any] = {
        "multiple": lambda: {"max_choices": chance.choice([None, 1, 2])},
        "ranking": lambda: {"ranks": chance.randint(1, 3)},
        "number": lambda: {"minimum": chance.choice([-3, 0]), "maximum": chance.choice([9, 999_999_999])},
        "percentage": lambda: {"maximum": chance.choice([9, 200])},
        "date": lambda: {
            "earliest": chance.choice([None, "2026-01-31"]),
            "latest": chance.choice([None, "2026-12-31"]),
        },
        "short_text": lambda: {"max_length": chance.choice([1, 2, 7, 200])},
        "text": lambda: {"max_length": chance.choice([1, 3, 20, 1000])},
    }
    for part in data["parts"]:
        for question in part.get("questions", part.get("items", [])):
            kind = question.get("kind", "")
            question |= limits.get(kind, dict)() | {"required": chance.random() < 0.2}
            question["dont_know"] = kind not in ("short_text", "text") and chance.random() < 0.3
    data["version"] = f"{instrument.version[:20]}.{chance.getrandbits(64):x}"
    return loader.read(data)


def invented(instrument: Questionnaire, chance: random.Random, count: int) -> list[Form]:
    """As they arrive through JSON: two halves of a letter beside each other become one."""
    forms = [Inventor(instrument, chance, chance.choice([0, 6, 9, 10, 10, 10])).form() for _ in range(count)]
    found: list[Form] = json.loads(json.dumps(forms))
    return found


def said_by_python(instrument: Questionnaire, setting: Setting, forms: Sequence[Form]) -> list[Any]:
    found, before = [], dict[str, Value]()
    for number, form in enumerate(forms):
        checked = check(instrument, form, drop_not_asked=number % 2 == 1, setting=setting)
        faults = [[fault.question, fault.kind, _plain(fault.limit)] for fault in checked.faults]
        answers = checked.answers.canonical_json() if checked.answers else None
        values, mixed = dict(checked.values), before | dict(checked.values)
        asked = [list(questions_asked(instrument, given, setting)) for given in (values, mixed)]
        found.append([answers, faults, Answers(values, {}).canonical_json(), *asked])
        before = values
    return found


def _plain(limit: int | date | None) -> int | str | None:
    return limit.isoformat() if isinstance(limit, date) else limit


_SCRIPT = """async (asked) => {
  const { canonicalJson, check, questionsAsked } = await import("/rules.js");
  const { rules, forms } = JSON.parse(asked);
  let before = {};
  return JSON.stringify(forms.map((form, number) => {
    const { answers, faults, values } = check(rules, form, number % 2 === 1);
    const said = [
      answers && canonicalJson(answers), faults.map(({ question, kind, limit }) => [question, kind, limit]),
      canonicalJson({ values, states: {} }),
      questionsAsked(rules, values), questionsAsked(rules, { ...before, ...values }),
    ];
    before = values;
    return said;
  }));
}"""


def said_by_script(page: Page, instrument: Questionnaire, setting: Setting, forms: Sequence[Form]) -> list[Any]:
    """In one call to the browser, as a text of ASCII: its own way of passing values knows no half letters."""
    asked = json.dumps({"rules": rules(instrument, setting), "forms": list(forms)})
    found: list[Any] = json.loads(page.evaluate(_SCRIPT, asked))
    return found


def open_scripts(page: Page) -> None:
    """An empty page that can import the tablet's scripts."""
    page.route(
        f"{ADDRESS}**",
        lambda route: route.fulfill(content_type=_kind(route.request.url), body=_body(route.request.url)),
    )
    page.goto(ADDRESS)


def _kind(url: str) -> str:
    return "text/javascript" if url.endswith(".js") else "text/html"


@cache
def _body(url: str) -> str:
    return (
        (SCRIPTS / url.removeprefix(ADDRESS)).read_text() if url.endswith(".js") else "<!doctype html><title>t</title>"
    )
