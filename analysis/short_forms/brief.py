"""The leader's brief, one page: verdict, three numbers, what to fix first, who answered, a chart."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from analysis.report.blocks import Box, Draft, Report, Run, Runs, runs
from analysis.report.cells import counted, level, shown
from analysis.report.content import as_document, front, subject
from analysis.report.outcomes import waves_with_cases
from analysis.report.publication import Publication
from analysis.report.source import Release
from analysis.report.summary import HEADLINES, REASONS, undrawn_lines, verdict_of
from analysis.report.words import UNDRAWN, VERDICTS, count, number, obstacle, text
from analysis.short_forms.first_steps import first_steps

CHART_WIDTH = 150


def document(release: Release, publication: Publication, alt: dict[str, str]) -> Report:
    draft = Draft()
    draft.blocks.append(_box(release))
    draft.picture(
        f"{release.instrument.index.name.vi} so với mục tiêu", "overall", alt.get("overall", ""), "", CHART_WIDTH
    )
    steps = first_steps(release)
    if steps:
        draft.text(Run("Nên khắc phục trước (tỷ lệ hài lòng):", bold=True))
        for step in steps:
            draft.item(*step)
    draft.text(Run("Ai đã trả lời: ", bold=True), *_who(release))
    draft.text(Run("Cơ quan trả lời về việc khắc phục, thời hạn: ", bold=True), "…" * 12)
    head = front(release, publication, "BÁO CÁO TÓM TẮT", f"Kết quả {subject(release)}")
    return as_document(release, publication, head, draft.blocks)


def _box(release: Release) -> Box:
    kind = verdict_of(release)
    words = {
        "name": release.instrument.index.name.vi,
        "target": number(release.target),
        "obstacle": obstacle(release.index.method) if release.index else "",
    }
    return Box(kind, HEADLINES[kind].format(**words), (*_three_numbers(release), *undrawn_lines(release)))  # type: ignore[arg-type]  # Kinds are those of the table.


def _three_numbers(release: Release) -> Iterator[Runs]:
    index = release.index
    if index and release.shown(index):
        low, high = shown(release, index, "low", "%"), shown(release, index, "high", "%")
        interval = (f" (khoảng tin cậy {level(release)}%: từ ", low, " đến ", high, ")")
        known = release.shown(index, "low") and release.shown(index, "high")
        yield runs("1. Chỉ số: ", shown(release, index, unit="%", bold=True), *(interval if known else ()), ".")
    verdicts = Counter(figure.kind for figure in release.of_domain_type("unit"))
    if withheld := verdicts.pop(UNDRAWN, 0):
        yield runs("2. Đơn vị: ", Run(f"{count(withheld)} đơn vị", bold=True), " không được kết luận.")
    if verdicts:
        each = ", ".join(f"{count(verdicts[verdict])} {words}" for verdict, words in VERDICTS.items())
        yield runs("2. Đơn vị: ", Run(f"{count(verdicts.total())} đơn vị", bold=True), f", gồm {each}.")
    if not index:
        yield runs(Run(REASONS[verdict_of(release)], italic=True))
    else:
        where = "" if release.undrawn else " trong mẫu"
        yield runs(f"3. Số người trả lời{where}: ", replace(counted(index, "n"), bold=True), ".")


def _who(release: Release) -> Runs:
    types = {option.code: option.text.vi for option in release.instrument.respondent_types}
    figures = [figure for figure in release.of_domain_type("respondent_type") if not figure.kept_back]
    pieces: list[Run | str] = []
    for figure in figures:
        pieces += [f"{types.get(figure.domain, figure.domain)}: ", counted(figure, "n"), " người; "]
    rates = [
        f"{text(wave['name'])}: {found['shown']['RR2']['vi']}%"
        for wave, found in waves_with_cases(release)
        if "RR2" in found["shown"]
    ]
    pieces += [f"tỷ lệ trả lời (RR2 theo AAPOR) {'; '.join(rates)}."] if rates else ["chưa tính tỷ lệ trả lời."]
    return runs(*pieces)
