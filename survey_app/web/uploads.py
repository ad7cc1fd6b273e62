"""How large a request may be: forms stay small, and where a file is taken, as large as the file may be."""

from typing import Final

from flask import Flask, request

from questionnaires.exchange.reading import LARGEST
from survey_app.instruments.recordings import MOST_BYTES
from survey_app.journal import files

_AROUND: Final = 100_000  # The fields beside the file.
_SCANS: Final = 80 * 2**20  # Forty photographs of a telephone.
_TEMPLATE: Final = 10 * 2**20
_FRAME: Final = 40 * 2**20  # As `analysis.planning` takes it.
_TAKES: Final = {
    "design.draft_from_file": LARGEST,
    "design.change_recording": MOST_BYTES,
    "entry.read_scans": _SCANS,
    "manage.import_frame": _FRAME,
    "results.keep_template": _TEMPLATE,
    "manage.import_device_file": files.LARGEST,
}


def init_app(app: Flask) -> None:
    app.before_request(_allow)


def _allow() -> None:
    most = _TAKES.get(request.endpoint or "")
    if most is not None:
        # A little more, so that who is only a little above reads in words what is too large.
        request.max_content_length = most + _AROUND
