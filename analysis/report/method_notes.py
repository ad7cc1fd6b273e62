"""An annex of the report: the method in plain words. Every setting comes from the release; nothing is computed."""

from analysis.report.blocks import Column, Draft, Run
from analysis.report.cells import level, row
from analysis.report.source import Release
from analysis.report.words import FORMULAS, INTERVALS, LONELY_PSU, number, text

STATES = (
    ("Mức 1 đến mức 5", "Được tính vào cơ sở và vào cơ cấu câu trả lời."),
    ("Không dùng / không có ý kiến", "Là một câu trả lời, nêu ở cột riêng; không tính vào cơ sở."),
    ("Bỏ trống", "Được hỏi nhưng không trả lời; nêu ở cột riêng, không tính vào cơ sở."),
    ("Không được hỏi", "Câu hỏi không áp dụng cho người đó (theo câu lọc); không tính."),
    ("Không biết, không muốn trả lời", "Chỉ có ở câu hỏi cho phép; không tính vào cơ sở."),
)

TERMS = (
    ("Tỷ lệ hài lòng", "Tỷ lệ câu trả lời “hài lòng” hoặc “rất hài lòng” trong số câu trả lời ở mức 1 đến mức 5. Mức 3 "
     "(“bình thường”) không được tính là hài lòng."),
    ("Cơ sở", "Số câu trả lời hoặc số người trả lời mà từ đó con số được tính ra."),
    ("Khoảng tin cậy", "Khoảng giá trị phản ánh sai số do chỉ hỏi một mẫu, không hỏi tất cả mọi người."),
    ("Mẫu chọn theo xác suất", "Người được hỏi do cách chọn ngẫu nhiên quyết định, không do cơ quan được đánh giá hay "
     "người trả lời tự chọn."),
    ("Tầng, đơn vị chọn mẫu cấp một (PSU)", "Nhóm được chọn mẫu riêng; cụm được rút ngẫu nhiên trong mỗi tầng."),
    ("Quyền số", "Số người trong dàn mẫu mà một người trả lời đại diện."),
)  # fmt: skip

OF_A_PLAN = ("Mẫu chọn theo xác suất", "Tầng, đơn vị chọn mẫu cấp một (PSU)")  # Nothing is said of it without one.


def add_method(draft: Draft, release: Release) -> None:
    draft.heading(3, "PHỤ LỤC IV\nPhương pháp tính", new_page=True)
    draft.heading(1, "I. CÁCH TÍNH")
    _formula(draft, release)
    _combination(draft, release)
    _interval(draft, release)
    if changed := release.context.get("unit_changes"):
        draft.text(Run("Thay đổi đơn vị. ", bold=True), text(changed["note"]))
    _verdicts(draft, release)
    _rounding(draft)
    draft.heading(1, "II. CÁC LOẠI CÂU TRẢ LỜI")
    draft.table(
        "Cách xử lý từng loại câu trả lời",
        (Column("Loại câu trả lời", 52), Column("Cách xử lý", 108)),
        [row(Run(state, bold=True), words) for state, words in STATES],
        "",
    )
    draft.heading(1, "III. GIẢI THÍCH TỪ NGỮ")
    for term, meaning in TERMS:
        if release.all_undrawn and term in OF_A_PLAN:
            continue
        draft.item(Run(term, bold=True), f": {meaning}")
    draft.text(
        "Mọi con số trong báo cáo được lấy tự động từ bản kết quả nêu tại Phụ lục V, không nhập bằng tay, và "
        "có thể tính lại từ dữ liệu đã khóa."
    )


def _formula(draft: Draft, release: Release) -> None:
    formula = release.context["method"]["formula"]
    name = FORMULAS.get(formula["name"], formula["name"])
    draft.text(Run("Công thức. ", bold=True), f"{name} (phiên bản {formula['version']}). {text(formula['reading'])}")
    minimum = release.context["method"]["base_minimum"]
    if minimum:
        draft.text(
            Run("Cơ sở tối thiểu. ", bold=True),
            f"Ở một đơn vị, tiêu chí có dưới {number(minimum)} câu trả lời bị loại khỏi kết quả của đơn vị đó; việc "
            "loại được in "
            "trong báo cáo. Đơn vị không đủ số liệu thì không có kết luận.",
        )


def _combination(draft: Draft, release: Release) -> None:
    if release.stated_weights:
        draft.text(
            Run("Kết hợp các đợt. ", bold=True),
            f"Chỉ số của cả cuộc khảo sát là trung bình của các đợt theo quyền số đã nêu: {release.stated_weights}.",
        )
        draft.text(
            "Các quyền số này được giữ nguyên từ khi có phiếu trả lời đầu tiên; mọi thay đổi sau đó là một bước có lý "
            "do, nêu tại Phần thứ nhất."
        )


def _interval(draft: Draft, release: Release) -> None:
    method = release.context["method"]
    lonely = f" {LONELY_PSU[method['lonely_psu']]}" if release.context["counts"]["plan"] else ""
    draft.text(Run("Thiết kế mẫu. ", bold=True), f"{text(method['design'])}{lonely}")
    draft.text(
        Run("Khoảng tin cậy. ", bold=True),
        f"{INTERVALS[method['interval']]}, hai phía, mức tin cậy {level(release)}%, tính theo thiết kế mẫu. Nếu lặp "
        "lại cuộc khảo sát "
        f"rất nhiều lần theo cùng một cách thì khoảng {level(release)}% số khoảng tính được như vậy chứa giá trị thật.",
    )


def _verdicts(draft: Draft, release: Release) -> None:
    target = number(release.target)
    draft.text(
        Run("Kết luận so với mục tiêu. ", bold=True),
        f"Mục tiêu là trên {target}%; đúng {target}% là chưa đạt. Kết luận dựa vào khoảng tin cậy đã in trong báo cáo:",
    )
    draft.item(Run("Đạt", bold=True), f": giới hạn dưới lớn hơn {target}%;")
    draft.item(Run("Chưa đạt", bold=True), f": giới hạn trên không vượt quá {target}%;")
    draft.item(Run("Chưa đủ cơ sở kết luận", bold=True), f": khoảng tin cậy chứa mức {target}%.")
    if release.undrawn:
        draft.item(Run("Không kết luận", bold=True), ": không có mẫu nào được rút theo kế hoạch đã niêm phong.")
    draft.text(
        f"“Đọc theo giá trị điểm” chỉ so giá trị ước lượng với {target}%, không xét sai số chọn mẫu; cách đọc này "
        "được nêu bên "
        "cạnh để tham khảo, không thay cho kết luận."
    )


def _rounding(draft: Draft) -> None:
    draft.text(
        Run("Làm tròn. ", bold=True),
        "Số liệu được tính và so sánh khi chưa làm tròn, rồi in với hai chữ số thập phân (nhiều hơn khi làm tròn "
        "gây hiểu nhầm). ",
        "Vì vậy các tỷ lệ cộng lại có thể lệch 100% một chút.",
    )
