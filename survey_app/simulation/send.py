"""Sends simulated forms the way people do: fetch the page, read its form, post it. Knows HTTP and no database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import TypeVar
from urllib.parse import urlencode, urljoin

import urllib3

from survey_app.casework.cases import ATTEMPTS
from survey_app.clock import local_day, utc_now
from survey_app.simulation.fieldwork import CaseForm, PointForms

T = TypeVar("T")
Sent = Callable[[int], None]  # Told how many more forms have been sent.
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# The server's workers and this client share the machine; more senders would only wait for each other.
SENDERS = 6


class SendError(Exception):
    """The server refused what a simulated person sent, or answered something that is no form."""


@dataclass
class PageForm:
    """A form of a page: where it goes, and what it carries besides what people fill in."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[PageForm] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form" and (named.get("method") or "").lower() == "post":
            self.found.append(PageForm(named.get("action") or ""))
        elif tag == "input" and named.get("type") == "hidden" and self.found:
            self.found[-1].hidden[named.get("name") or ""] = named.get("value") or ""


class Visitor:
    """Somebody with a browser: keeps connections and cookies, follows a page's own form."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pool = urllib3.PoolManager(maxsize=SENDERS, timeout=30, retries=False)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        return self._ask("GET", path, None)[1]

    def post(self, path: str, fields: Mapping[str, str | Sequence[str]]) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        url = urljoin(self.address, path)
        answer = self.pool.request(method, url, body=body, headers=headers | (FORM if body else {}), redirect=False)
        for line in answer.headers.getlist("Set-Cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        text = answer.data.decode(errors="replace")
        if answer.status >= 400:
            raise SendError(f"{method} {path}: HTTP {answer.status}")
        return answer.status, text

    def submit(self, path: str, form: Mapping[str, str | Sequence[str]], containing: str = "") -> None:
        """Fetches the page, fills in its form (the one whose action contains `containing`) and sends it."""
        page = read_forms(self.get(path))
        target = next((found for found in page if containing in urljoin(path, found.action)), None)
        if target is None:
            raise SendError(f"GET {path}: no form to fill in")
        status, _text = self.post(urljoin(path, target.action), {**target.hidden, **form})
        if status not in (302, 303):  # A page instead of "go on" is the same form again, with what is wrong.
            raise SendError(f"POST {path}: not accepted (HTTP {status})")


def read_forms(page: str) -> list[PageForm]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


def sign_in(address: str, email: str, password: str) -> Visitor:
    officer = Visitor(address)
    officer.submit("/login", {"email": email, "password": password}, containing="/login")
    officer.get("/field/cases")  # The page after sign-in brings the session's CSRF token, one for all senders.
    return officer


def at_points(address: str, waiting: Sequence[PointForms], sent: Sent) -> None:
    """Citizens at collection points, one after the other at each."""
    citizen = Visitor(address)

    def answer(point: PointForms) -> None:
        for form in point.forms:
            citizen.submit(f"/p/{point.code}", form)
            sent(1)

    _all_at_once(answer, waiting)


def by_officer(officer: Visitor, visits: Sequence[CaseForm], sent: Sent) -> None:
    """An officer's cases: interviews entered, and what became of the others."""

    def settle(visit: CaseForm) -> None:
        if visit.form is not None:
            officer.submit(f"/field/cases/{visit.case_id}/answer", visit.form, containing="/answer")
        else:
            for noted in _attempts(visit.outcome):
                officer.submit(f"/field/cases/{visit.case_id}", noted, containing="/disposition")
        sent(1)

    _all_at_once(settle, visits)


def _attempts(outcome: str) -> list[dict[str, str]]:
    """What an officer notes: who was not met is tried on as many days as it takes to give up, other results are known
    at the first visit.
    """
    days = ATTEMPTS if outcome == "not_contacted" else 1
    today = local_day(utc_now())
    return [
        {"disposition": outcome, "day": str(today - timedelta(days=ago)), "part": "morning"}
        for ago in reversed(range(days))
    ]


def _all_at_once(work: Callable[[T], None], things: Iterable[T]) -> None:
    """Runs `work` on several things at a time; the first failure ends it."""
    with ThreadPoolExecutor(SENDERS) as senders:
        futures = [senders.submit(work, thing) for thing in things]
        try:
            for future in futures:
                future.result()
        except BaseException:
            senders.shutdown(cancel_futures=True)
            raise
