"""What the sealed plan promised beside what was reached, with words for every promise that was not kept.

The numbers, their texts and whether each was kept are read from the release; they are made in `analysis.promises`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.blocks import KEPT_BACK, Column, Draft, Row, Run
from analysis.report.cells import NOTHING, level, row
from analysis.report.source import HEADLINE_SERIES, Release
from analysis.report.words import VERDICTS, count, day, number, text, upper_first
from analysis.site.cells import MINIMUM, UNIT_MINIMUM

Promised = Mapping[str, Any]
KEPT, UNKNOWN = "Đạt cam kết.", "Không có số liệu."
BEYOND = "Nhiều hơn số trường hợp của mẫu: có phiếu không phải của người được chọn."
TITLES = {
    "cases": "Số trường hợp trong mẫu",
    "answers": "Số người trả lời trong mẫu",
    "response": "Tỷ lệ trả lời, RR2 theo AAPOR (%)",
    "half_width": "Sai số của chỉ số, ± (điểm phần trăm, mức tin cậy {level}%)",
    "deff": "Hiệu ứng thiết kế của một tiêu chí (kết quả: trung vị các tiêu chí)",
    "reserves": "Trường hợp dự phòng (cam kết: số rút sẵn; kết quả: số đã dùng)",
    "reinterviews": "Số cuộc phúc tra",
    "days": "Số ngày điều tra viên làm việc",
    "cost": "Kinh phí (đồng)",
}
MISSED = {
    "cases": "Chưa đạt: ít hơn kế hoạch {difference} trường hợp.",
    "answers": "Chưa đạt: thiếu {difference} người; càng ít người trả lời thì sai số càng lớn.",
    "response": "Chưa đạt: thấp hơn {difference} điểm phần trăm; nếu người không trả lời có ý kiến khác thì kết quả có "
    "thể lệch.",
    "half_width": "Chưa đạt: chỉ số kém chính xác hơn cam kết, khoảng tin cậy rộng thêm {difference} điểm phần trăm về "
    "mỗi phía.",
    "deff": "Cao hơn giả định {difference}: người trong cùng cụm trả lời giống nhau hơn hoặc quyền số chênh lệch hơn "
    "dự kiến; kỳ sau cần nhiều cụm hơn.",
    "reinterviews": "Chưa đạt: còn {difference} cuộc chưa làm, nên việc kiểm tra người đi hỏi chưa đủ như cam kết.",
    "days": "Kéo dài hơn kế hoạch {difference} ngày.",
}
NOT_KNOWN = {
    "half_width": "Không tính được khoảng tin cậy, nên không biết cam kết có đạt hay không.",
    "deff": "Không tính được.",
    "cost": "Theo quyết toán của cơ quan; hệ thống không theo dõi kinh phí.",
}
IN_A_DOMAIN = {
    "answers": "Thiếu {difference} người trả lời.",
    "half_width": "Sai số lớn hơn cam kết {difference} điểm.",
}


def add_promises(draft: Draft, release: Release) -> None:
    waves = {wave["slug"]: text(wave["name"]) for wave in release.context["waves"]}
    for found in release.context.get("promises", ()):
        _seal(draft, found, waves[found["wave"]])
        draft.text(
            "Bảng dưới đây đối chiếu cam kết trong Kế hoạch đã niêm phong với kết quả đạt được. Cam kết được tính với "
            f"giả định tỷ lệ hài lòng là {number(100 * found['assumptions']['share'])}%."
        )
        draft.table(
            f"Cam kết trong Kế hoạch và kết quả đạt được, {waves[found['wave']]}",
            (
                Column("Nội dung", 56),
                Column("Cam kết", 26, "center"),
                Column("Kết quả", 26, "center"),
                Column("Nhận xét", 52),
            ),
            [*_rows(found, release), _power(found, release)],
            "Cơ sở: Kế hoạch đã niêm phong; phiếu của mẫu chọn theo xác suất và kết quả tiếp cận từng trường hợp.",
        )
        _domains(draft, found, release, waves[found["wave"]])


def _seal(draft: Draft, found: Promised, wave: str) -> None:
    sealed, public = found["sealed"], found["sealed"]["public_number"]
    facts = (
        ("Mã cam kết (SHA-256)", sealed["commitment"]),
        ("Ngày niêm phong", f"{day(sealed['sealed_on'])}, trước khi có số công khai"),
        ("Số công khai", f"{public['number']}; {public['source']}, ngày {day(public['day'])}"),
        (
            "Cách kiểm tra",
            "Ai có hồ sơ kế hoạch đều kiểm tra được danh sách đã rút: chạy tệp verify.py trong hồ sơ (python3 "
            "verify.py, kèm mã cam kết ở trên). "
            "Sửa dàn mẫu, kế hoạch, con số hay danh sách thì kết quả kiểm tra là SAI.",
        ),
    )
    draft.table(
        f"Niêm phong kế hoạch và rút mẫu, {wave}",
        (Column("Nội dung", 38), Column("Thông tin", 122)),
        [row(Run(name, bold=True), words) for name, words in facts],
        "",
    )


def _rows(found: Promised, release: Release) -> Iterator[Row]:
    for one in found["rows"]:
        place = f"promise/{found['wave']}/{one['what']}"
        yield row(title(one, release), _shown(one, "promised", place), _shown(one, "reached", place), remark(one))


def title(one: Promised, release: Release) -> str:
    return TITLES[one["what"]].format(level=level(release))


def _shown(one: Promised, part: str, place: str) -> Run:
    """A number of the release as text, or a dash."""
    return Run(one["texts"][part]["vi"], figure=f"{place}#{part}") if part in one["texts"] else NOTHING


def remark(one: Promised) -> str:
    """What it means: most of all where the promise was not kept."""
    if one["reached"] is None:
        return NOT_KNOWN.get(one["what"], UNKNOWN)
    if one["kept"] is None:
        return "–"
    if one.get("beyond"):
        return BEYOND
    return KEPT if one["kept"] else MISSED[one["what"]].format(difference=one["texts"]["difference"]["vi"])


def _power(found: Promised, release: Release) -> Row:
    chances = "; ".join(f"{truth.replace('.', ',')}%: {chance}%" for truth, chance in found["power"].items())
    return row(
        f"Khả năng chứng minh được chỉ số trên {number(release.target)}%, theo tỷ lệ thật",
        chances,
        upper_first(VERDICTS[found["verdict"]]),
        "Kết quả là kết luận của kỳ này." if found["verdict"] in ("met", "not_met") else "Kỳ này chưa có kết luận.",
    )


def _domains(draft: Draft, found: Promised, release: Release, wave: str) -> None:
    draft.table(
        f"Cam kết và kết quả theo đơn vị, đối tượng, {wave}",
        (
            Column("Đơn vị, đối tượng", 34),
            Column("Mẫu", 13, "right"),
            Column("Trả lời: dự kiến", 15, "right"),
            Column("Trả lời: thu được", 15, "right"),
            Column("Sai số cam kết (±)", 17, "center"),
            Column("Sai số đạt được (±)", 17, "center"),
            Column("Nhận xét", 49),
        ),
        [_domain_row(found["wave"], one, release) for one in found["domains"]],
        "Cơ sở: phiếu của mẫu chọn theo xác suất ở từng đơn vị, đối tượng. Sai số: nửa độ rộng của khoảng tin cậy "
        f"{level(release)}%, tính bằng điểm phần trăm; dấu “–”: không tính được.",
    )


def _domain_row(wave: str, one: Promised, release: Release) -> Row:
    place, told = f"promise/{wave}/{one['level']}/{one['code']}", is_told(one, release)
    cells = (
        _shown(one[what], part, f"{place}/{what}") if told or part == "promised" else KEPT_BACK
        for what in ("answers", "half_width")
        for part in ("promised", "reached")
    )
    return row(domain_name(one, release), count(one["cases"]), *cells, domain_remark(one, release))


def is_told(one: Promised, release: Release) -> bool:
    """Whether the public may see how many answered in it, in this wave too: of a unit there must be thirty."""
    domain, reached = (one["level"], str(one["code"])), one["answers"]["reached"] or 0
    figures = (release.find("overall", "index", domain, series) for series in HEADLINE_SERIES)
    is_small = 0 < reached < (UNIT_MINIMUM if one["level"] == "unit" else MINIMUM)
    return not is_small and not any(figure.kept_back for figure in figures if figure)


def domain_name(one: Promised, release: Release) -> str:
    types = {kind.code: kind.text.vi for kind in release.instrument.respondent_types}
    names = types if one["level"] == "respondent_type" else release.units
    return upper_first(names.get(str(one["code"]), str(one["code"])))


def domain_remark(one: Promised, release: Release) -> str:
    if not is_told(one, release):
        return KEPT_BACK.text  # By how much it was missed would tell what was reached.
    missed = [
        BEYOND if one[what].get("beyond") else words.format(difference=one[what]["texts"]["difference"]["vi"])
        for what, words in IN_A_DOMAIN.items()
        if one[what]["kept"] is False
    ]
    if one["outlook"] == "impossible" and one["verdict"] not in ("met", "not_met"):
        missed.append("Kế hoạch đã nêu trước là không thể có kết luận.")
    if missed:
        return " ".join(missed)
    return KEPT if one["half_width"]["kept"] else NOT_KNOWN["half_width"]
