"""The summary on the first page: the verdict in words that nobody can misread, and what stands behind it."""

from collections import Counter

from analysis.report import collected, undrawn
from analysis.report.blocks import Box, Draft, Piece, Run, Runs, runs
from analysis.report.cells import counted, level, point_reading, shown
from analysis.report.source import Figure, Release
from analysis.report.words import UNDRAWN, count, number, obstacle, text

HEADLINES = {
    "met": "ĐẠT MỤC TIÊU: {name} trên {target}%",
    "not_met": "CHƯA ĐẠT MỤC TIÊU: {name} không trên {target}%",
    "undecided": "CHƯA ĐỦ CƠ SỞ KẾT LUẬN: chưa thể nói {name} trên hay không trên {target}%",
    "": "KHÔNG ĐỦ SỐ LIỆU: chưa thể xem xét {name} theo mục tiêu trên {target}%",
    "undrawn": "KHÔNG KẾT LUẬN: không có kế hoạch niêm phong, nên không xét {name} theo mục tiêu trên {target}%",
    "none": "CHƯA CÓ CHỈ SỐ: không có phiếu nào thuộc mẫu chọn theo xác suất",
    "waves": "KHÔNG CÓ CHỈ SỐ CHUNG: các đợt khảo sát được kết luận riêng",
}

REASONS = {
    "met": "Cả khoảng tin cậy nằm trên {target}%, nên kết luận đạt có đủ cơ sở.",
    "not_met": "Cả khoảng tin cậy không vượt quá {target}%, nên kết luận chưa đạt có đủ cơ sở.",
    "undecided": "Khoảng tin cậy chứa mức {target}%: số liệu chưa chứng minh được là đạt, cũng chưa chứng minh được là "
    "chưa đạt. Không được đọc kết quả này là “đạt”.",
    "": "Không đưa ra kết luận, vì {obstacle}.",
    "undrawn": "Không đưa ra kết luận, vì không ai biết người trả lời đã được chọn thế nào.",
    "none": "Trả lời qua kênh mở là tự nguyện, không đại diện cho người dân, nên không dùng để kết luận; kết quả "
    "của kênh "
    "này được nêu riêng trong Phần thứ hai.",
    "waves": "Cuộc khảo sát có nhiều đợt mà chưa quy định quyền số để tổng hợp; kết quả từng đợt nêu trong Phần thứ "
    "hai.",
}


def verdict_of(release: Release) -> str:
    """The verdict on the headline, or why there is no headline."""
    if release.index:
        return release.index.kind
    return "waves" if any(release.of_domain_type("wave")) else "none"


def add_summary(draft: Draft, release: Release, alt: dict[str, str]) -> None:
    draft.heading(0, "TÓM TẮT")
    draft.blocks.append(_box(release))
    draft.picture(
        f"{release.instrument.index.name.vi} so với mục tiêu",
        "overall",
        alt.get("overall", ""),
        f"Vạch ngang: khoảng tin cậy {level(release)}%. {base_words(release.index)}",
    )
    _responses(draft, release)
    _factors(draft, release)
    _units(draft, release)


def _box(release: Release) -> Box:
    kind = verdict_of(release)
    why = obstacle(release.index.method) if release.index else ""
    words = {
        "name": release.instrument.index.name.vi,
        "target": number(release.target),
        "obstacle": why or "số liệu quá ít",
    }
    lines: list[Runs] = []
    if release.index and release.index.estimate is not None:
        lines += _figures(release, release.index)
    lines.append(runs(Run(REASONS[kind].format(**words), italic=True)))
    if moved := collected.moved(release):
        lines.append(runs(Run(moved, bold=True)))
    lines += undrawn_lines(release)
    return Box(kind, HEADLINES[kind].format(**words), tuple(lines))  # type: ignore[arg-type]  # Kinds are those of the table.


def undrawn_lines(release: Release) -> list[Runs]:
    """Beside the headline figure, where no plan drew those who answered."""
    return [runs(Run(text(note), bold=True)) for note in undrawn.notes(release)]


def _figures(release: Release, index: Figure) -> list[Runs]:
    low, high = shown(release, index, "low", "%"), shown(release, index, "high", "%")
    interval: tuple[Piece, ...] = (f"; khoảng tin cậy {level(release)}%: từ ", low, " đến ", high)
    has_interval = index.low is not None and index.high is not None
    return [
        runs(
            "Giá trị ước lượng: ", shown(release, index, unit="%", bold=True), *(interval if has_interval else ()), "."
        ),
        runs("Cơ sở tính: ", counted(index, "n"), " người trả lời, ", counted(index, "base"), " câu trả lời."),
        runs(
            f"Đọc theo giá trị điểm (chỉ so giá trị ước lượng với {number(release.target)}%, không xét sai số chọn "
            "mẫu): ",
            Run(point_reading(release, index), bold=True),
            ".",
        ),
    ]


def base_words(figure: Figure | None) -> str:
    if figure is None or figure.kept_back:
        return ""
    return f"Cơ sở: {count(figure.n)} người trả lời, {count(figure.base)} câu trả lời."


def _responses(draft: Draft, release: Release) -> None:
    counts = release.context["counts"]
    by_series = counts["by_series"]
    planned = f" trên {count(counts['plan']['cases'])} trường hợp theo kế hoạch" if counts.get("plan") else ""
    sampled = sum(by_series.get(series, 0) for series in ("probability", "combined"))
    draft.item(f"Số phiếu hợp lệ của {undrawn.of_sample(release)}: {count(sampled)}{planned}.")
    if by_series.get("open"):
        draft.item(
            f"Ngoài mẫu có {count(by_series['open'])} phiếu tự nguyện qua kênh mở; các phiếu này được tính riêng, "
            "không "
            "nhập vào chỉ số."
        )


def _factors(draft: Draft, release: Release) -> None:
    found = [(factor, release.find("factor", factor.code)) for factor in release.instrument.factors]
    rated = [(figure.estimate, factor, figure) for factor, figure in found if figure and figure.estimate is not None]
    if len(rated) < 2:
        return
    (_, best, high), (_, worst, low) = max(rated, key=_first), min(rated, key=_first)
    draft.item(
        f"Yếu tố được đánh giá cao nhất là “{best.title.vi}” (",
        shown(release, high, unit="%"),
        f"), thấp nhất là “{worst.title.vi}” (",
        shown(release, low, unit="%"),
        ").",
    )


def _first(rated: tuple[float, object, object]) -> float:
    return rated[0]


def _units(draft: Draft, release: Release) -> None:
    figures = list(release.of_domain_type("unit"))
    if not figures:
        return
    verdicts = Counter(figure.kind for figure in figures)
    draft.item(f"Trong {count(len(figures))} đơn vị có số liệu: {verdict_counts(verdicts, release.target)}.")


def verdict_counts(verdicts: Counter[str], target: float) -> str:
    """How many units got each verdict; a verdict that no unit got is said too, so that the sum can be checked."""
    goal = f"trên {number(target)}%"
    if verdicts[UNDRAWN] and verdicts[UNDRAWN] == verdicts.total():
        return "không đơn vị nào được kết luận, vì không có kế hoạch niêm phong"
    withheld = f"; {count(verdicts[UNDRAWN])} đơn vị không được kết luận" if verdicts[UNDRAWN] else ""
    return (
        f"{count(verdicts['met'])} đơn vị đạt mục tiêu {goal}, {count(verdicts['not_met'])} đơn vị chưa đạt, "
        f"{count(verdicts['undecided'])} đơn vị chưa đủ cơ sở kết luận và {count(verdicts[''])} đơn vị không đủ số liệu"
        f"{withheld}"
    )
