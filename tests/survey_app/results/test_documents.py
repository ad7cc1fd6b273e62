"""The documents written anew: a process whose progress is seen, which can be cancelled and then has harmed nothing."""

import json
import time
from pathlib import Path

import docx
import pytest
from flask import Flask

from analysis.release import write_manifest
from survey_app import analysis_door, background, releases
from survey_app.publishing import documents
from tests.staff import signed_in
from tests.survey_app.results.folders import make_release_folder

NAME = "release-1"
KEY = analysis_door.documents_key(NAME)


@pytest.fixture
def folder(console_app: Flask) -> Path:
    settings = console_app.config["SETTINGS"]
    made = make_release_folder(settings.releases / NAME, number_of_units=3)
    (made / "publication.json").write_text('{"state": "draft"}')
    return made


def _publish(folder: Path) -> str:
    """A correction that is public, told to the analysis."""
    changed = {"id": "probability/overall/index/all/all", "old": "84,29", "new": "84,30"}
    corrects = {
        "number": 1,
        "document_number": "7/BC",
        "published_at": "2026-11-30T09:00:00+07:00",
        "why": "Nhập nhầm.",
    }
    told = {
        **{"format": "hailong-publication/1", "survey": "sipas-2017", "number": 2, "state": "published"},
        **{"release_hash": json.loads((folder / "manifest.json").read_text())["release_hash"], "matches": False},
        **{"document_number": "12/BC-PNV", "document_day": "2026-12-04", "approved_by": "Trần Bình"},
        **{"approved_at": None, "reply_until": "2026-12-03", "conclusions": ["Một câu."], "corrected_by": None},
        **{"published_at": "2026-12-04T09:00:00+07:00", "corrects": {**corrects, "changes": [changed]}},
        "replies": [{"office": "xã Thọ Hải", "unit": None, "text": "Đồng ý.", "received_on": "2026-12-01"}],
    }
    (folder / "publication.json").write_text(json.dumps(told))
    return (folder / "publication.json").read_text()


def _until(releases_folder: Path, *states: str) -> analysis_door.Run:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        run = analysis_door.last(releases_folder, KEY)
        if run is not None and run.state in states and (run.state != "running" or run.progress):
            return run
        time.sleep(0.05)
    raise AssertionError(f"the run is never {states}")


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_documents_are_written_anew_and_the_figures_stay(console_app: Flask, folder: Path) -> None:
    analyst, told = signed_in(console_app, "analyst"), _publish(folder)
    before = json.loads((folder / "manifest.json").read_text())
    page = analyst.post(f"/results/{NAME}/documents", follow=True)
    run = _until(folder.parent, "finished", "failed")
    after = json.loads((folder / "manifest.json").read_text())

    assert "Đang lập tài liệu" in page.text
    assert page.headers["Refresh"] == "3"
    assert (run.state, run.sentence) == ("finished", "")
    assert (after["release_hash"], after["frozen_at"]) == (before["release_hash"], before["frozen_at"])
    assert (folder / "report.pdf").read_bytes()[:4] == b"%PDF"
    found = releases.find(folder.parent, NAME)
    assert found is not None
    assert found.changed_files() == []
    assert (folder / "publication.json").read_text() == told
    assert not list(folder.parent.glob(".runs/documents/*"))
    text = "".join(docx.Document(str(folder / "report.docx")).element.body.itertext())
    pages = [page.read_text() for page in console_app.config["SETTINGS"].public.rglob("*.html")]
    assert [words in text for words in ("Nhập nhầm.", "7/BC", "KHÔNG CÒN KHỚP")] == [True] * 3
    assert any("Nhập nhầm." in page for page in pages)
    assert any("không còn khớp với các phiếu" in page for page in pages)


def test_a_cancelled_run_ends_and_leaves_the_documents_as_they_were(
    console_app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # An analysis that is never done: it writes half a report, then waits.
    stub = tmp_path / "stub" / "sitecustomize.py"
    stub.parent.mkdir()
    stub.write_text(
        "import sys\n"
        "if 'analysis.report' in ' '.join(sys.orig_argv):\n"
        "    import pathlib, time\n"
        "    pathlib.Path(sys.orig_argv[-1], 'report.docx').write_text('half')\n"
        "    time.sleep(600)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(stub.parent), prepend=":")
    analyst, before = signed_in(console_app, "analyst"), _contents(folder)
    analyst.post(f"/results/{NAME}/documents")
    half, until = folder.parent / ".runs" / "documents" / NAME / "report.docx", time.monotonic() + 120
    while not (half.exists() and half.read_bytes() == b"half") and time.monotonic() < until:
        time.sleep(0.1)
    worker, _host = background.holder(folder.parent / ".runs" / f"{KEY}.lock")
    again = analyst.post(f"/results/{NAME}/documents", follow=True)
    cancelled = analyst.post(f"/results/{NAME}/documents/cancel", follow=True)

    assert "đang được lập" in again.text
    assert "Đã hủy" in cancelled.text
    assert worker
    assert not Path(f"/proc/{worker}").exists()
    assert _contents(folder) == before
    assert not list(folder.parent.glob(".runs/documents/*"))
    assert "không còn gì để hủy" in analyst.post(f"/results/{NAME}/documents/cancel", follow=True).text


def test_a_run_that_has_not_yet_said_anything_is_cancelled_at_once(
    console_app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a busy machine a process takes many seconds to read its code."""
    (tmp_path / "slow").mkdir()
    slow = "import sys, time\nif 'survey_app.analysis_door' in sys.orig_argv:\n    time.sleep(600)\n"
    (tmp_path / "slow" / "sitecustomize.py").write_text(slow)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "slow"), prepend=":")
    analyst, before = signed_in(console_app, "analyst"), _contents(folder)
    analyst.post(f"/results/{NAME}/documents")
    worker, _host = background.holder(folder.parent / ".runs" / f"{KEY}.lock")
    cancelled = analyst.post(f"/results/{NAME}/documents/cancel", follow=True)

    assert "Đã hủy" in cancelled.text
    assert not Path(f"/proc/{worker}").exists()
    assert _contents(folder) == before


def test_the_manifest_takes_its_place_last(folder: Path) -> None:
    draft = documents.copy_of(folder)
    count = documents.counter(draft)
    before = count()
    (draft / "report.pdf").write_bytes(b"another document")
    (draft / "publication.json").write_text("{}")
    manifest = json.loads((folder / "manifest.json").read_text())
    write_manifest(draft, manifest, releases.find(folder.parent, NAME).frozen_at)  # type: ignore[union-attr]

    assert (before.split("/")[0], count().split("/")[0]) == ("0", "1")
    documents.put_in_place(draft, folder)
    found = releases.find(folder.parent, NAME)
    assert found is not None
    assert found.changed_files() == []
    assert (folder / "report.pdf").read_bytes() == b"another document"
    assert (folder / "publication.json").read_text() == '{"state": "draft"}'
