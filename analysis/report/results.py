"""Part two of the report: the index, respondents, factors, items, units, assessments and expectations.

It only arranges figures; nothing is computed but how many units got which verdict.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from analysis.report.blocks import Column, Draft, Row
from analysis.report.cells import counted, imprecise, interval, level, point_reading, row, shown, verdict_words
from analysis.report.conduct import DISTRIBUTION_COLUMNS, distribution_rows
from analysis.report.source import Figure, Release
from analysis.report.summary import HEADLINES, REASONS, base_words, verdict_counts, verdict_of
from analysis.report.words import FORMULAS, ROMAN, SERIES, count, number, text
from questionnaires.model import RatedItem

NOT_A_SAMPLE = (
    "Kết quả của kênh mở là của những người tự nguyện trả lời, không phải mẫu chọn theo xác suất: không đại diện "
    "cho toàn "
    "bộ người dân, không có khoảng tin cậy, không dùng để kết luận và không được cộng vào chỉ số."
)


def add_results(draft: Draft, release: Release, alt: dict[str, str]) -> None:
    draft.heading(0, "PHẦN THỨ HAI\nKẾT QUẢ KHẢO SÁT")
    sections = (_index, _open_series, _domains, _factors, _items, _units, _omissions, _assessments, _expectations)
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
        row(SERIES[series], counted(figure, "n"), counted(figure, "base"), shown(release, figure))
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
    return "TRẢ LỜI NGOÀI MẪU, ĐỂ THAM KHẢO"


def _domains(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    waves = {wave["slug"]: text(wave["name"]) for wave in release.context["waves"]}
    types = {option.code: option.text.vi for option in release.instrument.respondent_types}
    for domain_type, names, title in (
        ("respondent_type", types, "Chỉ số theo đối tượng trả lời"),
        ("wave", waves, "Chỉ số theo đợt khảo sát"),
    ):
        figures = sorted(release.of_domain_type(domain_type), key=lambda figure: list(names).index(figure.domain))
        rows = [
            row(
                names[figure.domain],
                counted(figure, "n"),
                counted(figure, "base"),
                shown(release, figure),
                interval(release, figure),
                verdict_words(figure),
            )
            for figure in figures
        ]
        draft.table(title, _domain_columns(release), rows, "Cơ sở: số người và số câu trả lời ghi trong từng dòng.")
    return "THEO ĐỐI TƯỢNG TRẢ LỜI VÀ ĐỢT KHẢO SÁT" if len(waves) > 1 else "THEO ĐỐI TƯỢNG TRẢ LỜI"


def _domain_columns(release: Release) -> Sequence[Column]:
    return (
        Column("Đối tượng", 44),
        Column("Số người", 19, "right"),
        Column("Số câu trả lời", 22, "right"),
        Column("Chỉ số (%)", 19, "right"),
        Column(f"Khoảng tin cậy {level(release)}%", 30, "center"),
        Column("Kết luận", 26),
    )


def _factors(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    rows = []
    for position, factor in enumerate(release.instrument.factors):
        figure = release.find("factor", factor.code)
        if figure:
            cells = (counted(figure, "base"), shown(release, figure), interval(release, figure))
            rows.append(row(ROMAN[position], factor.title.vi, str(len(factor.items)), *cells))
    draft.table(
        "Tỷ lệ hài lòng theo yếu tố",
        (
            Column("TT", 10, "center"),
            Column("Yếu tố", 62),
            Column("Số tiêu chí", 16, "right"),
            Column("Cơ sở", 20, "right"),
            Column("Tỷ lệ (%)", 20, "right"),
            Column(f"Khoảng tin cậy {level(release)}%", 32, "center"),
        ),
        rows,
        "Cơ sở: số câu trả lời ở mức 1 đến mức 5 cho các tiêu chí của yếu tố.",
    )
    if rows:
        draft.picture(
            "Tỷ lệ hài lòng theo yếu tố so với mức mục tiêu", "factors", alt.get("factors", ""), _interval_note(release)
        )
    return "THEO YẾU TỐ"


def _interval_note(release: Release) -> str:
    marks = f"Vạch ngang: khoảng tin cậy {level(release)}%; đường đứt: mức {number(release.target)}%."
    return f"{marks} {base_words(release.index)}"


def _items(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    states = {state: words for state, words in OTHER_STATES.items() if _occurs(release, state)}
    rows: list[Row] = []
    for position, factor in enumerate(release.instrument.factors):
        items = [_item_row(release, item, states) for item in factor.items if release.find("item", item.code)]
        if items:
            figure = release.find("factor", factor.code)
            factor_cells = (counted(figure, "base"), shown(release, figure), interval(release, figure))
            blanks = [" " for _ in states]
            rows += [row(ROMAN[position], factor.title.vi, *factor_cells, *blanks, leads=True), *items]
    columns = (
        Column("Mã", 12),
        Column("Tiêu chí", 91 - 15 * len(states)),
        Column("Cơ sở", 15, "right"),
        Column("Tỷ lệ (%)", 15, "right"),
        Column(f"Khoảng tin cậy {level(release)}%", 27, "center"),
        *(Column(words, 15, "right") for words in states.values()),
    )
    note = "Cơ sở: số câu trả lời ở mức 1 đến mức 5. Các cột sau khoảng tin cậy: số phiếu không tính vào cơ sở."
    draft.table("Tỷ lệ hài lòng theo tiêu chí", columns, rows, note)
    if rows:
        note = "Cơ sở (n): số câu trả lời ở mức 1 đến mức 5 của từng tiêu chí."
        draft.picture("Cơ cấu câu trả lời theo tiêu chí", "items", alt.get("items", ""), note)
    return "THEO TIÊU CHÍ"


# States of an item that is not rated, each a column where the instrument offers it.
OTHER_STATES = {"0": "Không dùng", "dont_know": "Không biết", "prefer_not": "Không trả lời", "skipped": "Bỏ trống"}


def _occurs(release: Release, state: str) -> bool:
    return any(release.find("item", f"{item.code}={state}") for item in release.instrument.items)


def _item_row(release: Release, item: RatedItem, states: Iterable[str]) -> Row:
    figure = release.find("item", item.code)
    others = (counted(release.find("item", f"{item.code}={state}"), "n") for state in states)
    return row(
        item.code,
        item.criterion.vi,
        counted(figure, "base"),
        shown(release, figure),
        interval(release, figure),
        *others,
    )


def _assessments(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    rows = distribution_rows(release, ("assessment", "general"))
    if rows:
        draft.text("Nhận định cho biết người dân đã trải qua điều gì. Nhận định được báo cáo, không tính vào chỉ số.")
    draft.table("Nhận định của người trả lời", DISTRIBUTION_COLUMNS, rows, "Cơ sở: số người đã trả lời từng câu.")
    return "NHẬN ĐỊNH"


def _expectations(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    rows = distribution_rows(release, ("expectation",))
    if rows:
        draft.text("Mong đợi cho biết người dân muốn cơ quan cải thiện điều gì. Mong đợi không tính vào chỉ số.")
    draft.table("Mong đợi của người trả lời", DISTRIBUTION_COLUMNS, rows, "Cơ sở: số người đã trả lời từng câu.")
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
    return "THEO ĐƠN VỊ"


def _unit_counts(release: Release, figures: Sequence[Figure]) -> str:
    own = verdict_counts(Counter(figure.verdict for figure in figures), release.target)
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
        units = len({unit for unit, _, _ in omissions})
        draft.text(
            f"{rule} Quy tắc này đã loại {count(len(omissions))} lượt tiêu chí ở {count(units)} đơn vị; danh sách "
            "nêu tại Phụ lục III."
        )
    elif minimum:
        draft.text(f"{rule} Trong kỳ này không có tiêu chí nào bị loại.")
    return "TIÊU CHÍ KHÔNG ĐỦ SỐ CÂU TRẢ LỜI"


def omissions_of(release: Release) -> list[tuple[str, str, int]]:
    """Unit, item and base of each omission in the headline series."""
    return [
        (entry["domain"], entry["item"], entry["base"])
        for entry in release.context["omissions"]
        if (entry["series"], entry["domain_type"]) == (release.series, "unit")
    ]
