"""Hundreds of filled-in forms, photographed badly: every reading is right or shown to a person, and how much is shown.

Short form in tests/survey_app/paper/test_reading.py: python -m benchmarks.paper_reading [--pages 500] [--seed 1]
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from questionnaires import loader
from questionnaires.conditions import Setting
from questionnaires.model import Language
from survey_app import paper
from survey_app.paper import form_maps
from survey_app.paper.content import Printing
from survey_app.paper.reading import page, pictures
from survey_app.paper.readings import PageReading
from tests.conftest import make_app
from tests.survey_app.paper import cameras, filled_in

WORDS = {"office": "Bộ phận Một cửa xã Thọ Hải", "owner": "Phòng Nội vụ huyện Thọ Xuân", "survey": "Khảo sát 2026"}
FORMS: Sequence[tuple[str, Language, bool]] = (
    ("sipas2017", "vi", False),
    ("sipas2026", "vi", False),
    ("sipas2022", "en", False),
    ("gd_thpt", "vi", False),
    ("yte_noitru", "vi", True),
    ("yte_ngoaitru", "en", False),
    ("quay_motcua", "vi", True),
)


@dataclass
class Counted:
    """Questions by kind of mark and by camera; pages by how they ended."""

    by_kind: dict[str, Counter[str]] = field(default_factory=dict)
    by_camera: dict[str, Counter[str]] = field(default_factory=dict)
    pages: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def printed(folder: Path) -> Iterator[paper.Run]:
    app = make_app(folder, f"sqlite:///{folder / 'paper.sqlite'}")
    with app.app_context():
        for code, language, large in FORMS:
            setting = Setting(kind="counter", mode="paper_officer")
            run = paper.run(Printing(loader.load_builtin(code), WORDS, language, large, setting))
            form_maps.keep(folder, run.form)
            yield run


def measure(runs: Sequence[paper.Run], folder: Path, pages: int, seed: int, keep: Path | None) -> Counted:
    counted = Counted()
    for number in range(pages):
        rng = np.random.default_rng((seed, number))
        run = runs[number % len(runs)]
        camera = list(cameras.CAMERAS)[int(rng.integers(len(cameras.CAMERAS)))]
        with pypdfium2.PdfDocument(run.pdf) as document:
            printed_page = int(rng.integers(1, run.form.pages + 1))
            canvas = filled_in.blank_canvas(document, printed_page)
        calm = bool(rng.random() < 0.4)
        filled = filled_in.fill_in(run.form, printed_page, canvas, rng, calm)
        taken = cameras.take(filled.canvas, cameras.CAMERAS[camera], rng)
        started = time.process_time()
        (reading,) = (page.read(opened(), folder, run.form.version) for opened in pictures.pages(taken))
        counted.seconds.append(time.process_time() - started)
        wrong = _count(counted, filled, reading, camera, f"{number} {run.form.instrument} {printed_page}")
        if keep and (wrong or reading.refusal):
            (keep / f"{number}-{reading.refusal or 'wrong'}.jpg").write_bytes(taken)
    return counted


def _count(counted: Counted, filled: filled_in.FilledIn, reading: PageReading, camera: str, name: str) -> bool:
    counted.pages[reading.refusal or "read"] += 1
    of_camera = counted.by_camera.setdefault(camera, Counter())
    if reading.refusal:
        of_camera["refused pages"] += 1
        return False
    before = len(counted.wrong)
    accident = filled.accidents != ()
    for meant, question, verdict in filled_in.verdicts(filled, reading):
        kind = f"{meant.kind}, page with an accident" if accident and meant.kind in filled_in.CLEAN else meant.kind
        counted.by_kind.setdefault(kind, Counter())[verdict] += 1
        of_camera[verdict] += 1
        if verdict == "shown" and meant.kind in filled_in.CLEAN and not accident:
            counted.why[question.why or question.state] += 1
        if verdict == "WRONG":
            counted.wrong.append(f"{name} {camera}: {meant} {question}")
    return len(counted.wrong) > before


def report(counted: Counted) -> None:
    for title, rows in (("mark", counted.by_kind), ("camera", counted.by_camera)):
        print(f"\n{title:42} questions   right   shown   WRONG")
        for name, row in sorted(rows.items()):
            total = row["right"] + row["shown"] + row["WRONG"]
            shares = "".join(f"{100 * row[verdict] / max(total, 1):7.1f}%" for verdict in ("right", "shown"))
            print(f"{name:42} {total:9}{shares} {row['WRONG']:7}   {row['refused pages'] or ''}")
    seconds = np.array(counted.seconds)
    print(f"\nPages: {dict(counted.pages)}; clean marks shown because: {dict(counted.why)}")
    median, slow = np.percentile(seconds, (50, 95))
    print(f"CPU seconds a page: median {median:.2f}, 95 % {slow:.2f}, most {seconds.max():.2f}")
    for line in counted.wrong:
        print(line[:400])
    print(f"Silent errors: {len(counted.wrong)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the pictures that were refused or read wrongly")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as name:
        runs = list(printed(Path(name)))
        report(measure(runs, Path(name), chosen.pages, chosen.seed, chosen.keep))


if __name__ == "__main__":
    main()
