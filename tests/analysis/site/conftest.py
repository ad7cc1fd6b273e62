"""One site of three indices, one of them corrected: made once, read by many tests."""

import json
from pathlib import Path

import pytest

from analysis.site.building import build
from tests.analysis.site.places import change_context, make_published, publish


@pytest.fixture(scope="package")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "releases"
    make_published(folder / "old", state="replaced", record={"corrected_by": 2})
    make_published(folder / "new", 2, verdict="undecided")
    context = json.loads((folder / "old" / "context.json").read_text())
    changed = [{"id": "probability/overall/index/all/all", "old": 84.3, "new": 80.6}]
    before = {"number": 1, "published_at": "2017-11-20T03:00:00+00:00", "why": "Nhập nhầm quyền số", "changes": changed}
    reply = {
        "office": "UBND xã Thọ Hải",
        "unit": "15520",
        "text": "Đã <b>bố trí</b> thêm.\nXin cảm ơn.",
        "received_on": "2017-11-10",
    }
    publish(folder / "new", 2, corrects=before, replies=[reply], conclusions=["Người dân hài lòng hơn."])
    for place, slug, instrument in (("y", "y-te-2017", "yte_noitru"), ("nested/g", "giao-duc-2017", "gd_thpt")):
        make_published(folder / place, instrument=instrument, number_of_units=5)
        change_context(folder / place, lambda found, slug=slug: found["survey"].update(slug=slug))  # type: ignore[misc]
        publish(folder / place)
    make_published(folder / "draft", 3, state="shown")
    assert context["survey"]["slug"] == "sipas-2017"
    return folder


@pytest.fixture(scope="package")
def public(releases: Path) -> Path:
    out = releases.parent / "public"
    build(releases, out, "https://hailong.example.vn")
    return out
