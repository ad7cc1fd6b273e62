"""Part two of the report, what to fix first: importance beside performance, where the release has drivers.csv.

The words never promise that a rise brings one: it is association (analysis.drivers.columns).
"""

from collections.abc import Mapping

from analysis.display import number, rounded
from analysis.report.blocks import Column, Draft, Row, Run
from analysis.report.cells import NOTHING, row
from analysis.report.source import Release
from analysis.report.words import count

Driver = Mapping[str, str]
QUADRANTS = {
    "improve first": "Ưu tiên khắc phục",
    "keep": "Giữ vững",
    "possible overkill": "Không cần thêm nguồn lực",
    "low priority": "Chưa cấp thiết",
}
READING = (
    "Bảng dưới đây cho biết yếu tố nào đi cùng mức hài lòng của từng người trả lời. Đây là mối liên hệ quan sát được, "
    "không phải cam kết rằng cải thiện một yếu tố thì chỉ số sẽ tăng đúng chừng ấy."
)
COLUMNS = (
    Column("TT", 9, "center"),
    Column("Yếu tố", 52),
    Column("Cơ sở (người)", 17, "right"),
    Column("Tầm quan trọng (%)", 20, "right"),
    Column("Tỷ lệ hài lòng (%)", 18, "right"),
    Column("Chỉ số tăng khi yếu tố tăng 10 điểm", 20, "right"),
    Column("Nhận xét", 24),
)


def factors_by_rank(release: Release) -> list[Driver]:
    """The factors of the headline series, the most important first; those of one wave only, as they are compared so."""
    found = [one for one in release.drivers if (one["series"], one["level"]) == ("probability", "factor")]
    waves = {one["wave"] for one in found}
    return sorted(found, key=lambda one: int(one["rank"])) if len(waves) == 1 else []


def priorities(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    rows = [_row(release, place, one) for place, one in enumerate(factors_by_rank(release), 1)]
    if rows:
        draft.text(READING)
    draft.table(
        "Tầm quan trọng và kết quả của các yếu tố",
        COLUMNS,
        rows,
        "Cơ sở: số người có đủ các yếu tố được so sánh. Tầm quan trọng: phần đóng góp của yếu tố vào khác biệt về "
        "mức hài lòng giữa những người trả lời. Nhận xét: so với mức trung bình của các yếu tố.",
    )
    draft.picture(
        "Tầm quan trọng và kết quả của các yếu tố",
        "priorities",
        alt.get("priorities", ""),
        "Vạch đứt: mức trung bình của các yếu tố.",
    )
    return "NÊN ƯU TIÊN KHẮC PHỤC"


def _row(release: Release, place: int, one: Driver) -> Row:
    return row(
        str(place),
        name_of(release, one["code"]),
        Run(count(int(one["n"])), figure=f"{driver_id(one)}#n"),
        *(driver_shown(one, column) for column in ("importance_share", "performance", "gain")),
        QUADRANTS.get(one["quadrant"], one["quadrant"]),
    )


def name_of(release: Release, code: str) -> str:
    titles = {factor.code: factor.title.vi for factor in release.instrument.factors}
    return titles.get(code, code)


def driver_id(one: Driver) -> str:
    return f"driver/{one['wave']}/{one['series']}/{one['level']}/{one['code']}"


def driver_shown(one: Driver, column: str) -> Run:
    """A number of drivers.csv as text, or a dash."""
    if not one.get(column):
        return NOTHING
    return Run(number(rounded(float(one[column])))["vi"], figure=f"{driver_id(one)}#{column}")
