"""Writes the short forms of a release into one folder, with what they were made from, to be made again from it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.report import chart_words, docx, pdf, printed, publication
from analysis.report.blocks import Report
from analysis.report.content import as_document, front, subject
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.report.translation import English, in_english, pairs
from analysis.short_forms import (
    board,
    board_scores,
    brief,
    bulletin,
    conversion,
    par_component,
    period_report,
    periods,
)

FOLDER = "short"
MADE_WITH, DOSSIERS, CONVERSION = "made_with.json", "dossiers.csv", "conversion.toml"

NOT_ALWAYS = (
    *(f"board{language}.{kind}" for language in ("", ".en") for kind in ("docx", "pdf")),
    *(f"par_component{language}.{kind}" for language in ("", ".en") for kind in ("csv", "xlsx")),
    *(DOSSIERS, CONVERSION),
)


@dataclass(frozen=True)
class Wanted:
    """The period as `periods.parse` reads it; the two files may be left out."""

    period: str = periods.AD_HOC
    dossiers: Path | None = None
    conversion: Path | None = None


def build(release_dir: Path, out: Path, wanted: Wanted) -> list[Path]:
    """Nothing is written where it raises UnknownPeriod, BadDossiers, BadConversion, BadPublication or
    ReleaseDoesNotMatch.
    """
    release = printed.read(release_dir)
    published = publication.read(release_dir, release.release_hash)
    period = periods.parse(wanted.period)
    scores = board_scores.read(wanted.dossiers) if wanted.dossiers else None
    rule = conversion.read(wanted.conversion or conversion.DEFAULT)
    charts = release_dir / "charts"
    alt, told = chart_words.read(charts), chart_words.in_both(charts)
    out.mkdir(parents=True, exist_ok=True)
    documents = {
        "bulletin": bulletin.document(release, published),
        "brief": brief.document(release, published, alt),
        "period_report": period_report.document(release, published, alt, period),
        **({"board": board.document(release, published, scores, period)} if scores is not None else {}),
    }
    written = [path for name, report in documents.items() for path in _documents(report, charts, out / name)]
    for name, report in documents.items():
        if name != "bulletin":  # Read aloud in the commune, in Vietnamese.
            said = in_english(report, release.context, told)
            written += _documents(said, chart_words.drawn(charts, "en"), out / f"{name}.en")
    written += _bulletin_text(release, published, out)
    written += _component(release, published, rule, out)
    written += _kept(wanted, out)
    for name in NOT_ALWAYS:
        if out / name not in written:  # Of an earlier run that was given more.
            (out / name).unlink(missing_ok=True)
    return written


def again(release_dir: Path) -> list[Path]:
    """Those that stand in the release, from what they were made with; none where there are none."""
    out = release_dir / FOLDER
    kept = out / MADE_WITH
    if not kept.exists():
        return []
    files = [out / name if (out / name).exists() else None for name in (DOSSIERS, CONVERSION)]
    return build(release_dir, out, Wanted(json.loads(kept.read_text("utf-8"))["period"], *files))


def _documents(report: Report, charts: Path, stem: Path) -> Iterator[Path]:
    for suffix, write in ((".docx", docx.write), (".pdf", pdf.write)):
        file = stem.with_name(stem.name + suffix)
        write(report, charts, file)
        yield file


def _bulletin_text(release: Release, published: Publication, out: Path) -> list[Path]:
    file = out / "bulletin.txt"
    file.write_text(bulletin.as_text(release, published), "utf-8")
    return [file]


def _component(release: Release, published: Publication, rule: conversion.Conversion, out: Path) -> list[Path]:
    """In both languages; nothing where the release has no figures of units."""
    found = list(par_component.rows(release, rule))
    if not found:
        return []
    head = front(release, published, "BẢNG ĐIỂM", f"Thành phần chỉ số CCHC cấp xã: {subject(release)}")
    report, titles = as_document(release, published, head, ()), par_component.titles(release)
    files = [out / f"par_component.{suffix}" for suffix in ("csv", "xlsx", "en.csv", "en.xlsx")]
    par_component.write_csv(found, files[0])
    par_component.write_xlsx(found, titles, report, files[1])
    english = English(dict(pairs(release.context)))
    said = par_component.in_english(found, english)
    par_component.write_csv(said, files[2])
    titles = {name: english.say(title) for name, title in titles.items()}
    par_component.write_xlsx(said, titles, in_english(report, release.context), files[3])
    return files


def _kept(wanted: Wanted, out: Path) -> list[Path]:
    files = [out / MADE_WITH]
    files[0].write_text(json.dumps({"period": wanted.period}) + "\n", "utf-8")
    for given, name in ((wanted.dossiers, DOSSIERS), (wanted.conversion, CONVERSION)):
        if given is not None and given.resolve() != (out / name).resolve():
            shutil.copyfile(given, out / name)
        files += [out / name] if given is not None else []
    return files
