"""The loudspeaker bulletin: 60 to 90 seconds read aloud, nothing that a reader could stumble on.

How numbers sound is left to `spoken`; the verdict is the release's own.
"""

from collections.abc import Iterator, Sequence

from analysis.report import collected
from analysis.report.blocks import Draft, Report, Run, Runs, plain, runs
from analysis.report.content import as_document, front, subject
from analysis.report.priorities import factors_by_rank
from analysis.report.publication import Publication
from analysis.report.source import Figure, Part, Release
from analysis.report.summary import verdict_of
from analysis.report.undrawn import notes
from analysis.report.words import DRAFT, SIMULATED, UNDRAWN, lower_first, number, text, upper_first
from analysis.short_forms.spoken import aloud, day, percent, whole

LEAST_WORDS, MOST_WORDS = 150, 230  # Of 60 to 90 seconds at the pace of a loudspeaker.
WORDS_A_SECOND = 2.6
VERDICTS = {
    "met": "Kết luận: kết quả khảo sát đạt mục tiêu.",
    "not_met": "Kết luận: kết quả khảo sát chưa đạt mục tiêu.",
    "undecided": "Kết luận: chưa đủ cơ sở để nói là đạt hay chưa đạt mục tiêu. Không được hiểu kết quả này "
    "là đạt, cũng không được hiểu là chưa đạt.",
    UNDRAWN: "Kết luận: không kết luận là đạt hay chưa đạt mục tiêu.",
    "": "Kết luận: số liệu chưa đủ nên không kết luận là đạt hay chưa đạt mục tiêu.",
}
NO_INDEX = {
    "none": "Lần này không có người nào được chọn ngẫu nhiên trả lời, nên chưa có chỉ số hài lòng và chưa có kết luận "
    "là đạt hay chưa đạt mục tiêu. Ý kiến của những người tự nguyện trả lời không đại diện cho toàn thể bà con.",
    "waves": "Cuộc khảo sát có nhiều đợt, mỗi đợt có kết luận riêng, nên không có một chỉ số chung cho cả cuộc và "
    "không có kết luận chung là đạt hay chưa đạt mục tiêu.",
}
GREETING = "Kính thưa toàn thể bà con!"
SIMULATED_ALOUD = "Đây là số liệu mô phỏng để chạy thử, không phải kết quả thật."
THANKS = "Xin trân trọng cảm ơn bà con đã lắng nghe."
# Said in this order as long as there is room: the first is worth most.
MORE = (
    "Cuộc khảo sát không ghi tên người trả lời; câu trả lời của từng người được giữ kín.",
    "Bà con có ý kiến về việc phục vụ, xin gửi đến Bộ phận Một cửa nơi gần nhất.",
    "Việc trả lời là tự nguyện, không ảnh hưởng đến việc giải quyết hồ sơ của bất kỳ ai.",
    "Mục đích của cuộc khảo sát là để cơ quan nhà nước biết bà con hài lòng điều gì, chưa hài lòng điều gì, từ đó phục "
    "vụ ngày một tốt hơn.",
    "Những lần khảo sát sau, nếu được mời, mong bà con tiếp tục dành ít phút trả lời theo đúng suy nghĩ của mình.",
)


def spoken_paragraphs(release: Release) -> list[Runs]:
    """What is read, each number in a run that names its figure."""
    said = [*_opening(release), *_result(release)]
    room = MOST_WORDS - words_in([*said, runs(THANKS)])
    for sentence in (*_nature(release), *map(runs, MORE)):
        size = words_in([sentence])
        if size <= room:
            said.append(sentence)
            room -= size
    return [*said, runs(THANKS)]


def words_in(paragraphs: Sequence[Runs]) -> int:
    return sum(len(plain(one).split()) for one in paragraphs)


def _opening(release: Release) -> Iterator[Runs]:
    yield runs(GREETING)
    if release.simulated:
        yield runs(SIMULATED_ALOUD)
    owner = aloud(text(release.survey["owner"]))
    yield runs(f"{upper_first(owner)} xin thông báo kết quả {aloud(subject(release))}.")


