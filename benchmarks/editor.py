"""How long the editor's pages take for 300 questions: processor time of each, beside its limit of 100 ms.

python -m benchmarks.editor
"""

import copy
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from questionnaires import loader, outline
from survey_app import create_app, database
from survey_app.design import drafting
from survey_app.instruments import drafts
from tests.conftest import make_settings
from tests.factories import NOON, make_version
from tests.staff import Staff, make_staff

LIMIT_MS, QUESTIONS, ROUNDS = 100, 300, 7
MOVED, AFTER_A_MOVE = "a question moved", "the outline after a change"


def large_form(questions: int = QUESTIONS) -> dict[str, Any]:
    """sipas2017 with its parts repeated under new codes, conditions included, until there are enough questions."""
    data: dict[str, Any] = json.loads(loader.to_json(loader.load_builtin("sipas2017")))
    parts, copies = data["parts"], 0
    while sum(1 for _ in outline.walk(data)) < questions:
        copies += 1
        for part in copy.deepcopy(parts):
            part["code"] = f"{part['code']}_{copies}"
            asked = part[outline.list_name(part)]
            for question in asked:
                question["code"] = f"{question['code']}_{copies}"
                looked_at = question.get("show_if", {})
                if "question" in looked_at:
                    looked_at["question"] = f"{looked_at['question']}_{copies}"
            missing = questions - sum(1 for _ in outline.walk(data))
            part[outline.list_name(part)] = asked[:missing]
            if asked[:missing]:
                data["parts"] = [*data["parts"], part]
    return data


def measured(visit: Callable[[], Any], before: Callable[[], Any] | None) -> float:
    """The median of some visits, in milliseconds, each after something that is not counted."""
    times = []
    for _ in range(ROUNDS):
        if before:
            before()
        begun = time.process_time()
        response = visit()
        times.append((time.process_time() - begun) * 1000)
        assert response.status_code in (200, 302), response.status_code
    return statistics.median(times)


def with_large_draft(app: Flask) -> int:
    editor = make_staff(app, "manager")
    with app.app_context():
        session = database.writing(database.session())
        version = make_version(session)
        draft = drafts.start(session, editor, large_form(), NOON, base=version)
        session.commit()
        return draft.id


def visits(staff: Staff, draft: str, token: str) -> dict[str, Callable[[], Any]]:
    """The pages, and the steps that people take all the time."""
    question = f"{draft}/questions/A1.2_3"

    def press(path: str, **fields: str) -> Callable[[], Any]:
        def visit() -> Any:
            return staff.client.post(path, data={"csrf_token": token, **fields}, buffered=True)

        return visit

    def seen(part: str) -> str:
        page = staff.get(draft).text
        return page.split(f'name="seen.{part}" value="')[1].split('"')[0]

    def moved() -> Any:
        drafting._read.cache_clear()  # As for a content that nobody has seen yet.
        return staff.client.post(f"{draft}/order", data=next(steps), buffered=True)

    def step(do: str) -> dict[str, str]:
        return {"csrf_token": token, "do": f"{do}:A1_3:A1.2_3", "seen.A1_3": seen("A1_3")}

    first = step("down")
    staff.client.post(f"{draft}/order", data=first)
    # What the person saw is the same before every second step, so it is looked up only once.
    steps = itertools.cycle([step("up"), first])

    return {
        "outline": lambda: staff.get(draft),
        "question form": lambda: staff.get(question),
        "form again (a button)": press(question, do="line-add", kind="rated", code="A1.2_3"),
        MOVED: moved,
        AFTER_A_MOVE: lambda: staff.get(draft),
        "head": lambda: staff.get(f"{draft}/head"),
        "compare": lambda: staff.get(f"{draft}/compare"),
        "preview": lambda: staff.get(f"{draft}/preview"),
        "frame of the preview": lambda: staff.get(f"{draft}/preview/form?lang=vi"),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'editor.sqlite'}"
        database.upgrade(url)
        app = create_app(make_settings(folder, url))
        draft = f"/design/drafts/{with_large_draft(app)}"
        staff = Staff(app, "manager@example.vn")
        token = staff.get("/start").text
        page = staff.client.get("/start", follow_redirects=True).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        slow = []
        found = visits(staff, draft, token)
        for what, visit in found.items():
            took = measured(visit, found[MOVED] if what == AFTER_A_MOVE else None)
            print(f"{what:34} {took:7.1f} ms")
            slow += [what] if took > LIMIT_MS else []
        app.extensions["engine"].dispose()
    print(f"{QUESTIONS} questions; limit {LIMIT_MS} ms a page; above it: {', '.join(slow) or 'none'}")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
