"""The drafted conclusions over many combinations of figures: no sentence says what its figures do not."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.display import number
from analysis.report import printed
from analysis.report.blocks import Runs, plain
from analysis.report.conclusions import drafted
from analysis.report.source import Figure, Release
from questionnaires import loader
from questionnaires.texts import Language
from tests.analysis.release_fixture import make_context

FORM = loader.load_builtin("sipas2017")
VERDICTS = {"met": (84.3, 81.2, 87.1), "not_met": (71.0, 64.4, 80.0), "undecided": (80.6, 78.9, 82.2)}
SAID_VI = {
    "met": "kết luận: đạt mục tiêu trên 80%",
    "not_met": "kết luận: chưa đạt mục tiêu trên 80%",
    "undecided": "chưa đủ cơ sở kết luận",
    "": "ông đưa ra kết luận",
}
SAID_EN = {"met": "80% is met.", "not_met": "80% is not met.", "undecided": "not enough evidence", "": "No conclusion"}
UNITS_VI = {
    "met": r"([\d.]+) đơn vị đạt mục tiêu",
    "not_met": r"([\d.]+) đơn vị chưa đạt mục tiêu",
    "undecided": r"([\d.]+) đơn vị chưa đủ cơ sở",
    "": r"([\d.]+) đơn vị không đủ số liệu",
}
UNITS_EN = {
    "met": r"([\d,]+) units? meets? the",
    "not_met": r"([\d,]+) units? (?:does|do) not meet the",
    "undecided": r"([\d,]+) units? cannot be judged",
    "": r"([\d,]+) units? (?:has|have) too few",
}
rates = st.sampled_from([0.0, 12.345, 71.5, 71.501, 79.994, 80.0, 80.004, 88.25, 100.0])
verdicts = st.sampled_from(["met", "not_met", "undecided", ""])


def make_figure(name: str, estimate: float | None, base: int, **more: Any) -> Figure:
    series, level, code, domain_type, domain = name.split("/")
    limits = {"se": None, "df": None, "low": None, "high": None, "deff": None, "verdict": "", "method": ""} | more
    return Figure(name, series, level, code, domain_type, domain, more.pop("n", base), base, estimate, **limits)


def make_release(
    verdict: str, units: list[str], factors: list[float], items: list[float], experiences: list[float], base: int
) -> Release:
    estimate, low, high = VERDICTS.get(verdict, (77.0, None, None))
    why = "no verdict: fewer than 30 respondents" if not verdict else ""
    head = {"low": low, "high": high, "verdict": verdict, "method": why}
    figures = [make_figure("probability/overall/index/all/all", estimate, max(base, 5), **head)]
    for place, one in enumerate(units):
        figures.append(make_figure(f"probability/overall/index/unit/{place:05}", 80.0, 40, verdict=one))
    for factor, rate in zip(FORM.factors, factors, strict=False):
        figures.append(make_figure(f"probability/factor/{factor.code}/all/all", rate, 40))
    for item, rate in zip(FORM.items, items, strict=False):
        figures.append(make_figure(f"probability/item/{item.code}/all/all", rate, 40))
    for code, rate in zip(("N2=trips4", "N3=yes", "N4=yes", "N5=late"), experiences, strict=False):
        figures.append(make_figure(f"probability/assessment/{code}/all/all", rate, base))
    texts = {
        one.id: {
            part: number(value, 80.0)
            for part in ("estimate", "low", "high")
            if (value := getattr(one, part)) is not None
        }
        for one in figures
    }
    return Release({one.id: one for one in figures}, {}, texts, make_context(FORM), "0" * 64, "1" * 64)


def check_runs(paragraph: Runs, release: Release, language: Language) -> None:
    """Every decimal stands in a run that names its figure, and is that figure's own text."""
    for run in paragraph:
        if not run.figure:
            assert not re.search(r"\d[.,]\d", run.text), run
            continue
        name, part = run.figure.split("#")
        if part in ("n", "base"):
            assert int(re.sub("[.,]", "", run.text)) == getattr(release.figures[name], part)
        else:
            assert run.text.removesuffix("%") == release.display[name][part][language]


def check_grammar(text: str) -> None:
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith(".")
    assert not re.search(r"  | [.,;)]|\( |;;|\.\.|“”|\{|\}|None|nan", text), text
    assert not re.search(
        r"(?<![\d.,])[01] (?:units|people)\b|(?<![\d.,])[2-9]\d* unit\b|\b(?:Cả|All|Both) [01]\b", text
    ), text
    assert not re.search(r"(?<![\d.,])1 (?:xã|đơn vị)[^.;]*\b(?:các|đều)\b|\b[Cc]ác (?:0|1)\b|\b0 đơn vị", text), text
    for several, one in (
        (r"Các yếu tố (“[^”]+”)(?! và|,)", "Các"),
        (r"The factors rated highest are “[^”]+” with", "are"),
    ):
        assert not re.search(several, text), (one, text)


