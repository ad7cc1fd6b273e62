"""The forms of a page as a browser without script holds them: read, filled in, a button pressed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.staff import Staff


@dataclass
class Form:
    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        return next((value for key, value in self.values if key == name), "")

    def fill(self, **fields: str) -> "Form":
        return self.put({name.replace("__", "."): value for name, value in fields.items()})

    def put(self, fields: dict[str, str]) -> "Form":
        """Types into fields; an empty text unticks a box."""
        left = [(name, value) for name, value in self.values if name not in fields]
        return Form(self.action, left + [(name, value) for name, value in fields.items() if value], self.buttons)

    def press(self, staff: Staff, do: str = "", follow: bool = True) -> TestResponse:
        assert not do or ("do", do) in self.buttons, (do, self.buttons)
        data: dict[str, list[str]] = {}
        for name, value in [*self.values, *([("do", do)] if do else [])]:
            data.setdefault(name, []).append(value)
        return staff.client.post(self.action, data=data, follow_redirects=follow)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms = path, list[Form]()
        self.select = self.area = ""
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(at.get("action") or self.path))
        elif self.forms:
            self._in_form(tag, at)

    def _in_form(self, tag: str, at: dict[str, str]) -> None:
        name, here = at.get("name", ""), self.forms[-1]
        if tag == "input" and name:
            if at.get("type") not in ("checkbox", "radio", "file") or "checked" in at:
                here.values.append((name, at.get("value", "")))
        elif tag == "button" and name and "disabled" not in at:
            here.buttons.append((name, at.get("value", "")))
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option":
            self.options.append((at.get("value", ""), "selected" in at))
        elif tag == "textarea":
            self.area = name
            here.values.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select and self.forms:
            chosen = [value for value, selected in self.options if selected] or [value for value, _ in self.options[:1]]
            self.forms[-1].values += [(self.select, value) for value in chosen]
        elif tag == "textarea" and self.area:
            name, value = self.forms[-1].values[-1]
            self.forms[-1].values[-1] = (name, value.removeprefix("\n").rstrip("\n"))
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            name, value = self.forms[-1].values[-1]
            self.forms[-1].values[-1] = (name, value + data)


def form_in(response: TestResponse, holds: str = "seen") -> Form:
    """The form of the page that has this field."""
    reader = _Reader(response.request.path)
    reader.feed(response.text)
    return next(form for form in reader.forms if any(name == holds for name, _ in form.values))
