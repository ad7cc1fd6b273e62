"""What killed work left behind: found and thrown away, unless somebody still works on it; and in no backup."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyrage import x25519

from benchmarks.site import ROOT, make_site
from survey_app import background, config
from survey_app.backup import archive, leftovers, sealing, taking
from survey_app.clock import utc_now
from tests.conftest import make_settings

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)


def _left(place: Path, age: timedelta) -> Path:
    """A folder, or a file, with an answer in it."""
    content = place if place.name.startswith(".responses") else place / "responses.parquet"
    content.parent.mkdir(parents=True, exist_ok=True)
    content.write_text("an answer")
    os.utime(place, ((NOW - age).timestamp(),) * 2)
    return place


def test_what_nobody_works_on_goes_and_the_rest_stays(tmp_path: Path) -> None:
    settings, hour, days = make_settings(tmp_path, ""), timedelta(hours=1), timedelta(days=2)
    extracts, releases = settings.extracts, settings.releases
    gone = [
        _left(extracts / ".snapshot-abc", hour),
        _left(extracts / ".final.draft-71", hour),
        _left(releases / ".r.draft-71", days),
        _left(releases / ".r.old-71", days),
        _left(extracts / "final" / ".responses.parquet.71", days),
        _left(settings.plans / "3" / ".bench-abc", days),
    ]
    kept = [
        _left(extracts / "final", days),
        _left(extracts / ".begun.draft-72", timedelta(seconds=5)),
        _left(releases / ".other.draft-72", hour),
        _left(releases / "r", days),
        held := _left(extracts / ".snapshot-held", days),
    ]
    os.utime(extracts / "final", ((NOW - days).timestamp(),) * 2)
    with background.held(held):
        leftovers.sweep(settings, NOW - timedelta(hours=30))  # Of work of the last day nothing is known yet.
        assert all(path.exists() for path in gone)
        os.utime(held, ((NOW - hour).timestamp(),) * 2)
        leftovers.sweep(settings, NOW)

    assert [path for path in gone if path.exists()] == []
    assert [path for path in kept if not path.exists()] == []
    leftovers.sweep(settings, NOW)
    assert not held.exists()


def test_a_backup_holds_none_of_it_and_drops_its_own_drafts(tmp_path: Path) -> None:
    site = make_site(tmp_path / "instance", f"sqlite:///{tmp_path / 'instance' / 'hailong.sqlite'}")
    settings, folder = config.read(site.environ), tmp_path / "backups"
    _left(settings.extracts / ".final.draft-71", timedelta())
    _left(settings.extracts / "final", timedelta())
    folder.mkdir()
    for name, age in (("20260101-020000.age.71", 7200), ("20260102-020000.age.72", 0)):
        draft = folder / f".hailong-{name}"
        draft.write_text("half")
        os.utime(draft, (time.time() - age,) * 2)
    identity = x25519.Identity.generate()
    file, found = taking.take(settings, folder, sealing.PublicKey(str(identity.to_public())), utc_now())

    assert [name for name in found.files if "extracts" in name] == ["extracts/final/responses.parquet"]
    assert sorted(path.name for path in folder.iterdir()) == [".hailong-20260102-020000.age.72", file.name]
    opener = sealing.PrivateKey(str(identity))
    with file.open("rb") as sealed, sealing.opened(sealed, opener) as stream:
        archive.unpack(stream, tmp_path / "unpacked")
    assert not list((tmp_path / "unpacked").rglob("*.draft-*"))


def test_a_command_that_is_told_to_end_leaves_nothing(tmp_path: Path) -> None:
    """As `docker stop` and a timer that waited long enough do; the analysis would have gone on for minutes."""
    site = make_site(tmp_path / "instance", f"sqlite:///{tmp_path / 'instance' / 'hailong.sqlite'}")
    stub, extracts = tmp_path / "stub", config.read(site.environ).extracts
    stub.mkdir()
    waiting = "if 'analysis.dashboard' in sys.orig_argv:\n    open(WORKS, 'w').close()\n    time.sleep(600)\n"
    works = tmp_path / "works"
    (stub / "sitecustomize.py").write_text(f"import sys, time\nWORKS = {str(works)!r}\n{waiting}")
    environ = {**site.environ, "PYTHONPATH": f"{stub}:{ROOT}"}
    command = [sys.executable, "-m", "survey_app", "dashboard"]
    process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 180
    while not works.exists() and time.monotonic() < until:
        time.sleep(0.05)
    there = list(extracts.glob(".snapshot-*/extract/responses.parquet"))
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=60)

    assert len(there) == 1
    assert code == 128 + signal.SIGTERM
    assert list(extracts.iterdir()) == []
