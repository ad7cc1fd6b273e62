"""Writes the report as PDF: the content goes as JSON to the typst template beside this file.

How it looks is left to the template.
"""

import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from analysis.report.blocks import Report
from analysis.report.fonts import vietnamese_serif

TEMPLATE = Path(__file__).parent / "report.typ"
# The same release gives the same bytes, so the file carries no time of its own.
NO_TIME = datetime(2017, 1, 1, tzinfo=UTC)


def write(report: Report, charts: Path, file: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / TEMPLATE.name)
        for chart in charts.glob("*.svg"):
            shutil.copy(chart, folder / chart.name)
        (folder / "content.json").write_text(as_json(report), "utf-8")
        for font in vietnamese_serif():
            shutil.copy(font, folder / font.name)
        file.write_bytes(
            typst.compile(
                str(folder / TEMPLATE.name),
                root=name,
                font_paths=[name],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["ua-1"],  # Typst refuses a picture without words or a heading out of order.
                timestamp=NO_TIME,
            )
        )


def as_json(report: Report) -> str:
    """The report as the template reads it: each block says its kind."""
    blocks = [{"is": type(block).__name__.lower(), **asdict(block)} for block in report.blocks]
    return json.dumps({**asdict(report), "blocks": blocks}, ensure_ascii=False)
