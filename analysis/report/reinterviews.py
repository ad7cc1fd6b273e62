"""Second interviews (phúc tra): how well they agree with the first. One table for each wave; nobody is named."""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.blocks import KEPT_BACK, Column, Draft, Row
from analysis.report.cells import row
from analysis.report.source import Release
from analysis.report.words import count, text
from analysis.site.cells import MINIMUM

COLUMNS = (
    Column("Nội dung", 78),
    Column("Cơ sở", 18, "right"),
    Column("Giống nhau (%)", 26, "right"),
    Column("Kappa", 19, "right"),
    Column("AC1", 19, "right"),
)


def add_reinterviews(draft: Draft, release: Release) -> None:
    found = release.context.get("reinterviews", {})
    for wave in release.context["waves"]:
        if again := found.get(wave["slug"]):
            instrument = release.context["instruments"][wave["content_hash"][:12]]
            draft.table(
                f"Mức độ thống nhất giữa phỏng vấn và phúc tra, {text(wave['name'])}",
                COLUMNS,
                list(_rows(again, _texts(instrument))),
                f"Cơ sở: số cặp câu trả lời của {count(again['interviews'])} người được hai cán bộ khác nhau hỏi; câu "
                "trả lời phúc tra không tính vào bất kỳ chỉ số nào. Kappa của Cohen thấp khi hầu hết mọi người cùng "
                "hài lòng, nên nêu thêm hệ số AC1 của Gwet.",
            )


def _rows(again: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Row]:
    yield _row("Mọi tiêu chí đánh giá", again["overall"], strong=True)
    if again["facts"]:
        yield row("Thông tin thực tế, không được khác nhau", " ", " ", " ", " ", leads=True)
        yield from (_row(texts.get(one["code"], one["code"]), one) for one in again["facts"])
    yield row("Từng tiêu chí", " ", " ", " ", " ", leads=True)
    yield from (_row(texts.get(one["code"], one["code"]), one) for one in again["items"])


def _row(words: str, found: Mapping[str, Any], strong: bool = False) -> Row:
    if 0 < found["base"] < MINIMUM:
        return row(words, *[KEPT_BACK] * 4, strong=strong)
    shown = [found["shown"][name]["vi"] if name in found["shown"] else "–" for name in ("equal", "kappa", "ac1")]
    return row(words, count(found["base"]), *shown, strong=strong)


def _texts(instrument: Mapping[str, Any]) -> dict[str, str]:
    questions = (one for part in instrument["parts"] for one in (*part.get("items", ()), *part.get("questions", ())))
    return {one["code"]: text(one.get("criterion") or one["text"]) for one in questions}
