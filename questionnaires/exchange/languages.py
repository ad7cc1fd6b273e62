"""Says which language a column of an XLSForm or a row of a LimeSurvey file is in."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

_NAMES: Final = {
    **dict.fromkeys(("vi", "vie", "vietnamese", "tiếng việt", "tieng viet", "việt", "viet", "tiếng việt nam"), "vi"),
    **dict.fromkeys(("en", "eng", "english", "tiếng anh", "tieng anh"), "en"),
}
_CODE: Final = re.compile(r"\(\s*([A-Za-z]{2,3})(?:[-_][\w-]+)?\s*\)\s*$")
_VIETNAMESE: Final = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")


def language_of(name: str) -> str | None:
    """Of `English (en)`, `Tiếng Việt`, `en-GB`; None for one that is not ours."""
    if code := _CODE.search(name):
        return _NAMES.get(code[1].lower())
    plain = name.strip().lower()
    return _NAMES.get(plain) or _NAMES.get(re.split(r"[-_]", plain)[0])


def guessed(text: str) -> str:
    return "vi" if _VIETNAMESE.search(text) else "en"


class Columns:
    """The columns of a sheet that hold one text in several languages: `label`, `label::English (en)`."""

    def __init__(self, headings: Iterable[str], default: str) -> None:
        self._default = language_of(default) if default else None
        self._found: dict[str, list[tuple[str, str | None]]] = {}
        self.foreign: list[tuple[str, str]] = []  # Heading and name of languages that are not ours.
        for heading in headings:
            name, _, language = heading.rpartition("::") if heading.count("::") else (heading, "", "")
            if not language:
                self._found.setdefault(name, []).append((heading, self._default))
            elif (code := language_of(language)) is not None:
                self._found.setdefault(name, []).insert(0, (heading, code))
            else:
                self.foreign.append((heading, language))

    def has(self, name: str) -> bool:
        return name in self._found

    def names_no_language(self, name: str) -> bool:
        return (name, None) in self._found.get(name, [])

    def texts(self, name: str, cells: Mapping[str, str]) -> dict[str, str]:
        """By language; a column that names none is taken for the form's own or, without one, by its letters."""
        found: dict[str, str] = {}
        for heading, language in self._found.get(name, []):
            if text := cells.get(heading):
                found.setdefault(language or guessed(text), text)
        return found
