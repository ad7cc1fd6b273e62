"""Writes the report as one HTML file that needs nothing else: pictures and stylesheet inside, no script.

Every figure is a span that carries its id (data-id) and part (data-part). The policy in the head allows the stylesheet
by its hash and pictures from within, nothing more.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from analysis.report import blocks
from analysis.report.blocks import Report, Run, Runs

STYLE = Path(__file__).parent / "report.css"
HEADINGS = {0: 2, 1: 3, 2: 4, 3: 2}
WORDS = {
    "vi": {"contents": "Mục lục", "skip": "Đến nội dung"},
    "en": {"contents": "Contents", "skip": "Skip to the content"},
}


def write(report: Report, charts: Path, file: Path) -> None:
    style = STYLE.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    words = WORDS[report.language]
    page = [
        f'<!doctype html>\n<html lang="{report.language}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_words(report.title.replace(chr(10), ' '))}</title>",
        f'<style>{style}</style>\n</head>\n<body>\n<a class="skip" href="#content">{words["skip"]}</a>',
        _front(report),
        _contents(report, words["contents"]),
        '<main id="content">',
        *(_block(block, place, charts) for place, block in enumerate(report.blocks)),
        f"</main>\n<footer><p>{_marks(report)}{_words(report.trace)}</p></footer>\n</body>\n</html>\n",
    ]
    file.write_text("\n".join(page), "utf-8")


def _words(words: str) -> str:
    return escape(words, quote=True)


def _marks(report: Report) -> str:
    return f"<strong>{_words(report.draft_mark)} – {_words(report.not_issued)}</strong> · " if report.draft_mark else ""


def _front(report: Report) -> str:
    front, abstract = report.front, "<br>".join(map(_words, report.front.abstract.split("\n")))
    superior = f"<p>{_words(front.superior)}</p>" if front.superior else ""
    simulated = f'<p class="mark">{_words(report.simulated_mark)}</p>' if report.simulated_mark else ""
    draft = f'<p class="draft">{_words(report.draft_mark)}</p>' if report.draft_mark else ""
    return (
        f'<header>{simulated}<div class="front"><div>{superior}<p><strong>{_words(front.issuer)}</strong></p>'
        f"<p>{_words(front.number)}</p></div><div><p><strong>{_words(front.nation)}</strong></p>"
        f'<p class="motto"><strong>{_words(front.motto)}</strong></p><p><em>{_words(front.place)}</em></p></div></div>'
        f"{draft}<h1>{_words(front.kind)}<br>{abstract}</h1></header>"
    )


def _contents(report: Report, title: str) -> str:
    """Parts, sections and annexes; the sections of an annex are left to the annex."""
    lines = [
        f'<li class="level-{block.level}"><a href="#b{place}">{_one_line(block.text)}</a></li>'
        for place, block in enumerate(report.blocks)
        if isinstance(block, blocks.Heading) and block.level in (0, 1, 3)
    ]
    return f'<nav aria-labelledby="toc"><h2 id="toc">{title}</h2>\n<ul>{"".join(lines)}</ul></nav>'


def _one_line(text: str) -> str:
    return _words(text.replace("\n", ". "))


def _block(block: blocks.Block, place: int, charts: Path) -> str:
    if isinstance(block, blocks.Picture):
        return _picture(block, charts)
    return WRITERS[type(block)](block, place)


def _heading(block: blocks.Heading, place: int) -> str:
    tag = f"h{HEADINGS[block.level]}"
    return f'<{tag} id="b{place}">{"<br>".join(map(_words, block.text.split(chr(10))))}</{tag}>'


def _paragraph(block: blocks.Paragraph, _place: int) -> str:
    name = ' class="centred"' if block.centred else ""
    return f"<p{name}>{_runs(block.text)}</p>"


def _runs(text: Runs) -> str:
    return "".join(map(_run, text))


def _run(run: Run) -> str:
    words = _words(run.text)
    if run.figure:
        name, _, part = run.figure.partition("#")
        words = f'<span data-id="{_words(name)}" data-part="{_words(part)}">{words}</span>'
    if run.italic:
        words = f"<em>{words}</em>"
    return f"<strong>{words}</strong>" if run.bold else words


def _box(block: blocks.Box, _place: int) -> str:
    lines = "".join(f"<p>{_runs(line)}</p>" for line in block.lines)
    kind = block.verdict or "none"
    return f'<div class="verdict {kind}"><p><strong>{_words(block.headline)}</strong></p>{lines}</div>'


def _table(block: blocks.Table, place: int) -> str:
    """The first column that is read as words heads its row; a table wider than the screen scrolls by itself."""
    names = next((i for i, column in enumerate(block.columns) if column.align == "left"), 0)
    head = "".join(f'<th scope="col" class="{one.align}">{_words(one.title)}</th>' for one in block.columns)
    note = f'<p class="note" id="n{place}">{_words(block.note)}</p>' if block.note else ""
    about = f' aria-describedby="n{place}"' if block.note else ""
    rows = "\n".join(_row(row, block.columns, names) for row in block.rows)
    return (
        f'<div class="table" role="region" aria-labelledby="c{place}" tabindex="0"><table{about}>'
        f'<caption id="c{place}">{_words(block.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>{note}"
    )


def _row(row: blocks.Row, columns: tuple[blocks.Column, ...], names: int) -> str:
    cells = []
    for place, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
        is_head = place == names and blocks.plain(cell).strip()
        tag, scope = ("th", ' scope="row"') if is_head else ("td", "")
        cells.append(f'<{tag}{scope} class="{column.align}">{_runs(cell)}</{tag}>')
    name = ' class="strong"' if row.strong else ""
    return f"<tr{name}>{''.join(cells)}</tr>"


def _picture(block: blocks.Picture, charts: Path) -> str:
    data = base64.b64encode((charts / f"{block.name}.svg").read_bytes()).decode()
    note = f'<p class="note">{_words(block.note)}</p>' if block.note else ""
    return (
        f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{_words(block.alt)}">'
        f"<figcaption>{_words(block.caption)}</figcaption>{note}</figure>"
    )


def _closing(block: blocks.Closing, _place: int) -> str:
    recipients = "".join(f"<li>{_words(one.lstrip('- '))}</li>" for one in block.recipients)
    position, note = block.signer
    return (
        f'<div class="closing"><div><p><strong><em>{_words(block.label)}</em></strong></p><ul>{recipients}</ul></div>'
        f'<div class="signer"><p><strong>{_words(position)}</strong></p><p><em>{_words(note)}</em></p></div></div>'
    )


WRITERS: Mapping[type, Callable[[Any, int], str]] = {
    blocks.Heading: _heading,
    blocks.Paragraph: _paragraph,
    blocks.Box: _box,
    blocks.Table: _table,
    blocks.Closing: _closing,
}
