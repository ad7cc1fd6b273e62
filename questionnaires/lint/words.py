"""The words that the rules on wording look for, and the measures above which a text is called hard."""

import re
from typing import Final

LANGUAGE_NAMES: Final = {"vi": "Vietnamese", "en": "English"}
# Syllables of a Vietnamese question (what a sixth-grader keeps in mind to its end), words of an English one.
LONGEST: Final = {"vi": 30, "en": 25}
LONGEST_SENTENCE: Final = {"vi": 30, "en": 25}  # In words before the questions, hints and explanations.
UNITS: Final = {"vi": "syllables", "en": "words"}
# Kincaid et al. (1975). A question alone is too short for a fair grade, so the bar is above that of whole texts (8–9).
HIGHEST_GRADE: Final = 12.0

LEADING: Final = {
    "vi": (
        *("tuyệt vời", "xuất sắc", "chắc chắn", "đương nhiên", "dĩ nhiên", "rõ ràng là", "hẳn là"),
        *("có đồng ý rằng", "phải chăng", "ai cũng biết", "như mọi người"),
    ),
    "en": (
        *("excellent", "wonderful", "surely", "obviously", "of course"),
        *("don't you agree", "do you agree that", "everyone knows", "wouldn't you"),
    ),
}
# Words that join, and what is one thing although it is written with them.
JOINING: Final = {"vi": ("và", "cũng như"), "en": ("as well as",)}
PERHAPS_JOINING: Final = {"vi": ("hoặc", "/"), "en": ("and", "or", "/")}
ONE_THING: Final = {
    "vi": ("ông/bà", "anh/chị", "cha/mẹ", "tiếp nhận và trả kết quả", "giáo dục và đào tạo", "km/h", "24/7"),
    "en": ("and so on", "he/she", "his/her", "receiving and returning results", "km/h", "24/7", "and/or"),
}
NEGATIONS: Final = {
    "vi": frozenset({"không", "chưa", "chẳng", "chả", "đừng"}),
    "en": frozenset({"not", "no", "never", "without", "nobody", "nothing", "none", "cannot"}),
}
# Words of offices, with what people say instead.
HARD_WORDS: Final = {
    "thụ lý": "nhận để giải quyết",
    "hiện hành": "đang áp dụng",
    "căn cứ theo": "theo",
    "quý vị": "Ông/Bà",
    "trường hợp phát sinh": "khi có việc mới",
    "tác nghiệp": "làm việc",
    "minh bạch hóa": "cho mọi người biết",
    "tiếp cận thông tin": "tìm được thông tin",
    "cơ chế một cửa": "bộ phận Một cửa",
    "giải trình": "giải thích",
    "phúc đáp": "trả lời",
    "kiến nghị": "đề nghị",
    "thẩm định": "xem xét",
    "công khai hóa": "cho mọi người xem",
    "lệ phí phải nộp": "số tiền phải nộp",
    "nhũng nhiễu": "gây khó để đòi tiền",
    "hướng dẫn nghiệp vụ": "chỉ cách làm",
}
# How a label sounds: what begins a scale from below.
LOW: Final = re.compile(
    r"\b(không|chưa|kém|tệ|xấu|thấp|yếu|ít|chậm|khó|dissatisfied|not|never|bad|poor|low|worse|difficult|little)\b",
    re.IGNORECASE,
)
MARKUP: Final = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
SENTENCE_END: Final = re.compile(r"[.!?…:;]+(?:\s|$)")
WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
