"""The fixed words of the analysts' files, Vietnamese and English: labels of variables and codes, and what to mind."""

from collections.abc import Mapping

from questionnaires import answers
from questionnaires.texts import Text, substituted


def both(vi: str, en: str) -> Text:
    return Text(vi=vi, en=en)


SIMULATED = both("SỐ LIỆU MÔ PHỎNG – không phải kết quả thật", "SIMULATED DATA – not a real result")
REAL = both("Số liệu khảo sát", "Survey data")

MISSING: Mapping[int, Text] = {
    answers.PREFER_NOT: both("Không muốn trả lời", "Prefers not to say"),
    answers.DONT_KNOW: both("Không biết", "Does not know"),
    answers.NOT_ASKED: both("Không được hỏi", "Not asked"),
    answers.SKIPPED: both("Bỏ trống", "Skipped"),
}
ANSWERED = both("Có trả lời", "Answered")
NOT_USED = both("Không sử dụng", "Not used")
CHOSEN = {0: both("Không chọn", "Not chosen"), 1: both("Có chọn", "Chosen")}
RANKS = {
    0: both("Không nêu", "Not named"),
    1: both("Thứ nhất", "First"),
    2: both("Thứ hai", "Second"),
    3: both("Thứ ba", "Third"),
}
YES_NO = {0: both("Không", "No"), 1: both("Có", "Yes")}

FIXED: Mapping[str, Text] = {
    "design_weight": both(
        "Quyền số như đã dùng khi tính (kênh mở: 1; trống: không được tính)",
        "Weight as used (open series: 1; empty: not counted)",
    ),
    "simulated": both("Số liệu mô phỏng", "Simulated data"),
    "id": both("Mã câu trả lời", "Identifier of the response"),
    "wave": both("Đợt khảo sát", "Wave"),
    "series": both("Chuỗi số liệu", "Series"),
    "counted": both("Có trong số liệu công bố", "Counted in the published figures"),
    "unit": both("Mã đơn vị", "Code of the unit"),
    "unit_end": both("Mã đơn vị khi kết thúc khảo sát", "Code of the unit at the end of the survey"),
    "unit_name": both("Tên đơn vị", "Name of the unit"),
    "point": both("Điểm khảo sát", "Collection point"),
    "mode": both("Cách thu thập", "Mode of collection"),
    "language": both("Ngôn ngữ trả lời", "Language of the form"),
    "local_day": both("Ngày trả lời", "Day of the response"),
    "respondent_type": both(
        "Đối tượng (theo câu trả lời, nếu không thì theo dàn mẫu)", "Respondent type (as answered, else by the frame)"
    ),
    "design_stratum": both("Tầng", "Stratum"),
    "design_psu": both("Đơn vị mẫu cấp một (PSU)", "Primary sampling unit"),
    "psus_in_frame": both("Số PSU của tầng trong dàn mẫu", "PSUs of the stratum in the frame"),
    "people_in_psu": both("Số người của PSU trong dàn mẫu", "People of the PSU in the frame"),
    "item_order": both("Thứ tự các tiêu chí trên phiếu", "Order of the items on the form"),
}
# English of what the report says in Vietnamese only.
MODES_EN: Mapping[str, str] = {
    "qr_slip": "QR on a slip",
    "tablet": "Tablet with an officer",
    "phone": "Telephone",
    "paper_self": "Paper, filled in alone",
    "paper_officer": "Paper with an officer",
    "qr_open": "Open QR",
    "visit_code": "Visit code",
    "kiosk": "Kiosk",
    "counter_3": "Three-level counter",
}
SERIES_EN: Mapping[str, str] = {
    "probability": "Probability sample",
    "open": "Open answers",
    "counter_3": "Three-level counter",
}
NOTES: tuple[Text, ...] = (
    both(
        "Mỗi dòng là một câu trả lời. Đây là số liệu chi tiết dành cho người phân tích: ô có ít người không bị che, "
        "nên không được công bố từng dòng hay bảng có ô dưới 5 người.",
        "One row is one response. These are data for analysts: small cells are not hidden, so neither rows nor tables "
        "with cells of fewer than 5 people may be published.",
    ),
    both(
        "Các chuỗi số liệu (biến series) không được gộp với nhau: chỉ mẫu chọn theo xác suất đại diện cho người không "
        "trả lời. Tệp SPSS và Stata để sẵn biến quyền số design_weight; hãy lọc một chuỗi trước khi tính.",
        "Series (variable series) must not be mixed: only the probability sample speaks for people who did not answer. "
        "Choose one series before computing; the weight is design_weight.",
    ),
    both(
        "Dòng có counted = 0 thuộc kênh của mẫu nhưng không thuộc trường hợp nào trong dàn mẫu; số liệu công bố không "
        "tính những dòng này.",
        "Rows with counted = 0 came through a channel of the sample but belong to no case of the frame; published "
        "figures leave them out.",
    ),
    both(
        "Không có số thứ tự trường hợp (case): nó dẫn tới danh sách liên hệ. Câu trả lời bằng lời cũng không có, trừ "
        "khi người phân tích yêu cầu.",
        "The number of the case is left out because it leads to the list of contacts. Open texts are left out unless "
        "the analyst asked for them.",
    ),
)
# A file speaks of all places at once, so what a form says for each is said in general.
PLACES = {
    "vi": {
        "office": "cơ quan",
        "unit": "địa phương",
        "survey": "cuộc khảo sát",
        "owner": "cơ quan khảo sát",
        "procedure": "thủ tục đã làm",
    },
    "en": {
        "office": "the office",
        "unit": "the place",
        "survey": "the survey",
        "owner": "the office that asks",
        "procedure": "the procedure",
    },
}


def general(text: Text) -> Text:
    """The text of a form with general words for the place."""
    return both(substituted(text.vi, PLACES["vi"]), substituted(text.en, PLACES["en"]))
