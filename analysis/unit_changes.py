"""The note on units that changed while a survey ran: what became of them, and what their figures stand for.

Only whole units are added, as in `old_data.units`: where one was split, nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from analysis.report.words import unit_name

Words = Mapping[str, str]
KINDS: Mapping[str, Words] = {
    "merge": {"vi": "{old} sáp nhập thành {new}", "en": "{old} merged into {new}"},
    "rename": {"vi": "{old} đổi tên thành {new}", "en": "{old} got the name {new}"},
    "split": {"vi": "{old} được chia tách thành {new}", "en": "{old} was split into {new}"},
    "move": {"vi": "{old} chuyển sang đơn vị cấp trên khác", "en": "{old} got another parent"},
}
DAY: Words = {"vi": "Từ ngày {day} ({basis}), {what}.", "en": "From {day} on ({basis}), {what}."}
RULE: Words = {
    "vi": "Kết quả theo đơn vị là của đơn vị vào ngày trả lời, tức là của những người trả lời trong thời gian đơn vị "
    "đó tồn tại. Nơi đơn vị mới gồm trọn các đơn vị cũ, kết quả của toàn bộ đơn vị mới được tính từ chính các câu trả "
    "lời và quyền số đã lưu của mọi phần, nên so sánh được với kết quả cùng địa bàn. Tầng, đơn vị mẫu cấp một và "
    "quyền số giữ như khi chọn mẫu.",
    "en": "Results by unit are of the unit on the day of the answer, so of those who answered while it existed. Where "
    "a new unit is made of whole old ones, its result as a whole is computed from the stored answers and weights of "
    "all its parts, and compares with results of the same area. Strata, primary sampling units and weights stay "
    "as drawn.",
}
BROKEN: Words = {
    "vi": "Không so sánh được với trước khi chia tách: {units}, vì câu trả lời trước đó không quy được cho từng phần.",
    "en": "Not comparable with the time before the split: {units}, for earlier answers belong to no one part.",
}


def told(changed: Mapping[str, Any], units: Sequence[Words]) -> Words:
    """`changed`: what the extract's manifest says of it."""
    names = {unit["code"]: unit_name(unit) for unit in units}
    broken = [names.get(code, code) for code in changed["not_comparable"]]
    return {language: " ".join(_sentences(changed, broken, language)) for language in ("vi", "en")}


def _sentences(changed: Mapping[str, Any], broken: Sequence[str], language: str) -> Sequence[str]:
    found = [_change(one, language) for one in changed["changes"]]
    return [*found, RULE[language], *([BROKEN[language].format(units=", ".join(broken))] if broken else [])]


def _change(one: Mapping[str, Any], language: str) -> str:
    day = f"{date.fromisoformat(one['effective_on']):%d/%m/%Y}"
    what = KINDS[one["kind"]][language].format(old=", ".join(one["from"]), new=", ".join(one["into"]))
    return DAY[language].format(day=day, basis=one["basis"], what=what)
