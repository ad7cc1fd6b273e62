"""The report of one release: DOCX, PDF, HTML in both languages and XLSX from the same content, so that they cannot
differ; and the conclusions as data, for a person to edit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from docx.document import Document

from analysis.report import (
    chart_words,
    conclusions,
    docx,
    html,
    paging,
    pdf,
    printed,
    publication,
    template,
    together,
    xlsx,
)
from analysis.report.blocks import Report
from analysis.report.content import compose
from analysis.report.source import Release
from analysis.report.translation import in_english
from questionnaires.texts import Language

__all__ = ["build", "build_together", "count_pages", "in_template"]
CONCLUSIONS = "conclusions.json"
NAMES: Mapping[Language, str] = {"vi": "report", "en": "report.en"}


def build(release_dir: Path, office: Document | None = None) -> list[Path]:
    """Writes report.docx, .pdf, .html, the same in English (report.en.…), report.xlsx and conclusions.json into the
    release, with the charts that `charts.draw` left there; report.docx in the office's own template where there is one.
    """
    release = printed.read(release_dir)
    charts, report = release_dir / "charts", _composed(release, release_dir)
    files = [*_written(report, charts, release_dir / "report")]
    if office:
        template.put(office, report, charts, release_dir / "report.docx")
    english = in_english(report, release.context, chart_words.in_both(charts))
    files += _written(english, chart_words.drawn(charts, "en"), release_dir / "report.en")
    xlsx.write(report, release, release_dir / "report.xlsx")
    drafted = json.dumps(conclusions.as_data(release), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (release_dir / CONCLUSIONS).write_text(drafted, "utf-8")
    return [*files, release_dir / "report.xlsx", release_dir / CONCLUSIONS]


def count_pages(folder: Path) -> None:
    """Contents of report.docx and report.en.docx name the pages that LibreOffice sets; takes seconds."""
    paging.settle([folder / f"{name}.docx" for name in NAMES.values()])


def in_template(release_dir: Path, office: Path) -> Document:
    """The office's own template with its fields filled in, for `build`. Raises office_template.TemplateFault."""
    release = printed.read(release_dir)
    return template.render(office, _composed(release, release_dir), release)


def build_together(release_dirs: Sequence[Path], out: Path) -> list[Path]:
    """One report of several indices in both languages, written into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for language, name in NAMES.items():
        members = together.read(release_dirs, language)
        report = replace(together.composed(members, language), covered=True)
        with together.charts_of(members, language) as charts:
            files += _written(report, charts, out / name)
    return files


def _composed(release: Release, release_dir: Path) -> Report:
    alt = chart_words.read(release_dir / "charts")
    report = compose(release, alt, publication.read(release_dir, release.release_hash))
    return replace(report, covered=True)


def _written(report: Report, charts: Path, stem: Path) -> list[Path]:
    writers = {"docx": docx.write, "pdf": pdf.write, "html": html.write}
    files = {kind: stem.with_name(f"{stem.name}.{kind}") for kind in writers}
    for kind, write in writers.items():
        write(report, charts, files[kind])
    return list(files.values())
