"""What is said of answers that nobody drew under a sealed plan: never that they are a probability sample.

Whoever handed out the forms may have chosen who answers, so nothing is concluded from them; that is `analysis.figures`.
"""

from collections.abc import Mapping

from analysis.report.source import Release
from analysis.report.words import SERIES, lower_first

Both = Mapping[str, str]
NOTE: Both = {
    "vi": "Không có mẫu nào được rút theo kế hoạch đã niêm phong: con số chỉ mô tả những người đã trả lời, việc so với "
    "mục tiêu không có căn cứ từ việc rút mẫu.",
    "en": "No sample was drawn under a sealed plan: the figure describes only those who answered, and its comparison "
    "with the target is not backed by a draw.",
}
SOME: Both = {
    "vi": "Một phần câu trả lời không thuộc mẫu nào được rút theo kế hoạch đã niêm phong: con số chỉ mô tả những người "
    "đã trả lời, việc so với mục tiêu không có căn cứ từ việc rút mẫu.",
    "en": "Some of the answers belong to no sample drawn under a sealed plan: the figure describes only those who "
    "answered, and its comparison with the target is not backed by a draw.",
}
IMPORTED: Both = {
    "vi": "Câu trả lời được nhập từ hệ thống khác; ở đây không kiểm tra được ai đã chọn người trả lời và chọn thế nào.",
    "en": "The answers were taken in from another system; who chose the respondents, and how, cannot be checked here.",
}
NOBODY: Both = {"vi": "Người trả lời không qua rút mẫu", "en": "Respondents whom nobody drew"}
PARTLY: Both = {
    "vi": "Mẫu được rút và người trả lời không qua rút mẫu",
    "en": "Drawn sample and respondents whom nobody drew",
}
SAID = (NOTE, SOME, IMPORTED, NOBODY, PARTLY)


def notes(release: Release) -> tuple[Both, ...]:
    """What stands beside the headline; nothing where every wave of it was drawn."""
    if not release.undrawn:
        return ()
    note = NOTE if release.all_undrawn else SOME
    return (note, IMPORTED) if release.context.get("imported") else (note,)


def label(release: Release, series: str) -> Both | None:
    """What the series is called instead of a probability sample; None where it is what it is called."""
    if series != "probability" or not release.undrawn:
        return None
    return NOBODY if release.all_undrawn else PARTLY


def series_words(release: Release, series: str) -> str:
    found = label(release, series)
    return found["vi"] if found else SERIES[series]


def of_sample(release: Release) -> str:
    """Those who answered by the channels of the sample, within a sentence."""
    return lower_first(series_words(release, "probability"))
