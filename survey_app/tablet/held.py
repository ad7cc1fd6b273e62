"""What a tablet keeps of the application to work without a line: each address, and the hash of what stands there.

The worker believes an installation only when all of it has these hashes, so it never mixes two versions.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from flask import current_app, render_template, url_for
from flask_babel import force_locale

from questionnaires.model import LANGUAGES
from survey_app import words
from survey_app.casework import cases, persons

STATIC = Path(__file__).parent.parent / "static"
Part = tuple[str, Callable[[], bytes]]


def shell() -> str:
    """Of all outcomes the ones that an attempt can have; `complete` is what an interview makes of a case."""
    outcomes = {code: words.DISPOSITIONS[code] for code in cases.BY_HAND if code != "open"}
    return render_template("tablet/shell.html", outcomes=outcomes, most=persons.MOST)


def icon() -> str:
    return render_template("tablet/icon.svg")


def manifest() -> dict[str, object]:
    from_start = url_for("tablet.show_shell")
    return {
        "id": from_start,
        "name": "Hài Lòng",
        "short_name": "Hài Lòng",
        "lang": "vi",
        "start_url": from_start,
        "scope": from_start,
        "display": "standalone",
        "background_color": "#f3f5f7",
        "theme_color": "#0b5a8a",
        "icons": [
            {"src": url_for("tablet.show_icon"), "type": "image/svg+xml", "sizes": "any", "purpose": "any maskable"}
        ],
    }


def digests(parts: Iterable[Part] | None = None) -> dict[str, str]:
    """By address; of the officers' tablet where nothing else is named."""
    named = _parts() if parts is None else parts
    return {address: hashlib.sha256(content()).hexdigest() for address, content in named}


def _parts() -> Iterator[Part]:
    for language in LANGUAGES:
        yield shell_address(language), partial(_shell_in, language)
    yield url_for("tablet.show_icon"), lambda: icon().encode()
    yield url_for("tablet.show_manifest"), lambda: current_app.json.dumps(manifest()).encode()
    yield from files("tablet")


def files(*folders: str) -> Iterator[Part]:
    """Scripts and styles in these folders, and the style of all forms."""
    found = [path for folder in folders for path in sorted((STATIC / folder).iterdir())]
    for path in (STATIC / "answer.css", *found):
        yield url_for("static", filename=path.relative_to(STATIC).as_posix()), path.read_bytes


def shell_address(language: str) -> str:
    return url_for("tablet.show_shell", lang=language)


def _shell_in(language: str) -> bytes:
    with force_locale(language):
        return shell().encode()


def version(found: dict[str, str]) -> str:
    """One name for all of it."""
    return hashlib.sha256("\n".join(f"{address} {digest}" for address, digest in found.items()).encode()).hexdigest()[
        :16
    ]
