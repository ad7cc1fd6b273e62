"""Every figure on every page is that of figures.csv; pages are whole, small, and need nothing foreign."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html

from analysis.site.pages import Site, pages
from analysis.site.published import publications
from tests.analysis.site.places import by_id, change_context, make_published, publish

KILOBYTE = 1024
HEADS = {"vi": "ket-qua", "en": "en/results"}
WEIGHTED = {"rule": "weighted", "weights": {"dot-1": 12500.25}}
FOLDERS = {("sipas-2017", 1): "old", ("sipas-2017", 2): "new", ("y-te-2017", 1): "y", ("giao-duc-2017", 1): "nested/g"}


def _pages(public: Path) -> list[Path]:
    return sorted(public.rglob("*.html"))


def _folder_of(page: Path, public: Path, element: html.HtmlElement) -> str:
    """The release that a figure on a page must come from: the page's own, or the one that the row names."""
    named = element.xpath("ancestor::*[@data-publication]/@data-publication")
    if named:
        survey, number = named[0].split("/")
        return FOLDERS[survey, int(number)]
    parts = page.relative_to(public).parts
    survey = next((part for part in parts if any(part == one for one, _ in FOLDERS)), "")
    if not survey:  # The start page: the newest number of the survey to which the section leads.
        there = element.xpath("ancestor::section//p[@class='name']/a/@href")[0]
        survey = there.strip("/").split("/")[-1]
    numbers = [number for one, number in FOLDERS if one == survey]
    after = parts[parts.index(survey) + 1] if survey in parts else ""
    number = int(after) if after.isdecimal() else max(numbers)
    before = element.xpath("ancestor::*[@data-number]/@data-number")
    return FOLDERS[survey, int(before[0]) if before else number]


def _figures(page: Path, public: Path) -> Iterator[tuple[str, str, str, str]]:
    for element in html.fromstring(page.read_text()).xpath("//*[@data-id]"):
        id, _, part = element.get("data-id").rpartition("#")
        yield _folder_of(page, public, element), id, part, element.text_content()


def test_every_figure_on_every_page_is_that_of_the_release_to_the_last_digit(public: Path, releases: Path) -> None:
    tables = {name: by_id(releases / name / "figures.csv") for name in set(FOLDERS.values())}
    texts = {name: json.loads((releases / name / "display.json").read_text()) for name in set(FOLDERS.values())}
    checked = 0
    for page in _pages(public):
        language = "en" if "en" in page.relative_to(public).parts[:1] else "vi"
        for folder, id, part, text in _figures(page, public):
            row = tables[folder][id]
            if part in ("n", "base"):
                assert text == f"{int(row[part]):,}".replace(",", "." if language == "vi" else ","), (page, id)
            else:
                assert text == texts[folder][id][part][language], (page, id)
                assert round(float(row[part]), 2) == pytest.approx(float(text.replace(",", ".")), abs=0.005)
            checked += 1

    assert checked > 3_000


def test_no_percentage_stands_on_a_page_without_its_id(public: Path) -> None:
    """What is left when all figures with an id are taken out are settings: the target, the level of the interval."""
    for page in _pages(public):
        tree = html.fromstring(page.read_text())
        for element in tree.xpath("//*[@data-id]"):
            element.text = ""
        left = set(re.findall(r"\d+[.,]\d+", "".join(tree.xpath("//main")[0].itertext())))
        for element in tree.xpath("//main//code"):
            left -= set(re.findall(r"\d+[.,]\d+", element.text_content()))

        assert {found for found in left if not re.fullmatch(r"\d+[.,]\d{3}", found)} - {"1.0", "1.1"} == set(), page


def test_the_page_on_method_prints_the_stated_weights_of_waves(tmp_path: Path) -> None:
    folder = make_published(tmp_path / "one", number_of_units=1)
    change_context(folder, lambda found: found["survey"].update(combination=WEIGHTED))
    publish(folder)
    site = Site(publications(tmp_path), "https://hailong.example.vn", "/site.css")
    said = {page.path: page.content for page in pages(site) if 'data-context="survey/combination' in page.content}
    shown = {path: html.fromstring(page).xpath("//td[@data-context]/text()") for path, page in said.items()}

    assert sorted(shown.values()) == [["12500,25"], ["12500.25"]]
    assert any("The stated weights by which the waves are combined" in page for page in said.values())


def test_a_picture_shows_the_figures_in_its_words(public: Path, releases: Path) -> None:
    texts = json.loads((releases / "new" / "display.json").read_text())["probability/overall/index/all/all"]
    page = html.fromstring((public / "ket-qua/sipas-2017/index.html").read_text())
    words = page.xpath("//*[name()='svg'][@role='img']/@aria-label")[0]
    alone = ElementTree.parse(public / "ket-qua/files/sipas-2017/2/index.vi.svg").getroot()

    for part in ("estimate", "low", "high"):
        assert texts[part]["vi"] in words
        assert texts[part]["vi"] in "".join(alone.itertext())
    assert "MÔ PHỎNG" in "".join(alone.itertext())