def _result(release: Release) -> Iterator[Runs]:
    index = release.index
    if index is None:
        yield runs(NO_INDEX[verdict_of(release)])
        return
    yield runs(
        f"{upper_first(_days(*collected.days(release)))}, có ",
        Run("quá ít") if index.kept_back else Run(whole(index.n), figure=f"{index.id}#n"),
        " người đã trả lời." if release.undrawn else " người được chọn ngẫu nhiên đã trả lời.",
    )
    if release.shown(index):
        name = upper_first(aloud(release.instrument.index.name.vi))
        yield runs(f"{name} là ", _said(release, index), ".", *_interval(release, index))
    goal = percent(number(release.target))
    yield runs(f"Mục tiêu đề ra là trên {goal}. ", Run(VERDICTS[index.kind], bold=True))
    if release.undrawn:
        yield runs(aloud(text(notes(release)[0])))


def _days(first: str, last: str) -> str:
    return day(first) if first == last else f"từ {day(first, first[:4] != last[:4])} đến {day(last)}"


def _interval(release: Release, index: Figure) -> Sequence[Run | str]:
    if release.undrawn or not (release.shown(index, "low") and release.shown(index, "high")):
        return ()
    low, high = _said(release, index, "low"), _said(release, index, "high")
    return (" Vì chỉ hỏi một phần người dân, con số thật có thể nằm trong khoảng từ ", low, " đến ", high, ".")


def _said(release: Release, figure: Figure, part: Part = "estimate") -> Run:
    return Run(percent(release.shown(figure, part)), figure=f"{figure.id}#{part}")


def _nature(release: Release) -> Iterator[Runs]:
    """The highest and the lowest factor, and where to begin."""
    found = [(factor.title.vi, release.find("factor", factor.code)) for factor in release.instrument.factors]
    rated = sorted(
        ((one.estimate or 0.0, aloud(lower_first(title)), one) for title, one in found if one and release.shown(one)),
        key=lambda each: each[0],
    )
    if len(rated) < 2 or release.shown(rated[0][2]) == release.shown(rated[-1][2]):
        return
    (_, lowest, low), (_, highest, high) = rated[0], rated[-1]
    yield runs(
        f"Được hài lòng nhiều nhất là {highest}, với ",
        _said(release, high),
        f"; ít nhất là {lowest}, với ",
        _said(release, low),
        ".",
    )
    first = _first_to_improve(release)
    yield runs(f"Việc nên cải thiện trước tiên là {aloud(lower_first(first)) if first else lowest}.")


def _first_to_improve(release: Release) -> str:
    codes = [one["code"] for one in factors_by_rank(release) if one["quadrant"] == "improve first"]
    titles = {factor.code: factor.title.vi for factor in release.instrument.factors}
    return titles.get(codes[0], "") if codes else ""


def as_text(release: Release, publication: Publication) -> str:
    """The marks, which are not read, then one paragraph a line."""
    marks = [mark for mark in ("" if publication.document_number else DRAFT, _simulated(release)) if mark]
    head = [f"[{mark}]" for mark in marks] + ([""] if marks else [])
    return "\n".join([*head, *map(plain, spoken_paragraphs(release))]) + "\n"


def _simulated(release: Release) -> str:
    return SIMULATED if release.simulated else ""


def document(release: Release, publication: Publication) -> Report:
    paragraphs = spoken_paragraphs(release)
    seconds = round(words_in(paragraphs) / WORDS_A_SECOND)
    draft = Draft()
    draft.text(Run(f"(Đọc trong khoảng {seconds} giây. Chỉ đọc các đoạn dưới đây.)", italic=True))
    for paragraph in paragraphs:
        draft.text(*paragraph)
    head = front(release, publication, "BẢN TIN TRUYỀN THANH", f"Kết quả {subject(release)}")
    return as_document(release, publication, head, draft.blocks)
