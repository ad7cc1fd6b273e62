"""The report in English: nothing is left in Vietnamese but names, and structure and figures are those of the other."""

import json
import re
from pathlib import Path

import pytest

from analysis.release import release_hash
from analysis.report import source
from analysis.report.blocks import Paragraph, Table, plain
from analysis.report.content import compose
from analysis.report.publication import Changed, Correction, Publication, Reply
from analysis.report.translation import English, in_english, pairs, translated
from analysis.report.words import EXCLUDED, MODES, WAVE_STEPS
from tests.analysis.release_fixture import make_release

DETAILS = [
    *[("weighed", detail) for detail in ("0.25 → 1", "2.5")],
    *[(kind, "xã Thọ Hải: 1 (3 → 2)") for kind in ("points_off", "points_on")],
    *[(kind, "2017-10-21: 14") for kind in ("late_accepted", "late_refused")],
    *[(kind, "2017-10-21 – 2017-11-02: 1400") for kind in ("late_accepted", "late_refused")],
]
ISSUER = "PHÒNG NỘI VỤ"  # Said by the survey in English, as a whole.


def change_context(folder: Path, **counts: object) -> None:
    context = json.loads((folder / "context.json").read_text("utf-8"))
    context["counts"] |= counts
    context["survey"]["combination"] = {"rule": "weighted", "weights": {"dot-1": 12500.25}}
    step = {"at": "2017-10-18T09:05+07:00", "by": "", "reason": ""}
    told = [*((kind, "") for kind in WAVE_STEPS), *DETAILS]
    context["waves"][0]["steps"] = [
        step | {"kind": kind, "detail": detail, "releases": 1, "snapshots": 2} for kind, detail in told
    ]
    (folder / "context.json").write_text(json.dumps(context), "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8")) | {"release_hash": release_hash(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def left(folder: Path, publication: Publication) -> set[str]:
    """What could not be said in English."""
    release = source.read(folder)
    english = English(dict(pairs(release.context)))
    translated(compose(release, {}, publication), english)
    return english.missing


@pytest.mark.parametrize("instrument", ["sipas2017", "sipas2026", "yte_ngoaitru", "gd_th_thcs"])
def test_every_word_of_the_report_is_said_in_english(tmp_path: Path, instrument: str) -> None:
    for verdict in ("met", "not_met", "undecided", ""):
        people = 1_230 if verdict else 12
        make_release(tmp_path, verdict, instrument=instrument, respondents=people, number_of_units=2)

        assert left(tmp_path, Publication()) <= {ISSUER}


def test_rare_words_of_the_report_are_said_in_english_too(tmp_path: Path) -> None:
    make_release(tmp_path)
    excluded = [{"reason": reason, "count": 3} for reason in EXCLUDED]
    late = {"late_accepted": 1_204, "late_refused": 5, "late": 0}
    change_context(tmp_path, excluded=excluded, by_mode=dict.fromkeys(MODES, 4), corrected=21, late=late)
    correction = Correction("12/BC-NV", "2018-01-05", "typed", (Changed("a/b/c/d/e", "80,1", "80,2"),))
    publication = Publication(
        document_number="13/BC-NV",
        document_day="2018-02-06",
        reply_until="2018-01-31",
        replies=(Reply("office", "unit", "text", "2018-01-20"),),
        corrects=correction,
        corrected_by="14/BC-NV",
        matches=False,
    )

    assert left(tmp_path, publication) <= {ISSUER, "typed", "office, unit", "text"}


def test_open_answers_alone_are_reported_in_english(tmp_path: Path) -> None:
    assert left(make_release(tmp_path, series=("open",)), Publication()) <= {ISSUER}


def test_the_structure_is_the_same_and_a_number_changes_its_signs(tmp_path: Path) -> None:
    release = source.read(make_release(tmp_path, number_of_units=2))
    report = compose(release, {})
    english = in_english(report, release.context)
    tables = [
        [[plain(cell) for cell in row.cells] for row in block.rows]
        for one in (report, english)
        for block in one.blocks
        if isinstance(block, Table) and block.caption.endswith((". Chỉ số theo đơn vị", ". Index by unit"))
    ]

    assert [type(one) for one in report.blocks] == [type(one) for one in english.blocks]
    assert [row[5] for row in tables[1]] == [row[5].replace(",", ".") for row in tables[0]]
    assert [row[1] for row in tables[1]] == ["Thọ Xuân township", "Lam Sơn township"]
    assert english.front.issuer == "OFFICE OF INTERNAL AFFAIRS"
    assert english.draft_mark == "DRAFT"


def test_only_names_keep_vietnamese_letters(tmp_path: Path) -> None:
    """A pattern that fits too early would leave half a sentence as it was."""
    release = source.read(make_release(tmp_path, number_of_units=2))
    names = re.compile("|".join(("Thọ Xuân", "Lam Sơn", "QĐ", "Đ")))
    for block in in_english(compose(release, {}), release.context).blocks:
        cells = [cell for row in block.rows for cell in row.cells] if isinstance(block, Table) else []
        texts = [plain(one) for one in cells] + [plain(block.text) if isinstance(block, Paragraph) else ""]
        for text in texts:
            assert not re.search("[ăâđêôơưạảấầẩậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỷỹỵ]", names.sub("", text)), text


def test_conclusions_that_a_person_edited_stand_as_issued(tmp_path: Path) -> None:
    release = source.read(make_release(tmp_path, number_of_units=2))
    report = compose(release, {}, Publication(conclusions=("Kết luận thứ nhất.", "Kết luận thứ hai.")))
    said = [plain(block.text) for block in report.blocks if isinstance(block, Paragraph)]
    english = [plain(b.text) for b in in_english(report, release.context).blocks if isinstance(b, Paragraph)]

    assert [text for text in said if text.startswith("Kết luận thứ")] == ["Kết luận thứ nhất.", "Kết luận thứ hai./."]
    assert "Kết luận thứ nhất." in english
    assert not any("do máy soạn" in text for text in said)
