"""Writes the report as PDF: the content goes as JSON to the typst template beside this file.

How it looks is left to the template.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from analysis.report import contents
from analysis.report.blocks import Report
from analysis.report.fonts import vietnamese_serif

TEMPLATE = Path(__file__).parent / "report.typ"
# The same release gives the same bytes, so the file carries no time of its own.
NO_TIME = datetime(2017, 1, 1, tzinfo=UTC)


def write(report: Report, charts: Path, file: Path) -> None:
    with _laid_out(report, charts) as compiler:
        # Typst refuses a picture without words or a heading out of order.
        compiler.compile(output=str(file), format="pdf", pdf_standards=["ua-1"], timestamp=NO_TIME)


def pages(report: Report, charts: Path) -> dict[int, int]:
    """On which page each heading, table and picture stands, by its place among the blocks."""
    with _laid_out(report, charts) as compiler:
        found = json.loads(compiler.query("<pages>", field="value", one=True))
    return dict(found)


@contextmanager
def _laid_out(report: Report, charts: Path) -> Iterator[typst.Compiler]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / TEMPLATE.name)
        for chart in charts.glob("*.svg"):
            shutil.copy(chart, folder / chart.name)
        (folder / "content.json").write_text(as_json(report), "utf-8")
        for font in vietnamese_serif():
            shutil.copy(font, folder / font.name)
        yield typst.Compiler(str(folder / TEMPLATE.name), root=name, font_paths=[name], ignore_system_fonts=True)


def as_json(report: Report) -> str:
    """The report as the template reads it: each block says its kind."""
    blocks = [
        {"is": type(block).__name__.lower(), "place": place, **asdict(block)}
        for place, block in enumerate(report.blocks)
    ]
    listed = [
        {"title": one.title, "is": one.kind.__name__.lower(), "entries": list(map(asdict, one.entries))}
        for one in contents.listings(report)
    ]
    return json.dumps({**asdict(report), "blocks": blocks, "contents": listed}, ensure_ascii=False)
