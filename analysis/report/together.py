"""One report of several indices: one head, every verdict, one table against the target, then the parts of each.

Each release says its parts as in its own report; here they are lettered A, B, C so that no annex has the name of
another, and their figures carry the survey's name before their id.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.report import chart_words, collected, printed, publication
from analysis.report.blocks import (
    Block,
    Box,
    Closing,
    Column,
    Draft,
    Heading,
    Paragraph,
    Picture,
    Report,
    Row,
    Runs,
    Table,
)
from analysis.report.cells import counted, interval, level, point_reading, row, shown, verdict_words
from analysis.report.content import CLOSING, compose
from analysis.report.source import Release
from analysis.report.translation import in_english
from analysis.report.words import DRAFT, SIMULATED, long_day, number
from questionnaires.texts import Language

ANNEX = re.compile(r"\b(Phụ lục|PHỤ LỤC|Annex|ANNEX) ([IVX]+)\b")
CAPTION = re.compile(r"(\w+) \d+(\. .*)", re.DOTALL)
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Member:
    """One release with its own report; `letter` stands before its annexes and pictures."""

    letter: str
    release: Release
    report: Report
    folder: Path


def read(folders: Sequence[Path], language: Language) -> list[Member]:
    found = []
    for letter, folder in zip(LETTERS, folders, strict=False):
        release = printed.read(folder)
        charts = folder / "charts"
        report = compose(release, chart_words.read(charts), publication.read(folder, release.release_hash))
        if language == "en":
            report = in_english(report, release.context, chart_words.in_both(charts))
        found.append(Member(letter, release, report, folder))
    return found


def composed(members: Sequence[Member], language: Language) -> Report:
    """The head is written in Vietnamese and said in English; the members' reports are in their language already."""
    draft, boxes = Draft(), [next(one for one in member.report.blocks if isinstance(one, Box)) for member in members]
    draft.heading(0, "TÓM TẮT")
    _table(draft, members)
    draft.close(CLOSING)
    head = _report(members, tuple(draft.blocks))
    if language == "en":
        pairs_of_all = {"all": [member.release.context for member in members], "survey": {"owner": ""}}
        head = in_english(head, pairs_of_all)
    title, table, closing = head.blocks
    blocks: list[Block] = [title, *(_lettered(box, m, False) for box, m in zip(boxes, members, strict=True)), table]
    for member in members:
        name = member.release.instrument.index.name
        part = f"{member.letter}. {(name.vi if language == 'vi' else name.en).upper()}"
        blocks.append(Heading(0, part, new_page=True))
        blocks += [_lettered(block, member, member is members[-1]) for block in _before_closing(member)]
    blocks.append(closing)
    for member in members:
        blocks += [_lettered(block, member, False) for block in _after_closing(member)]
    return replace(head, blocks=tuple(_numbered(blocks)))


def _numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Tables and figures anew, in the order in which they stand now."""
    numbers: Counter[str] = Counter()
    for block in blocks:
        if isinstance(block, Table | Picture) and (found := CAPTION.match(block.caption)):
            numbers[found[1]] += 1
            yield replace(block, caption=f"{found[1]} {numbers[found[1]]}{found[2]}")
        else:
            yield block


def _report(members: Sequence[Member], blocks: tuple[Block, ...]) -> Report:
    first, found = members[0].report.front, [collected.days(member.release) for member in members]
    begun, ended = min(one for one, _ in found), max(one for _, one in found)
    front = replace(
        first,
        superior="",
        issuer=first.superior or first.issuer,
        number="Số:        /BC-……",
        place=f"{first.place.split(', ngày')[0]}, {long_day(None)}",
        abstract=f"Kết quả đo lường các chỉ số hài lòng\n{collected.line(begun, ended)}",
    )
    simulated = any(member.release.simulated for member in members)
    traces = ", ".join(member.release.release_hash[:12] for member in members)
    title = f"Báo cáo: {front.abstract}"
    return Report(front, DRAFT, SIMULATED if simulated else "", f"Các bản kết quả {traces}", title, blocks)


def _table(draft: Draft, members: Sequence[Member]) -> None:
    draft.table(
        "Các chỉ số hài lòng so với mục tiêu",
        (
            Column("Chỉ số", 48),
            Column("Mục tiêu", 19, "center"),
            Column("Số người", 16, "right"),
            Column("Giá trị (%)", 17, "right"),
            Column(f"Khoảng tin cậy {level(members[0].release)}%", 28, "center"),
            Column("Kết luận", 18),
            Column("Đọc theo giá trị điểm", 19, "center"),
        ),
        [_named_row(member) for member in members],
        "Cơ sở: số người trả lời ghi trong từng dòng. Kết luận dựa vào khoảng tin cậy; giá trị điểm chỉ để tham khảo.",
    )


def _named_row(member: Member) -> Row:
    release, index = member.release, member.release.index
    found = row(
        release.instrument.index.name.vi,
        f"trên {number(release.target)}%",
        counted(index, "n"),
        shown(release, index),
        interval(release, index),
        verdict_words(index),
        point_reading(release, index),
    )
    return replace(found, cells=tuple(_prefixed(cell, member) for cell in found.cells))


def _before_closing(member: Member) -> Iterator[Block]:
    for block in member.report.blocks:
        if isinstance(block, Closing):
            return
        yield block


def _after_closing(member: Member) -> Iterator[Block]:
    blocks = iter(member.report.blocks)
    for block in blocks:
        if isinstance(block, Closing):
            yield from blocks


def _prefixed(text: Runs, member: Member) -> Runs:
    slug = member.release.survey["slug"]
    return tuple(replace(run, figure=f"{slug}:{run.figure}") if run.figure else run for run in text)


def _lettered(block: Block, member: Member, ends: bool) -> Block:
    """Annexes are called by letter and number; only the last part ends as the whole text does."""

    def say(words: str) -> str:
        return ANNEX.sub(rf"\1 {member.letter}-\2", words)

    def runs(text: Runs) -> Runs:
        said = tuple(replace(run, text=say(run.text)) for run in _prefixed(text, member))
        return said if ends else _open_ended(said)

    match block:
        case Heading():
            plain = block.text.partition("\n")[2] if block.level == 0 and "\n" in block.text else block.text
            return replace(block, text=say(plain))
        case Paragraph():
            return replace(block, text=runs(block.text))
        case Box():
            return replace(block, lines=tuple(map(runs, block.lines)))
        case Table():
            rows = tuple(replace(row, cells=tuple(map(runs, row.cells))) for row in block.rows)
            return replace(block, rows=rows, note=say(block.note))
        case Picture():
            return replace(block, name=f"{member.letter}-{block.name}", note=say(block.note))
        case _:
            return block


def _open_ended(text: Runs) -> Runs:
    last = text[-1] if text else None
    if last and last.text.endswith("./."):
        return (*text[:-1], replace(last, text=last.text.removesuffix("/.")))
    return text


@contextmanager
def charts_of(members: Sequence[Member], language: Language) -> Iterator[Path]:
    """A folder that holds the charts of all in that language, each under its letter."""
    with TemporaryDirectory() as name:
        for member in members:
            for chart in chart_words.drawn(member.folder / "charts", language).glob("*.*"):
                shutil.copy(chart, Path(name) / f"{member.letter}-{chart.name}")
        yield Path(name)
