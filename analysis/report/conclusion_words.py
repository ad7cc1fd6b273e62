"""How Vietnamese and English say the conclusions: one table of phrases a language, and its rules for one, many, none.

Which of them are said, and about which figures, is left to `conclusions`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analysis.report.words import UNDRAWN, lower_first
from analysis.report.words import count as dotted
from analysis.report.words import number as with_comma
from analysis.report.words import obstacle as obstacle_vi
from questionnaires.texts import Language

ORDER = ("met", "not_met", "undecided", "", UNDRAWN)
NO_DATA_VI, NO_DATA_EN = "số liệu quá ít", "there are too few data"


@dataclass(frozen=True, kw_only=True)
class Words:
    """The phrases of one language; a callable where the phrase depends on how many there are."""

    verdicts: Mapping[str, str]
    no_index: Mapping[str, str]
    no_value: str
    estimated_at: str
    interval: str
    to: str
    based_on: str
    one_factor: str
    by_estimate: str
    experiences: str
    experience: Mapping[str, tuple[str, str]]
    base: str
    wish_end: str
    plain_advice: str
    respondents: Callable[[int], str]
    people: Callable[[int], str]
    units: Callable[[Counter[str], str], str]
    equal_factors: Callable[[int], str]
    highest: Callable[[Sequence[str]], str]
    lowest: Callable[[Sequence[str]], str]
    lowest_items: Callable[[int], str]
    before: Callable[[int, int], str]
    wished: Callable[[Sequence[str]], str]
    advice: Callable[[Sequence[str]], str]
    obstacle: Callable[[str], str]
    count: Callable[[int], str]
    number: Callable[[float], str]
    number_text: Callable[[str], str]
    index_name: Callable[[str], str]


def _listed(names: Sequence[str], last: str) -> str:
    quoted = [f"“{name}”" for name in names]
    return last.join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


# ---------------------------------------------------------------- Vietnamese

_UNITS_VI = {
    "met": "đạt mục tiêu trên {target}%",
    "not_met": "chưa đạt mục tiêu trên {target}%",
    "undecided": "chưa đủ cơ sở kết luận",
    "": "không đủ số liệu",
    UNDRAWN: "không được kết luận vì không có kế hoạch niêm phong",
}
NUMERALS_VI = {2: "Hai", 3: "Ba", 4: "Bốn", 5: "Năm"}


def _units_vi(verdicts: Counter[str], target: str) -> str:
    said = {verdict: words.format(target=target) for verdict, words in _UNITS_VI.items()}
    total, present = sum(verdicts.values()), [verdict for verdict in ORDER if verdicts[verdict]]
    if total == 1:
        return f"Chỉ có 1 đơn vị được xem xét riêng; đơn vị này {said[present[0]]}."
    if len(present) == 1:
        return f"Cả {dotted(total)} đơn vị được xem xét riêng đều {said[present[0]]}."
    parts = [f"{dotted(verdicts[verdict])} đơn vị {said[verdict]}" for verdict in present]
    caution = " Không được coi đơn vị chưa đủ cơ sở kết luận là đạt hay chưa đạt." if verdicts["undecided"] else ""
    return (
        f"Trong {dotted(total)} đơn vị được xem xét riêng, {' và '.join([', '.join(parts[:-1]), parts[-1]])}.{caution}"
    )


def _highest_vi(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"Yếu tố được đánh giá cao nhất là “{names[0]}” với tỷ lệ hài lòng "
    return f"Các yếu tố {_listed(names, ' và ')} cùng được đánh giá cao nhất với tỷ lệ hài lòng "


def _lowest_vi(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"; thấp nhất là “{names[0]}” với "
    return f"; thấp nhất là {_listed(names, ' và ')} với cùng tỷ lệ "


def _wished_vi(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"Mong đợi được nêu nhiều nhất là “{names[0]}” ("
    return f"Những mong đợi cùng được nêu nhiều nhất là {_listed(names, ' và ')} ("


def _advice_vi(names: Sequence[str]) -> str:
    what = "yếu tố" if len(names) == 1 else "các yếu tố"
    return (
        f"Đề nghị các cơ quan, đơn vị ưu tiên khắc phục {what} {_listed(names, ' và ')}, vì đi cùng mức hài lòng chung "
        "nhiều hơn mà tỷ lệ hài lòng còn thấp so với mức trung bình của các yếu tố."
    )


VIETNAMESE = Words(
    verdicts={
        "met": ". Cả khoảng tin cậy nằm trên {target}% nên có đủ cơ sở kết luận: đạt mục tiêu trên {target}%.",
        "not_met": ". Cả khoảng tin cậy không vượt quá {target}% nên có đủ cơ sở kết luận: chưa đạt mục tiêu trên "
        "{target}%.",
        "undecided": ". Khoảng tin cậy chứa mức {target}% nên chưa đủ cơ sở kết luận: không khẳng định được mục tiêu "
        "trên {target}% đã đạt hay chưa đạt.",
        UNDRAWN: ". Không đưa ra kết luận so với mục tiêu trên {target}%, vì {why}.",
        "": ". Không đưa ra kết luận so với mục tiêu trên {target}%, vì {why}.",
    },
    no_index={
        "none": "Chưa có {name}: không có phiếu nào thuộc mẫu chọn theo xác suất, nên không đưa ra kết luận.",
        "waves": "{name} không được tính chung cho cả cuộc khảo sát; từng đợt được kết luận riêng.",
    },
    no_value="Không tính được {name} và không đưa ra kết luận so với mục tiêu trên {target}%, vì {why}.",
    estimated_at=" ước tính là ",
    interval=" (khoảng tin cậy {level}%: từ ",
    to=" đến ",
    based_on=", tính từ câu trả lời của ",
    one_factor="Tỷ lệ hài lòng của yếu tố “{name}” là ",
    by_estimate=" (so theo giá trị ước lượng).",
    experiences="Về những việc người trả lời đã trải qua: ",
    experience={
        "trips": (
            " người trả lời phải đi lại từ bốn lần trở lên",
            "không người trả lời nào phải đi lại từ bốn lần trở lên",
        ),
        "harassment": (
            " người trả lời cho biết bị gây phiền hà, sách nhiễu",
            "không người trả lời nào bị gây phiền hà, sách nhiễu",
        ),
        "extra": (
            " người trả lời cho biết bị gợi ý nộp thêm tiền ngoài quy định",
            "không người trả lời nào bị gợi ý nộp thêm tiền ngoài quy định",
        ),
        "late": (" người trả lời nhận kết quả trễ hẹn", "không người trả lời nào nhận kết quả trễ hẹn"),
    },
    base=" (cơ sở: ",
    wish_end=" người trả lời câu này).",
    plain_advice="Đề nghị các cơ quan, đơn vị xem xét những nội dung được đánh giá thấp nhất nêu trên, xác định nguyên "
    "nhân và có biện pháp khắc phục.",
    respondents=lambda _n: " người",
    people=lambda _n: " người",
    units=_units_vi,
    equal_factors=lambda n: f"Cả {n} yếu tố có cùng tỷ lệ hài lòng là ",
    highest=_highest_vi,
    lowest=_lowest_vi,
    lowest_items=lambda n: (
        "Tiêu chí có tỷ lệ hài lòng thấp nhất là "
        if n == 1
        else f"{NUMERALS_VI[n]} tiêu chí có tỷ lệ hài lòng thấp nhất là "
    ),
    before=lambda place, n: "" if place == 0 else " và " if place == n - 1 else ", ",
    wished=_wished_vi,
    advice=_advice_vi,
    obstacle=lambda method: obstacle_vi(method) or NO_DATA_VI,
    count=dotted,
    number=with_comma,
    number_text=str,
    index_name=str,
)

# ---------------------------------------------------------------- English

_UNITS_EN = {
    "met": ("meets the target of more than {target}%", "meet the target of more than {target}%"),
    "not_met": ("does not meet the target of more than {target}%", "do not meet the target of more than {target}%"),
    "undecided": ("cannot be judged on the evidence", "cannot be judged on the evidence"),
    "": ("has too few data", "have too few data"),
    UNDRAWN: ("is not judged without a sealed plan", "are not judged without a sealed plan"),
}
_OBSTACLES_EN = {
    "fewer than": "there are too few respondents",
    "no degrees of freedom": "the sampling error cannot be computed",
    "no criterion": "no criterion has enough answers",
    "no sealed plan": "no sample was drawn under a sealed plan",
}
NUMERALS_EN = {2: "two", 3: "three", 4: "four", 5: "five"}


def _units_en(verdicts: Counter[str], target: str) -> str:
    said = {v: tuple(words.format(target=target) for words in both) for v, both in _UNITS_EN.items()}
    total, present = sum(verdicts.values()), [verdict for verdict in ORDER if verdicts[verdict]]
    if total == 1:
        return f"Only 1 unit was looked at on its own; it {said[present[0]][0]}."
    if len(present) == 1:
        who = "Both" if total == 2 else f"All {total:,}"
        return f"{who} units that were looked at on their own {said[present[0]][1]}."
    parts = [
        f"{verdicts[verdict]:,} {'unit' if verdicts[verdict] == 1 else 'units'} {said[verdict][verdicts[verdict] > 1]}"
        for verdict in present
    ]
    caution = (
        " A unit that cannot be judged must be taken neither for one that meets the target nor for one that does not."
    )
    ending = caution if verdicts["undecided"] else ""
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]])
    return f"Of {total:,} units that were looked at on their own, {listed}.{ending}"


def _highest_en(names: Sequence[str]) -> str:
    verb, what = ("is", "factor") if len(names) == 1 else ("are", "factors")
    return f"The {what} rated highest {verb} {_listed(names, ' and ')} with a satisfaction rate of "


def _lowest_en(names: Sequence[str]) -> str:
    verb, equally = ("is", "") if len(names) == 1 else ("are", "equally ")
    return f"; lowest {verb} {_listed(names, ' and ')}, {equally}with "


def _obstacle_en(method: str) -> str:
    return next((words for key, words in _OBSTACLES_EN.items() if key in method), NO_DATA_EN)


def _wished_en(names: Sequence[str]) -> str:
    verb, what = ("is", "wish") if len(names) == 1 else ("are", "wishes")
    return f"The {what} named most often {verb} {_listed(names, ' and ')} ("


def _advice_en(names: Sequence[str]) -> str:
    what, verb = ("factor", "goes") if len(names) == 1 else ("factors", "go")
    return (
        f"Offices are asked to begin with the {what} {_listed(names, ' and ')}, which {verb} along with overall "
        "satisfaction more closely and still rate below the average of the factors."
    )


ENGLISH = Words(
    verdicts={
        "met": ". The whole confidence interval lies above {target}%, so there is enough evidence to conclude: "
        "the target of more than {target}% is met.",
        "not_met": ". The whole confidence interval lies at or below {target}%, so there is enough evidence to "
        "conclude: the target of more than {target}% is not met.",
        "undecided": ". The confidence interval holds {target}%, so there is not enough evidence: it cannot be said "
        "whether the target of more than {target}% is met or not met.",
        UNDRAWN: ". No conclusion is drawn on the target of more than {target}%, because {why}.",
        "": ". No conclusion is drawn on the target of more than {target}%, because {why}.",
    },
    no_index={
        "none": "{name} has no value: no response belongs to a probability sample, so no conclusion is drawn.",
        "waves": "{name} is not computed for the survey as a whole; each wave is concluded by itself.",
    },
    no_value="{name} cannot be computed and no conclusion is drawn on the target of more than {target}%, because "
    "{why}.",
    estimated_at=" is estimated at ",
    interval=" ({level}% confidence interval: from ",
    to=" to ",
    based_on=", from the answers of ",
    one_factor="The satisfaction rate of the factor “{name}” is ",
    by_estimate=" (by their estimates).",
    experiences="What respondents went through: ",
    experience={
        "trips": (" of respondents had to come four times or more", "no respondent had to come four times or more"),
        "harassment": (" of respondents say that they were harassed", "no respondent was harassed"),
        "extra": (
            " of respondents say that extra payment was hinted at",
            "extra payment was hinted at to no respondent",
        ),
        "late": (" of respondents were handed the result late", "no respondent was handed the result late"),
    },
    base=" (base: ",
    wish_end=" of those who answered this question).",
    plain_advice="Offices are asked to look at what was rated lowest as named above, to find the causes and to act on "
    "them.",
    respondents=lambda n: " person" if n == 1 else " people",
    people=lambda n: " person" if n == 1 else " people",
    units=_units_en,
    equal_factors=lambda n: f"{'Both' if n == 2 else f'All {n}'} factors have the same satisfaction rate, ",
    highest=_highest_en,
    lowest=_lowest_en,
    lowest_items=lambda n: (
        "The criterion with the lowest satisfaction rate is "
        if n == 1
        else f"The {NUMERALS_EN[n]} criteria with the lowest satisfaction rates are "
    ),
    before=lambda place, n: "" if place == 0 else " and " if place == n - 1 else ", ",
    wished=_wished_en,
    advice=_advice_en,
    obstacle=_obstacle_en,
    count=lambda n: f"{n:,}",
    number=lambda value: f"{value:g}",
    number_text=lambda text: text.replace(",", "."),
    index_name=lambda name: f"The {lower_first(name)}",
)
LANGUAGES: Mapping[Language, Words] = {"vi": VIETNAMESE, "en": ENGLISH}
