"""Slips as PDF: sheets of 24 stickers, or a roll for the printer at the counter. How they look, the Typst file says.

The codes are made anew from the key for every print and are stored nowhere; a batch printed twice has the same codes.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import typst

from survey_app.models import SlipBatch
from survey_app.paper.codes import qr_svg
from survey_app.proofs import slips
from survey_app.sheets import mark_of, official_day

Layout = Literal["stickers", "receipts"]
LAYOUTS: tuple[Layout, ...] = ("stickers", "receipts")
PER_SHEET = 24
TEMPLATE = Path(__file__).parent.parent / "templates" / "sheets" / "slips.typ"


def url(public_url: str, code: str) -> str:
    """The address that the QR of a slip carries."""
    return f"{public_url}/s/{code.replace('-', '')}"


def pdf(batches: Sequence[SlipBatch], key: str, public_url: str, layout: Layout) -> bytes:
    """All slips of the batches; each batch begins a sheet of its own."""
    data = {
        "layout": layout,
        "site": public_url.removeprefix("https://").removeprefix("http://"),
        "batches": [_batch(batch, key, public_url) for batch in batches],
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made: bytes = typst.compile(str(TEMPLATE), sys_inputs=inputs, ignore_system_fonts=True)
    return made


def _batch(batch: SlipBatch, key: str, public_url: str) -> dict[str, Any]:
    point, wave = batch.point, batch.wave
    return {
        "code": batch.code,
        "office": {"vi": point.label_vi, "en": point.label_en},
        "survey": {"vi": wave.survey.name_vi, "en": wave.survey.name_en},
        "last_day": official_day(wave.closes_on),
        "mark": mark_of(wave),
        "slips": [{"code": code, "qr": qr_svg(url(public_url, code))} for code in slips.codes(key, batch)],
    }
