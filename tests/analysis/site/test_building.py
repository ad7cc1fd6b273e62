"""The folder of the site: whole or not at all, the same bytes from the same releases, nothing that is not public."""

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.site.building import build
from analysis.site.published import UnusableRelease
from tests.analysis.site.places import change_rows, make_published, publish

ALLOWED = {".html", ".css", ".svg", ".xml", ".csv", ".json", ".jsonld", ".gz"}
ORIGIN = "https://hailong.example.vn"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_releases_give_the_same_bytes_in_one_folder(releases: Path, tmp_path: Path) -> None:
    build(releases, tmp_path / "one", ORIGIN)
    first = (tmp_path / "one").readlink()
    build(releases, tmp_path / "one", ORIGIN)
    build(releases, tmp_path / "two", ORIGIN)

    assert (tmp_path / "one").readlink() == first
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")


def test_nothing_but_public_files_is_copied(public: Path) -> None:
    for name, content in _bytes(public).items():
        assert Path(name).suffix in ALLOWED, name
        assert b"SECRET" not in content, name
    named = {
        path.name for path in public.rglob("*") if path.is_file() and "files" in path.parts and path.suffix != ".gz"
    }
    assert {name for name in named if not name.startswith("site.")} == {
        *("figures.csv", "figures.json", "figures.schema.json", "figures.csv-metadata.json", "metadata.jsonld"),
        *("index.vi.svg", "index.en.svg"),
    }


def test_what_is_not_published_yet_is_not_there(public: Path) -> None:
    assert not (public / "ket-qua/sipas-2017/3").exists()


def test_a_new_publication_replaces_the_site_in_one_step(tmp_path: Path) -> None:
    make_published(tmp_path / "releases" / "one", number_of_units=3)
    build(tmp_path / "releases", tmp_path / "public", ORIGIN)
    before = (tmp_path / "public").resolve()
    make_published(tmp_path / "releases" / "two", 2, number_of_units=3, verdict="not_met")
    build(tmp_path / "releases", tmp_path / "public", ORIGIN)

    assert (tmp_path / "public").resolve() != before
    assert before.is_dir()  # For whoever is reading it.
    assert (tmp_path / "public/ket-qua/sipas-2017/2/index.html").is_file()


def test_figures_that_are_not_those_approved_stop_the_site_and_the_old_one_stays(tmp_path: Path) -> None:
    folder = make_published(tmp_path / "releases" / "one", number_of_units=3)
    build(tmp_path / "releases", tmp_path / "public", ORIGIN)
    before = _bytes(tmp_path / "public")
    change_rows(folder, lambda row: row | {"estimate": "99.0"} if row["code"] == "index" else row)

    with pytest.raises(UnusableRelease, match="other figures than were approved"):
        build(tmp_path / "releases", tmp_path / "public", ORIGIN)
    assert _bytes(tmp_path / "public") == before


def test_two_releases_with_one_number_are_refused(tmp_path: Path) -> None:
    make_published(tmp_path / "releases" / "one", number_of_units=3)
    make_published(tmp_path / "releases" / "two", number_of_units=3)

    with pytest.raises(UnusableRelease, match="same number"):
        build(tmp_path / "releases", tmp_path / "public", ORIGIN)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "mine.txt").write_text("mine")

    with pytest.raises(UnusableRelease, match="files of others"):
        build(tmp_path / "releases", tmp_path / "public", ORIGIN)


def test_the_command_says_in_a_sentence_what_is_wrong(tmp_path: Path) -> None:
    folder = make_published(tmp_path / "releases" / "one", number_of_units=3)
    publish(folder, release_hash="0" * 64)
    command = [sys.executable, "-m", "analysis.site", str(tmp_path / "releases"), "--out", str(tmp_path / "public")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_an_empty_site_can_be_built(tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()

    assert build(tmp_path / "releases", tmp_path / "public", ORIGIN) == 0
    assert "Chưa có kết quả" in (tmp_path / "public/ket-qua/index.html").read_text()
