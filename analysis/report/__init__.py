"""The report of one release: DOCX, PDF and XLSX from the same content, so that they cannot differ."""

import json
from pathlib import Path

from analysis.report import docx, pdf, source, xlsx
from analysis.report.content import compose

__all__ = ["build"]


def build(release_dir: Path) -> list[Path]:
    """Writes report.docx, .pdf and .xlsx into the release, with the charts that `charts.draw` left there."""
    release = source.read(release_dir)
    charts = release_dir / "charts"
    alt_file = charts / "alt.json"
    alt = json.loads(alt_file.read_text("utf-8")) if alt_file.exists() else {}
    report = compose(release, alt)
    files = [release_dir / f"report.{suffix}" for suffix in ("docx", "pdf", "xlsx")]
    docx.write(report, charts, files[0])
    pdf.write(report, charts, files[1])
    xlsx.write(report, release, files[2])
    return files
