"""Whether the tablet's script decides as Python does: made-up instruments × made-up answers in one Chromium.

`python -m benchmarks.rules_agree [--pairs 200000] [--seed N]`; tests/survey_app/field/test_rules_agree.py is its
short form.
"""

import argparse
import os
import random
import shutil
import sys
import time

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, sync_playwright

from questionnaires.conditions import Setting
from questionnaires.model import Instrument
from tests.browser import CHROMIUM
from tests.survey_app.answer.generated import instruments, settings_of_points
from tests.survey_app.field.agreement import invented, open_scripts, said_by_python, said_by_script, varied

FORMS = 200
counted = {"pairs": 0, "accepted": 0, "faults": 0, "python": 0.0, "script": 0.0}


def compare(page: Page, instrument: Instrument, setting: Setting, chance: random.Random) -> None:
    changed = varied(instrument, chance)
    forms = invented(changed, chance, FORMS)
    begun = time.perf_counter()
    wanted = said_by_python(changed, setting, forms)
    half = time.perf_counter()
    found = said_by_script(page, changed, setting, forms)
    counted["python"] += half - begun
    counted["script"] += time.perf_counter() - half
    for form, one, other in zip(forms, wanted, found, strict=True):
        assert one == other, f"{form!a}\nPython {one!a}\nscript {other!a}"
        counted["pairs"] += 1
        counted["accepted"] += one[0] is not None
        counted["faults"] += len(one[1])
    print(f"\r{counted['pairs']} pairs", end="", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    names = filter(None, (os.environ.get("CHROMIUM"), *CHROMIUM))
    path = next(found for found in map(shutil.which, names) if found)
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]).new_page()
        open_scripts(page)

        @seed(asked.seed)
        @settings(
            max_examples=-(-asked.pairs // FORMS),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(instruments(), settings_of_points(), st.integers(0, 2**32))
        def agree(instrument: Instrument, setting: Setting, number: int) -> None:
            compare(page, instrument, setting, random.Random(number))

        agree()
    print(f"\r{counted['pairs']} pairs agree: {counted['accepted']} accepted, {counted['faults']} faults; ", end="")
    print(f"Python {counted['python']:.0f} s, script with the way to the browser {counted['script']:.0f} s")


if __name__ == "__main__":
    main()