def check_units(text: str, units: list[str], patterns: Mapping[str, str]) -> None:
    counted = Counter(units)
    said = {verdict: re.search(pattern, text) for verdict, pattern in patterns.items()}
    if len(counted) == 1 or len(units) == 1:
        whole = re.match(r"(?:Cả|All|Both|Chỉ có|Only) ?([\d.,]*)", text)
        assert whole, text
        assert (whole[1] or "2") == str(len(units))
    else:
        found = {verdict: int(re.sub("[.,]", "", match[1])) for verdict, match in said.items() if match}
        assert found == dict(counted), text


def check_extremes(text: str, release: Release, language: Language) -> None:
    """The quoted factors before each value are exactly those whose printed value it is, and it is the extreme one."""
    shown = {
        (factor.title.vi if language == "vi" else factor.title.en): release.display[figure.id]["estimate"][language]
        for factor in FORM.factors
        if (figure := release.find("factor", factor.code))
    }
    ordered = sorted(shown.values(), key=lambda value: float(value.replace(",", ".")))
    for clause, extreme in zip(text.split(";"), (ordered[-1], ordered[0]), strict=True):
        value = re.search(r"([\d.,]+)%", clause)
        assert value
        assert value[1] == extreme
        assert set(re.findall(r"“([^”]+)”", clause)) == {name for name, one in shown.items() if one == extreme}


def check_lowest(text: str, release: Release, language: Language) -> None:
    named = re.findall(r"“([^”]+)” \(([\d.,]+)%\)", text)
    rates = {
        (item.criterion.vi if language == "vi" else item.criterion.en): figure.estimate
        for item in FORM.items
        if (figure := release.find("item", item.code))
    }
    numerals = {1: ("Tiêu chí", "The criterion"), 2: ("Hai", "The two"), 3: ("Ba", "The three"), 4: ("Bốn", "The four")}
    numerals[5] = ("Năm", "The five")
    rest = [rate or 0.0 for name, rate in rates.items() if name not in dict(named)]

    assert text.startswith(numerals[len(named)])
    assert max(rates[name] or 0.0 for name, _ in named) < min(rest)


@settings(max_examples=150, deadline=None)
@given(
    verdict=verdicts,
    units=st.lists(verdicts, max_size=8),
    factors=st.lists(rates, max_size=5),
    items=st.lists(rates, max_size=12),
    experiences=st.lists(rates, max_size=4),
    base=st.sampled_from([1, 4, 5, 30, 1234]),
    language=st.sampled_from(["vi", "en"]),
)
@example("met", ["met"], [80.0], [71.5], [0.0], 5, "vi")
@example("undecided", ["met", "met"], [80.0, 80.0], [71.5, 71.5], [0.0], 1234, "en")
@example("", [], [], [], [], 1, "en")
def test_no_sentence_says_what_its_figures_do_not(
    verdict: str,
    units: list[str],
    factors: list[float],
    items: list[float],
    experiences: list[float],
    base: int,
    language: Language,
) -> None:
    release = make_release(verdict, units, factors, items, experiences, base)
    paragraphs = drafted(release, language)
    texts = [plain(one) for one in paragraphs]
    for paragraph, text in zip(paragraphs, texts, strict=True):
        check_runs(paragraph, release, language)
        check_grammar(text)
    said = SAID_VI if language == "vi" else SAID_EN
    found = {one for one, words in said.items() if words in texts[0]}
    rest = texts[1:]

    assert found == {verdict}
    if units:
        check_units(rest.pop(0), units, UNITS_VI if language == "vi" else UNITS_EN)
    for text in rest:
        if text.startswith(("Yếu tố được", "Các yếu tố", "The factor")) and ";" in text:
            check_extremes(text, release, language)
        if "tiêu chí có tỷ lệ" in text.lower() or "criteri" in text:
            check_lowest(text, release, language)


def test_without_a_probability_sample_nothing_is_concluded() -> None:
    release = Release({}, {}, {}, make_context(FORM), "0" * 64, "1" * 64)

    assert "không đưa ra kết luận" in plain(drafted(release, "vi")[0])
    assert "no conclusion is drawn" in plain(drafted(release, "en")[0])


def test_waves_that_nothing_combines_are_said_to_stand_alone() -> None:
    figure = make_figure("probability/overall/index/wave/w1", 84.0, 40, verdict="met")
    release = Release({figure.id: figure}, {}, {}, make_context(FORM), "0" * 64, "1" * 64)

    assert "từng đợt được kết luận riêng" in plain(drafted(release, "vi")[0])


def test_what_is_kept_back_is_not_told() -> None:
    release = make_release("met", [], [], [], [12.345], 40)
    kept_back = {id for id in release.figures if "/assessment/" in id}

    assert any("12,35" in plain(one) for one in drafted(release, "vi"))
    assert not any("12,35" in plain(one) for one in drafted(printed.without(release, kept_back), "vi"))
