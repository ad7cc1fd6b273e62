"""Part two of the report, by what the dossier was about: one table for each question that parts the respondents so.

What such questions are is left to `analysis.measures`; nothing is computed here.
"""

from analysis.measures import FIELDS
from analysis.report.blocks import Draft
from analysis.report.cells import domain_columns, domain_row
from analysis.report.source import Release
from questionnaires.model import SingleChoice

TITLES = {
    "service_field": "Chỉ số theo lĩnh vực",
    "procedure": "Chỉ số theo thủ tục",
    "outcome": "Chỉ số theo kết quả giải quyết hồ sơ",
}


def fields(draft: Draft, release: Release, alt: dict[str, str]) -> str:
    asked = {one.code: one for one in release.instrument.questions() if isinstance(one, SingleChoice)}
    for code in FIELDS:
        figures = {figure.domain: figure for figure in release.of_domain_type(code)}
        names = {option.code: option.text.vi for option in asked[code].options} if code in asked else {}
        draft.table(
            TITLES[code],
            domain_columns(release),
            [domain_row(release, name, figures[option]) for option, name in names.items() if option in figures],
            "Cơ sở: số người và số câu trả lời ghi trong từng dòng; người trả lời tự cho biết nội dung hồ sơ.",
        )
    return "THEO LĨNH VỰC, THỦ TỤC VÀ KẾT QUẢ HỒ SƠ"
