"""The page of sample sizes, with the warm worker behind it: the same numbers as the command, whatever happens to it."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner
from flask import Flask

from analysis.planning.__main__ import main as analysis_planning
from survey_app import database
from survey_app.planning import process, words
from survey_app.planning.process import PlanningFault, Worker
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.manage.plan_frames import UNITS, frame

SIZES = "/manage/waves/sipas-2026-dot-1/plan/sizes"
QUESTION = {"cells": [{"unit": "395", "size": 24000}], "allocation": {"total": 400}}
ASKED = "population=24000&psus=0&total=400&take=1"


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def worker_of_pages() -> Iterator[None]:
    """Started by the first page that asks; one for all of them, as on a server."""
    yield
    process.worker.close()


@pytest.fixture
def manager(console_app: Flask, worker_of_pages: None) -> Staff:
    with console_app.app_context():
        session = database.session()
        factories.make_wave(session)
        for code in UNITS:
            factories.make_unit(session, code)
        session.commit()
    return signed_in(console_app, "manager")


def command(question: dict[str, Any]) -> Any:
    asked = [*process.COMMAND, "size"]
    done = subprocess.run(asked, input=json.dumps(question), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def asked_here(question: dict[str, Any]) -> Any:
    """The same command in this process."""
    return json.loads(CliRunner().invoke(analysis_planning, ["size"], json.dumps(question)).stdout)


def test_the_worker_says_what_the_command_says_and_outlives_faults_and_its_own_death(worker: Worker) -> None:
    first = worker.ask(QUESTION)
    with pytest.raises(PlanningFault, match="cannot be used"):
        worker.ask({"cells": []})
    with pytest.raises(PlanningFault, match="only 10 can be drawn"):
        worker.ask({"cells": [{"unit": "a", "size": 10}], "allocation": {"total": 400}})
    running = worker._process
    assert running
    os.kill(running.pid, signal.SIGKILL)
    again = worker.ask(QUESTION)

    assert first == again == command(QUESTION)
    assert worker._process
    assert worker._process.pid != running.pid


def test_threads_get_each_their_own_answer(worker: Worker) -> None:
    totals = range(100, 900, 50)
    found: dict[int, int] = {}

    def ask(total: int) -> None:
        found[total] = worker.ask({**QUESTION, "allocation": {"total": total}})["work"]["cases"]

    threads = [threading.Thread(target=ask, args=(total,)) for total in totals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {total: total for total in totals}


def test_a_server_with_a_worker_has_loaded_no_library_of_the_analysis() -> None:
    code = (
        "import sys\nfrom survey_app import create_app\nfrom survey_app.planning.process import worker\n"
        f"print(worker.ask({QUESTION!r})['official'])\n"
        "print([m for m in ('pandas', 'numpy', 'scipy', 'analysis') if m in sys.modules])\nworker.close()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split("\n")[:2] == ["394", "[]"]


def test_the_worker_ends_with_its_server() -> None:
    code = (
        "from survey_app.planning.process import worker\n"
        f"worker.ask({QUESTION!r})\nprint(worker._process.pid, flush=True)\nimport os; os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, timeout=180)
    until = 0
    while _lives(int(done.stdout)) and until < 100:
        threading.Event().wait(0.1)
        until += 1

    assert until < 100


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_page_shows_the_numbers_of_the_command(manager: Staff) -> None:
    page = manager.get(f"{SIZES}?{ASKED}&lang=en").text
    each = [{"unit": code, "size": 6000, "psus": 0} for code in UNITS]
    effort = {"officers": 4}
    said = asked_here({"cells": each, "allocation": {"total": 400}, "effort": effort})

    assert f'id="official">{said["official"]}<' in page
    assert f"± {round(said['rows'][0]['half_width'], 1)} " in page
    assert all(sentence["en"] in page for sentence in said["sentences"])
    assert page.count("± ") == 1
    assert page.count(f'<td class="num">{said["rows"][1]["cases"]}</td>') >= len(UNITS)


def test_the_frame_of_the_plan_answers_for_itself(manager: Staff) -> None:
    manager.post("/manage/waves/sipas-2026-dot-1/plan/frame", kind="households", file=(frame("households"), "f.csv"))
    page = manager.get(f"{SIZES}?total=96&take=6&lang=vi").text

    assert 'name="population"' not in page
    assert "không thể có kết luận" in page
    assert page.count('<td class="num">240</td>') == len(UNITS)


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("", 200, "Cho biết tổng số"),
        (f"{ASKED}&cells=15520;abc", 422, "15520; abc"),
        ("population=24000&total=nhiều", 422, "Đây không phải số nguyên"),
        ("population=100&total=400&take=1", 422, "chỉ rút được 100"),
        ("cells=15520;1.200;12%0A15523;800;9&total=300&take=10", 200, "N</th>"),
    ],
)
def test_what_is_typed_is_answered_or_said_to_be_wrong(manager: Staff, asked: str, status: int, says: str) -> None:
    page = manager.get(f"{SIZES}?{asked}")

    assert page.status_code == status
    assert says in page.text


ANALYSIS = Path(__file__).parents[3] / "analysis" / "planning"
RAISED = ("CannotDraw", "CannotAllocate", "PlanFault", "BadNumber")
# What only somebody at the command line can meet.
NOT_ON_A_PAGE = ("--out and --codes", "1 is no JSON", "1 is not empty", "1 is no moment", "1; see `template")


def _sentences() -> list[str]:
    found = []
    for file in ANALYSIS.glob("**/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED:
                text = ast.unparse(node.args[0])
                found.append(re.sub(r"\{[^{}]*\}", "1", ast.literal_eval(text.removeprefix("f"))))
    return found


def test_every_sentence_of_the_analysis_has_words_on_the_page(console_app: Flask) -> None:
    with console_app.test_request_context("/?lang=vi"):
        said = {sentence: words.in_words(sentence) for sentence in _sentences()}
    unknown = [sentence for sentence, text in said.items() if "không làm được việc này" in text]

    assert len(said) > 20
    assert [sentence for sentence in unknown if not sentence.startswith(NOT_ON_A_PAGE)] == []
