"""Part one of the report: how the survey was carried out and who answered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from analysis.report import collected, steps
from analysis.report.blocks import KEPT_BACK, Column, Draft, Row, Run
from analysis.report.cells import counted, interval, level, row, shown
from analysis.report.fieldwork import add_fieldwork
from analysis.report.outcomes import add_outcomes
from analysis.report.plan import add_plan
from analysis.report.printed import may_be_told
from analysis.report.promises import add_promises
from analysis.report.reinterviews import add_reinterviews
from analysis.report.set_aside import add_set_aside
from analysis.report.slips import add_slips
from analysis.report.source import Figure, Release
from analysis.report.undrawn import of_sample, series_words
from analysis.report.words import (
    CERTAINTY,
    MODES,
    SERIES_OF_MODE,
    count,
    day,
    lower_first,
    number,
    text,
)
from questionnaires.model import AnyQuestion, Choice, PlainPart

LEVEL_OF_PART = {
    "profile": "profile",
    "assessment": "assessment",
    "general": "assessment",
    "expectation": "expectation",
}
STATUS = {
    "draft": "bản thảo: câu chữ do nhóm biên soạn đặt, chưa thay bằng câu chữ của phụ lục chính thức",
    "official": "câu chữ chính thức",
}


def add_conduct(draft: Draft, release: Release, alt: dict[str, str]) -> None:
    draft.heading(0, "PHẦN THỨ NHẤT\nTỔ CHỨC KHẢO SÁT")
    draft.heading(1, "I. KHÁI QUÁT")
    _facts(draft, release)
    steps.add_steps(draft, release)
    draft.heading(1, "II. KẾ HOẠCH VÀ KẾT QUẢ THU PHIẾU")
    add_plan(draft, release)
    add_promises(draft, release)
    add_slips(draft, release)
    add_outcomes(draft, release, alt)
    add_reinterviews(draft, release)
    add_fieldwork(draft, release)
    _channels(draft, release)
    steps.add_late(draft, release)
    add_set_aside(draft, release)
    _profile(draft, release)


def _facts(draft: Draft, release: Release) -> None:
    survey = release.survey
    period = survey["period"]
    facts = [
        ("Cuộc khảo sát", text(survey["name"])),
        ("Chỉ số", release.instrument.index.name.vi),
        ("Mục tiêu", f"Trên {number(release.target)}% (đúng {number(release.target)}% là chưa đạt)"),
        ("Kỳ khảo sát", f"Từ ngày {day(period['from'])} đến ngày {day(period['to'])}"),
        ("Thu thập ý kiến", collected.fact(*collected.days(release))),
        ("Cơ quan chủ trì", text(survey["owner"])),
        ("Phương pháp", text(survey["method"])),
        ("Danh mục đơn vị", f"Theo địa giới ngày {day(survey['units_on'])}"),
        *(fact for wave in release.context["waves"] for fact in _wave_facts(release, wave)),
        ("Quyền số kết hợp các đợt", release.stated_weights),
    ]
    draft.table(
        "Thông tin chung về cuộc khảo sát",
        (Column("Nội dung", 42), Column("Thông tin", 118)),
        [row(Run(name, bold=True), value) for name, value in facts if value],
        "",
    )


def _wave_facts(release: Release, wave: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    instrument = release.context["instruments"][wave["content_hash"][:12]]
    source = instrument["source"]
    yield "Đợt khảo sát", f"{text(wave['name'])}: {collected.words(*collected.of_wave(release, wave))}"
    yield (
        "Mẫu phiếu",
        f"{text(instrument['title'])}; mã {instrument['code']}, phiên bản {instrument['version']}; "
        f"{STATUS[instrument['status']]}",
    )
    yield "Nguồn của mẫu phiếu", f"{source['decision']} ({CERTAINTY[source['certainty']]})"


def _channels(draft: Draft, release: Release) -> None:
    counts = release.context["counts"]
    by_mode = counts["by_mode"]
    rows = [
        row(words, series_words(release, SERIES_OF_MODE[mode]), _answered(release, mode, by_mode[mode]))
        for mode, words in MODES.items()
        if by_mode.get(mode)
    ]
    if rows:
        rows.append(row("Cộng", " ", count(sum(by_mode.values())), strong=True))
    draft.table(
        "Số phiếu theo kênh trả lời",
        (Column("Kênh", 75), Column("Loạt số liệu", 55), Column("Số phiếu", 30, "right")),
        rows,
        f"Cơ sở: {count(counts['responses'])} phiếu hợp lệ của mọi kênh. Chỉ phiếu của {of_sample(release)} được "
        "dùng để tính chỉ số.",
    )


def _answered(release: Release, mode: str, number: int) -> str:
    figure = release.find("overall", "index", ("mode", mode), SERIES_OF_MODE[mode])
    return count(number) if may_be_told(number, figure) else KEPT_BACK.text


def _profile(draft: Draft, release: Release) -> None:
    rows = distribution_rows(release, ("profile",))
    if not rows:
        return
    draft.heading(1, "III. NGƯỜI TRẢ LỜI")
    draft.text("Cơ cấu người trả lời như sau. Người trả lời có quyền bỏ qua bất kỳ câu hỏi nào.")
    draft.table(
        "Cơ cấu người trả lời",
        DISTRIBUTION_COLUMNS,
        rows,
        f"Cơ sở: số người đã trả lời từng câu, {lower_first(series_words(release, release.series))}; tỷ lệ đã tính "
        "quyền số mẫu (nếu có).",
    )


DISTRIBUTION_COLUMNS = (
    Column("Câu hỏi và phương án", 104),
    Column("Cơ sở", 26, "right"),
    Column("Tỷ lệ (%)", 30, "right"),
)


def doubted_columns(release: Release) -> tuple[Column, ...]:
    """As many columns as the rows have with their intervals."""
    question, base, share = (
        replace(column, width=width) for column, width in zip(DISTRIBUTION_COLUMNS, (84, 19, 21), strict=True)
    )
    return question, base, share, Column(f"Khoảng tin cậy {level(release)}%", 36, "center")


# Shares of these kinds add up to more than 100 %.
SEVERAL = {"multiple": " (chọn nhiều phương án)", "ranking": " (xếp thứ tự; tỷ lệ người có nêu)"}


def distribution_rows(release: Release, kinds: tuple[str, ...], *, doubted: bool = False) -> list[Row]:
    """Each question of the plain parts of these kinds: its text with the base, then its options with their shares, and
    where they are `doubted` with their intervals.
    """
    rows: list[Row] = []
    for part in release.instrument.parts:
        if isinstance(part, PlainPart) and part.kind in kinds:
            for question in part.questions:
                rows += _question_rows(release, LEVEL_OF_PART[part.kind], question, doubted)
    return rows


def _question_rows(release: Release, level: str, question: AnyQuestion, doubted: bool) -> list[Row]:
    entries = [(name, release.find(level, code)) for code, name in _codes(question)]
    found = [(name, figure) for name, figure in entries if figure]
    if not found:
        return []
    blanks = [" "] * (2 if doubted else 1)
    head = row(question.text.vi + SEVERAL.get(question.kind, ""), counted(found[0][1], "base"), *blanks, leads=True)
    return [head, *(_option_row(release, name, figure, doubted) for name, figure in found)]


def _option_row(release: Release, name: str, figure: Figure, doubted: bool) -> Row:
    share = shown(release, figure)
    return row(name, " ", share, interval(release, figure)) if doubted else row(name, " ", share)


def _codes(question: AnyQuestion) -> Iterator[tuple[str, str]]:
    """The codes of the figures that a question can have, each with its words."""
    if isinstance(question, Choice):
        for option in question.options:
            yield f"{question.code}={option.code}", option.text.vi
    elif question.kind == "general_rating":
        yield question.code, "Hài lòng (mức 4 và mức 5)"
    elif question.kind in ("number", "percentage"):
        yield f"{question.code}~mean", "Giá trị trung bình"
