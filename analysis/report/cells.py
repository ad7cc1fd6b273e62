"""Turns figures into the runs and cells of the report, each run naming its figure.

The words around them are left to `content`.
"""

from analysis.report.blocks import KEPT_BACK, Column, Piece, Row, Run, Runs, runs
from analysis.report.source import Figure, Part, Release
from analysis.report.words import LIST_VERDICT, OWN_VERDICT, count, number, upper_first, verdict

NOTHING = Run("–")


def shown(release: Release, figure: Figure | None, part: Part = "estimate", unit: str = "", bold: bool = False) -> Run:
    """A figure as text; a mark where it is kept back, a dash where the release has none."""
    if figure and figure.kept_back:
        return KEPT_BACK
    text = release.shown(figure, part)
    return Run(text + unit, bold=bold, figure=f"{figure.id}#{part}") if figure and text else NOTHING


def interval(release: Release, figure: Figure | None) -> Runs:
    low, high = shown(release, figure, "low"), shown(release, figure, "high")
    if KEPT_BACK in (low, high):
        return (KEPT_BACK,)
    return (NOTHING,) if NOTHING in (low, high) else (low, Run(" – "), high)


def counted(figure: Figure | None, column: str) -> Run:
    """`n` or `base` of a figure."""
    if figure and figure.kept_back:
        return KEPT_BACK
    return Run(count(getattr(figure, column)), figure=f"{figure.id}#{column}") if figure else NOTHING


def row(*cells: Piece | Runs, strong: bool = False, leads: bool = False) -> Row:
    filled = tuple(cell if isinstance(cell, tuple) else runs(cell or " ") for cell in cells)
    return Row(filled, strong or leads, leads)


def verdict_words(figure: Figure | None) -> str:
    if figure and figure.kept_back:
        return KEPT_BACK.text
    return upper_first(verdict(figure.kind if figure else ""))


def imprecise(figure: Figure) -> bool:
    """Whether the analysis asks for caution: few degrees of freedom, or a very wide interval."""
    return "imprecise" in figure.method


def point_reading(release: Release, figure: Figure | None) -> str:
    """The estimate alone against the target, unrounded: strictly above, or not."""
    if figure and figure.kept_back:
        return KEPT_BACK.text
    if figure is None or figure.estimate is None:
        return NOTHING.text
    return f"{'trên' if figure.estimate > release.target else 'không trên'} {number(release.target)}%"


def level(release: Release) -> str:
    """The confidence level as text, without its percent sign."""
    return number(confidence(release))


def list_words(release: Release) -> str:
    """What the correction of the list of units means."""
    chance = number(100 - confidence(release))
    return (
        f"“{OWN_VERDICT}” chỉ xét một đơn vị; “{LIST_VERDICT}” đòi hỏi căn cứ chắc hơn, để khả năng có dù chỉ một kết "
        f"luận sai trong cả danh sách không quá {chance}%: dùng khi danh sách kéo theo hệ quả."
    )


def confidence(release: Release) -> float:
    """The level in percent, whether the release writes 0.95 or 95."""
    stated = float(release.context["method"]["level"])
    return stated * 100 if stated <= 1 else stated


def domain_columns(release: Release) -> tuple[Column, ...]:
    return (
        Column("Đối tượng", 44),
        Column("Số người", 19, "right"),
        Column("Số câu trả lời", 22, "right"),
        Column("Chỉ số (%)", 19, "right"),
        Column(f"Khoảng tin cậy {level(release)}%", 30, "center"),
        Column("Kết luận", 26),
    )


def domain_row(release: Release, name: str, figure: Figure) -> Row:
    """The index of one domain with its bases, interval and verdict."""
    return row(
        name,
        counted(figure, "n"),
        counted(figure, "base"),
        shown(release, figure),
        interval(release, figure),
        verdict_words(figure),
    )
