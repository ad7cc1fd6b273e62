"""The short form of `benchmarks/tablet_days.py`: browsers and a server are killed, and answered is still stored."""

from pathlib import Path

from benchmarks import tablet_days, tablet_office


def test_what_tablets_answered_is_what_is_stored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    office, tablets = tablet_office.make_office(tmp_path, url, tablets=2, cases=30, kills=6)
    office.site.start()
    try:
        tablet_days.run_tablets(office, tablets, seed=1, at_once=2, say=lambda _text: None)
        found = tablet_office.compare(office, tablets)
    finally:
        office.site.stop()

    assert sum(tablet.met["browser killed"] + tablet.met["tab killed"] for tablet in tablets) == 6
    assert found.pop("answered") == found.pop("stored") == 60
    assert set(found.values()) == {0}
