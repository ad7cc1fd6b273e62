"""Part two of the report: the index, respondents, units, assessments and expectations; `criteria` adds its own.

It only arranges figures; nothing is computed but how many units got which verdict.
"""

from collections import Counter
from collections.abc import Sequence

from analysis.report.blocks import Column, Draft, Row
from analysis.report.cells import (
    counted,
    domain_columns,
    domain_row,
    imprecise,
    interval,
    level,
    point_reading,
    row,
    shown,
    verdict_words,
)
from analysis.report.conduct import distribution_rows, doubted_columns
from analysis.report.criteria import factors, items
from analysis.report.earlier import earlier
from analysis.report.fields import fields
from analysis.report.fieldwork import of_open_series
from analysis.report.priorities import priorities
from analysis.report.source import Figure, Release
from analysis.report.summary import HEADLINES, REASONS, base_words, verdict_counts, verdict_of
from analysis.report.themes import themes
from analysis.report.undrawn import series_words
from analysis.report.words import FORMULAS, ROMAN, SERIES, count, number, text

NOT_A_SAMPLE = (
    "Kết quả của kênh mở là của những người tự nguyện trả lời, không phải mẫu chọn theo xác suất: không đại diện "
    "cho toàn "
    "bộ người dân, không có khoảng tin cậy, không dùng để kết luận và không được cộng vào chỉ số."
)
SHARES_NOTE = (
    "Cơ sở: số người đã trả lời từng câu. Khoảng tin cậy tính theo thiết kế mẫu như của các tiêu chí; không so với "
    "mục tiêu."
)


def add_results(draft: Draft, release: Release, alt: dict[str, str]) -> None:
    draft.heading(0, "PHẦN THỨ HAI\nKẾT QUẢ KHẢO SÁT")
    sections = (
        *(_index, _open_series, _domains, fields, factors, items, _units, _omissions, _assessments, _expectations),
        *(themes, priorities, earlier),
    )
    number_of_section = 0
    for section in sections:
        part = Draft(draft.numbers)  # Of its own, because a section without figures has no heading either.
        title = section(part, release, alt)
        if part.blocks:
            draft.heading(1, f"{ROMAN[number_of_section]}. {title}", new_page=section is _units)
            draft.blocks += part.blocks
            number_of_section += 1


