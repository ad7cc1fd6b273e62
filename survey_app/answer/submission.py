"""What a person sent: the raw answers and the few fields of the form that are not answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Request, abort
from werkzeug.exceptions import RequestEntityTooLarge

from questionnaires.model import LANGUAGES

# A form of ours has some hundred fields; nobody types thousands.
MOST_FIELDS = 2000
MOST_READ_AWAY = 50_000_000
OWN_FIELDS = ("token", "_language", "_large", "_page", "_go", "_drop_not_asked")


@dataclass(frozen=True)
class Submission:
    token: str
    answers: Mapping[str, list[str]]
    switch_to: str = ""  # The language in which the person wants to go on; empty when the form was sent.
    drop_not_asked: bool = False
    large: bool | None = None  # Whether to go on in large print or not; None when the form was sent.
    page: int = 1  # The page that was on the screen.
    go: int | None = None  # The page that is wanted; None when the form was sent.

    @property
    def stays(self) -> bool:
        """The same page is wanted once more, in another language or size."""
        return self.switch_to in LANGUAGES or self.large is not None

    def as_fields(self) -> list[tuple[str, str]]:
        """Everything that must come along when the form is sent once more."""
        answers = [(name, value) for name, values in self.answers.items() for value in values]
        page = [("_page", str(self.page))] if self.page > 1 else []
        go = [] if self.go is None else [("_go", str(self.go))]
        return [("token", self.token), *page, *go, *answers]

    def typed(self) -> dict[str, list[str]]:
        """The answers as a page can show them."""
        return {name: [showable(value) for value in values] for name, values in self.answers.items()}


def read(request: Request) -> Submission:
    fields: dict[str, list[str]] = {}
    try:
        for name, value in _pairs(request):
            fields.setdefault(name, []).append(value)
    except RequestEntityTooLarge:
        _read_away(request)
        raise
    token, switch_to, large, page, go, drop_not_asked = (fields.pop(name, [""])[0] for name in OWN_FIELDS)
    return Submission(
        token=token,
        answers=fields,
        switch_to=switch_to,
        drop_not_asked=drop_not_asked == "1",
        large={"1": True, "0": False}.get(large),
        page=_number(page) or 1,
        go=_number(go),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _pairs(request: Request) -> list[tuple[str, str]]:
    if request.mimetype != "application/x-www-form-urlencoded":
        return list(request.form.items(multi=True))
    # Flask would put bytes that are no UTF-8 into the text as "%ED%A0"; here they stay visible to the check.
    text = request.get_data().decode(errors="surrogateescape")
    if not text:  # A signed-in page: the check of its CSRF token has already read the form.
        return list(request.form.items(multi=True))
    try:
        return parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_FIELDS)
    except ValueError:
        abort(413)


def _read_away(request: Request) -> None:
    # A browser shows our page only when it could send all it had.
    left = min(request.content_length or 0, MOST_READ_AWAY)
    while left > 0 and (read := len(request.environ["wsgi.input"].read(min(left, 65_536)))):
        left -= read


def showable(text: str) -> str:
    """The text as a page can show it: what is no character becomes the sign for that."""
    return text.encode(errors="surrogateescape").decode(errors="replace")
