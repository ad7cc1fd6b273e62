"""The report of one release: DOCX, PDF, HTML in both languages and XLSX from the same content, so that they cannot
differ; and the conclusions as data, for a person to edit.
"""

import json
from pathlib import Path

from analysis.report import conclusions, docx, html, pdf, publication, source, xlsx
from analysis.report.blocks import Report
from analysis.report.content import compose
from analysis.report.translation import in_english

__all__ = ["build"]
CONCLUSIONS = "conclusions.json"


def build(release_dir: Path) -> list[Path]:
    """Writes report.docx, .pdf, .html, the same in English (report.en.…), report.xlsx and conclusions.json into the
    release, with the charts that `charts.draw` left there.
    """
    release = source.read(release_dir)
    charts = release_dir / "charts"
    alt_file = charts / "alt.json"
    alt = json.loads(alt_file.read_text("utf-8")) if alt_file.exists() else {}
    report = compose(release, alt, publication.read(release_dir, release.release_hash))
    files = [*_written(report, charts, release_dir / "report")]
    files += _written(in_english(report, release.context), charts, release_dir / "report.en")
    xlsx.write(report, release, release_dir / "report.xlsx")
    drafted = json.dumps(conclusions.as_data(release), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (release_dir / CONCLUSIONS).write_text(drafted, "utf-8")
    return [*files, release_dir / "report.xlsx", release_dir / CONCLUSIONS]


def _written(report: Report, charts: Path, stem: Path) -> list[Path]:
    writers = {"docx": docx.write, "pdf": pdf.write, "html": html.write}
    files = {kind: stem.with_name(f"{stem.name}.{kind}") for kind in writers}
    for kind, write in writers.items():
        write(report, charts, files[kind])
    return list(files.values())