def _index(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    formula = release.context["method"]["formula"]
    if release.index:
        draft.text("Chỉ số được tính theo công thức do phiếu khảo sát quy định: ", text(formula["reading"]))
        rows = [
            _index_row(
                release, release.index, f"{FORMULAS.get(formula['name'], formula['name'])} (chỉ số chính thức)", True
            )
        ]
        beside = ((name, release.find("overall", name)) for name in FORMULAS)
        rows += [_index_row(release, figure, FORMULAS[name], False) for name, figure in beside if figure]
        draft.table(
            "Chỉ số và các cách tính khác để tham khảo",
            (
                Column("Cách tính", 66),
                Column("Cơ sở", 20, "right"),
                Column("Giá trị (%)", 20, "right"),
                Column(f"Khoảng tin cậy {level(release)}%", 30, "center"),
                Column("Kết luận", 24),
            ),
            rows,
            f"{base_words(release.index)} Cơ sở ghi trong bảng là số câu trả lời. Chỉ dòng in đậm được so với mục "
            "tiêu.",
        )
    else:
        kind = verdict_of(release)
        draft.text(f"{HEADLINES[kind]}. {REASONS[kind]}")
    return "CHỈ SỐ CHUNG"


def _index_row(release: Release, figure: Figure, name: str, headline: bool) -> Row:
    verdict = verdict_words(figure) if headline else "–"
    base = counted(figure, "base")
    return row(name, base, shown(release, figure), interval(release, figure), verdict, strong=headline)


def _open_series(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    others = [series for series in SERIES if series != release.series]
    figures = [(series, release.find("overall", "index", series=series)) for series in others]
    rows = [
        row(series_words(release, series), counted(figure, "n"), counted(figure, "base"), shown(release, figure))
        for series, figure in figures
        if figure
    ]
    if rows:
        draft.text(NOT_A_SAMPLE)
        draft.table(
            "Kết quả của các loạt số liệu ngoài mẫu (để tham khảo)",
            (
                Column("Loạt số liệu", 70),
                Column("Số người trả lời", 30, "right"),
                Column("Số câu trả lời", 30, "right"),
                Column("Giá trị (%)", 30, "right"),
            ),
            rows,
            "Cơ sở: phiếu hợp lệ của từng loạt. Giá trị chưa gia quyền và không so với mục tiêu.",
        )
        if repeated := list(of_open_series(release)):
            draft.text(*repeated)
    return "TRẢ LỜI NGOÀI MẪU, ĐỂ THAM KHẢO"


def _domains(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    waves = {wave["slug"]: text(wave["name"]) for wave in release.context["waves"]}
    types = {option.code: option.text.vi for option in release.instrument.respondent_types}
    for domain_type, names, title in (
        ("respondent_type", types, "Chỉ số theo đối tượng trả lời"),
        ("wave", waves, "Chỉ số theo đợt khảo sát"),
    ):
        figures = sorted(release.of_domain_type(domain_type), key=lambda figure: list(names).index(figure.domain))
        rows = [domain_row(release, names[figure.domain], figure) for figure in figures]
        draft.table(title, domain_columns(release), rows, "Cơ sở: số người và số câu trả lời ghi trong từng dòng.")
    return "THEO ĐỐI TƯỢNG TRẢ LỜI VÀ ĐỢT KHẢO SÁT" if len(waves) > 1 else "THEO ĐỐI TƯỢNG TRẢ LỜI"


def _assessments(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    rows = distribution_rows(release, ("assessment", "general"), doubted=True)
    if rows:
        draft.text("Nhận định cho biết người dân đã trải qua điều gì. Nhận định được báo cáo, không tính vào chỉ số.")
    draft.table("Nhận định của người trả lời", doubted_columns(release), rows, SHARES_NOTE)
    return "NHẬN ĐỊNH"


def _expectations(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    rows = distribution_rows(release, ("expectation",), doubted=True)
    if rows:
        draft.text("Mong đợi cho biết người dân muốn cơ quan cải thiện điều gì. Mong đợi không tính vào chỉ số.")
    draft.table("Mong đợi của người trả lời", doubted_columns(release), rows, SHARES_NOTE)
    return "MONG ĐỢI"


def _units(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    figures = list(release.of_domain_type("unit"))
    if figures:
        draft.text(_unit_counts(release, figures))
        draft.picture(
            f"Chỉ số theo đơn vị so với mức {number(release.target)}%",
            "forest",
            alt.get("forest", ""),
            f"Vạch ngang: khoảng tin cậy {level(release)}%. n: số người trả lời. Bảng số liệu: Phụ lục I.",
        )
        draft.picture(
            "Các đơn vị theo vị trí",
            "tiles",
            alt.get("tiles", ""),
            "Mỗi ô là một đơn vị, xếp gần đúng theo vị trí, không theo ranh giới. Dấu và viền của ô cho biết kết luận.",
        )
        if doubtful := sum(map(imprecise, figures)):
            draft.text(
                f"Kết quả của {count(doubtful)} đơn vị kém chính xác (ít bậc tự do hoặc khoảng tin cậy rất rộng), "
                "cần đọc thận "
                "trọng; các đơn vị này có dấu * trong Phụ lục I."
            )
        draft.text(
            "Mỗi đơn vị có ít phiếu nên khoảng tin cậy rộng. Thứ tự trong hình không phải là xếp hạng: hai đơn vị "
            "có khoảng "
            f"tin cậy chồng lên nhau chưa chắc đã khác nhau. Mỗi khoảng có mức tin cậy {level(release)}% khi xét "
            "riêng một đơn "
            "vị; khi xét cùng lúc nhiều đơn vị, khả năng có ít nhất một kết luận sai sẽ lớn hơn."
        )
        _grown(draft, release)
    return "THEO ĐƠN VỊ"


def _grown(draft: Draft, release: Release) -> None:
    """Units that others became wholly while the survey ran."""
    draft.table(
        "Chỉ số theo đơn vị khi kết thúc khảo sát",
        domain_columns(release),
        [
            domain_row(release, release.units.get(figure.domain, figure.domain), figure)
            for figure in release.of_domain_type("unit_end")
        ],
        "Cơ sở: câu trả lời của mọi đơn vị đã sáp nhập thành đơn vị đó, trước và sau khi sáp nhập.",
    )


def _unit_counts(release: Release, figures: Sequence[Figure]) -> str:
    own = verdict_counts(Counter(figure.kind for figure in figures), release.target)
    together = verdict_counts(Counter(release.corrected(figure).verdict_holm for figure in figures), release.target)
    above = sum(point_reading(release, figure).startswith("trên") for figure in figures)
    listed = f" Khi xét cùng lúc các đơn vị (Holm): {together}." if release.corrects_units else ""
    return (
        f"Trong {count(len(figures))} đơn vị có số liệu, xét riêng từng đơn vị: {own}.{listed} Nếu chỉ đọc theo "
        f"giá trị điểm, không xét sai số chọn mẫu, thì {count(above)} đơn vị trên {number(release.target)}%."
    )


def _omissions(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    omissions = omissions_of(release)
    minimum = release.context["method"]["base_minimum"]
    rule = (
        f"Tiêu chí có dưới {number(minimum)} câu trả lời ở một đơn vị thì không đưa vào kết quả của đơn vị đó "
        "(quy tắc cơ sở tối thiểu)."
    )
    if omissions:
        units = len({unit for unit, _ in omissions})
        draft.text(
            f"{rule} Quy tắc này đã loại {count(len(omissions))} lượt tiêu chí ở {count(units)} đơn vị; danh sách "
            "nêu tại Phụ lục III."
        )
    elif minimum:
        draft.text(f"{rule} Trong kỳ này không có tiêu chí nào bị loại.")
    return "TIÊU CHÍ KHÔNG ĐỦ SỐ CÂU TRẢ LỜI"


def omissions_of(release: Release) -> list[tuple[str, str]]:
    """Unit and item of each omission in the headline series."""
    return [
        (entry["domain"], entry["item"])
        for entry in release.context["omissions"]
        if (entry["series"], entry["domain_type"]) == (release.series, "unit")
    ]