def test_pages_exist_in_both_languages_and_link_to_each_other(public: Path) -> None:
    pages = _pages(public)
    known = {f"/{page.parent.relative_to(public)}/" for page in pages}
    files = {f"/{path.relative_to(public)}" for path in public.rglob("*") if path.is_file()}
    assert len([page for page in known if page.startswith("/en/results/")]) * 2 == len(known)

    for page in pages:
        tree = html.fromstring(page.read_text())
        for address in tree.xpath("//a/@href | //link[@rel='stylesheet']/@href"):
            path = address.partition("#")[0].removeprefix("https://hailong.example.vn")
            assert not path or path in known or path in files, (page, address)


def test_pages_load_nothing_foreign_and_nothing_that_runs(public: Path) -> None:
    for page in _pages(public):
        text = page.read_text()
        tree = html.fromstring(text)

        assert tree.xpath("//script | //@style | //style | //img | //form | //object") == [], page
        assert not re.search(r"\son[a-z]+=", text)
        loaded = tree.xpath("//link[not(@rel='canonical' or @rel='alternate' or @href='data:,')]/@href")
        assert [address.startswith("/ket-qua/files/site.") for address in loaded] == [True], page
        policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy


def test_every_page_carries_what_it_was_made_from(public: Path, releases: Path) -> None:
    for (survey, number), folder in FOLDERS.items():
        manifest = json.loads((releases / folder / "manifest.json").read_text())
        for head in HEADS.values():
            for page in (public / head / survey / str(number)).rglob("*.html"):
                if page.parent.name not in ("nhung", "embed"):
                    text = page.read_text()
                    assert manifest["release_hash"] in text
                    assert manifest["extract_hash"] in text
                    assert "korn_graubard_capped" in text


def test_simulated_data_say_so_on_every_page(public: Path) -> None:
    for page in _pages(public):
        assert re.search("SỐ LIỆU MÔ PHỎNG|SIMULATED DATA", page.read_text()), page


def test_an_undecided_index_cannot_be_read_as_met(public: Path) -> None:
    card = html.fromstring((public / "ket-qua/sipas-2017/2/index.html").read_text()).xpath("//*[@class='says']")[0]
    english = (public / "en/results/sipas-2017/2/index.html").read_text()

    assert card.text_content().startswith("Chưa đủ cơ sở kết luận")
    assert "This is neither “met” nor “not met”" in english


def test_a_correction_says_what_changed_and_the_old_page_says_it_was_corrected(public: Path) -> None:
    old = (public / "ket-qua/sipas-2017/1/index.html").read_text()
    new = html.fromstring((public / "ket-qua/sipas-2017/2/index.html").read_text())
    latest = (public / "ket-qua/sipas-2017/index.html").read_text()
    cells = new.xpath("//table[contains(., 'Mã số liệu')]//td")

    assert "Bản này đã được đính chính" in old
    assert 'href="/ket-qua/sipas-2017/2/"' in old
    assert [cell.text_content() for cell in cells] == ["84,30%", "80,60%"]
    assert "Nhập nhầm quyền số" in latest
    assert 'rel="canonical" href="https://hailong.example.vn/ket-qua/sipas-2017/2/"' in latest
    assert "Nhập nhầm quyền số" in (public / "en/results/corrections/index.html").read_text()


def test_replies_are_printed_as_they_stand_and_harmless(public: Path) -> None:
    page = (public / "ket-qua/sipas-2017/2/tra-loi/index.html").read_text()

    assert "UBND xã Thọ Hải" in page
    assert "Đã &lt;b&gt;bố trí&lt;/b&gt; thêm." in page


def test_tables_have_captions_and_scopes(public: Path) -> None:
    for page in _pages(public):
        tree = html.fromstring(page.read_text())
        assert len(tree.xpath("//h1")) == 1, page
        assert tree.xpath("//table[not(caption)] | //th[not(@scope)]") == [], page
        assert len(tree.xpath("//@id")) == len(set(tree.xpath("//@id")))


def test_pages_keep_their_byte_budget(public: Path) -> None:
    """Over the wire, with the stylesheet, on a first visit: 41 units with intervals and two verdicts in under 14 KB."""
    style = next((public / "ket-qua/files").glob("site.*.css.gz")).stat().st_size
    for page in _pages(public):
        packed = page.with_name("index.html.gz")
        size = (packed if packed.exists() else page).stat().st_size
        assert size + style < 14 * KILOBYTE, page
        assert page.stat().st_size < 100 * KILOBYTE


def test_feeds_name_every_publication_once(public: Path) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(public / "ket-qua/feed.xml").getroot()
    entries = feed.findall(f"{atom}entry")
    links = [entry.find(f"{atom}link").get("href") for entry in entries]  # type: ignore[union-attr]
    places = ElementTree.parse(public / "ket-qua/sitemap.xml").getroot()

    assert len(entries) == 4
    assert links[0] == "https://hailong.example.vn/ket-qua/sipas-2017/2/"
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == 4
    assert len(places) == len(_pages(public))
