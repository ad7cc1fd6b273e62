"""Writes the whole public site beside the old one and swaps the two in one step; the same releases, the same bytes.

Only what is named here reaches the folder: pages, open data, pictures and feeds made from public figures. Files of a
release (answers of single people, weights, cases) are never copied.
"""

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from analysis.report.words import SIMULATED
from analysis.site import addresses, open_data, pictures
from analysis.site.pages import Page, Site, Voice, environment, pages
from analysis.site.published import Publication, UnusableRelease, publications
from questionnaires.model import LANGUAGES, Language

CSS = Path(__file__).parent / "site.css"
KEPT = 2  # Folders: the one that is served, and the one before for whoever is reading it.
SHORTEST = 600  # Below this compression saves nothing.
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def build(releases: Path, out: Path, origin: str) -> int:
    """Writes the site of all published releases to `out`, a link to a folder beside it; how many there are."""
    found = publications(releases)
    for one in found:
        if one.survey in addresses.RESERVED or not SLUG.fullmatch(one.survey):
            raise UnusableRelease(f"a survey cannot be published under the name {one.survey}; give it another")
    stylesheet = CSS.read_text("utf-8")
    name = f"site.{hashlib.sha256(stylesheet.encode()).hexdigest()[:10]}.css"
    site = Site(found, origin.rstrip("/"), f"{addresses.FILES}/{name}")
    content = {page.path: page.content for page in _everything(site)}
    content[f"{addresses.FILES}/{name}".lstrip("/")] = stylesheet
    _put_in_place(content, out)
    return len(found)


def _everything(site: Site) -> Iterator[Page]:
    made = list(pages(site))
    yield from made
    for one in site.publications:
        for name, content in (*open_data.files(one, site.origin), *_pictures(one)):
            yield Page(addresses.file(one.survey, one.number, name).lstrip("/"), content)
    yield from _feeds(site)
    places = sorted(f"/{page.path.removesuffix('index.html')}" for page in made)
    text = environment().get_template("sitemap.xml").render(site=site, addresses=places)
    yield Page(f"{addresses.ROOTS['vi']}/sitemap.xml".lstrip("/"), text)


def _feeds(site: Site) -> Iterator[Page]:
    template = environment().get_template("feed.xml")
    newest = sorted(site.publications, key=lambda one: (one.published_at, one.survey, one.number), reverse=True)
    for language in LANGUAGES:
        voice = Voice(language)
        text = template.render(
            site=site,
            newest=newest,
            language=language,
            v=voice,
            t=voice.say,
            to=lambda *parts, language=language: addresses.page(language, *parts),
        )
        yield Page(f"{addresses.ROOTS[language]}/feed.xml".lstrip("/"), text)


def _pictures(one: Publication) -> Iterator[tuple[str, Markup]]:
    for language in LANGUAGES:
        yield f"index.{language}.svg", _picture(one, language)


def _picture(one: Publication, language: Language) -> Markup:
    voice, index, release = Voice(language), one.release.index, one.release
    kind = index.kind if index else ""
    lines = [voice.headline(one, kind)]
    if index is not None and index.id in release.display:
        texts = {part: found[language] for part, found in release.display[index.id].items()}
        lines.insert(0, f"{texts['estimate']}%")
        if "low" in texts:
            lines.append(voice.say("Khoảng tin cậy", "Confidence interval") + f": {texts['low']} – {texts['high']}%")
    if release.simulated:
        lines.append(voice.say(SIMULATED, "SIMULATED DATA – not real results"))
    alt = voice.alt(one, index) if index else voice.headline(one, kind)
    return pictures.alone(one.instrument(language).index.name[language], lines, index, release.target, alt)


def _put_in_place(content: dict[str, str], out: Path) -> None:
    """A folder named by its content, and then the link: at no moment is half a site served."""
    digest = hashlib.sha256()
    for path, text in sorted(content.items()):
        digest.update(f"{path}\0{text}\0".encode())
    folder = out.with_name(f".{out.name}-{digest.hexdigest()[:16]}")
    if not folder.is_dir():
        draft = out.with_name(f".{out.name}-draft-{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            for path, text in content.items():
                _write(draft / path, text.encode())
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    _link(folder, out)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    if len(content) >= SHORTEST:
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def _link(folder: Path, out: Path) -> None:
    if out.exists() and not out.is_symlink():
        if any(out.iterdir()):
            raise UnusableRelease(f"{out} is a folder with files of others; name another place for the site")
        out.rmdir()
    draft = out.with_name(f".{out.name}-link-{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(folder.name)
    os.utime(folder)
    draft.replace(out)
    others = [path for path in out.parent.glob(f".{out.name}-*") if path.is_dir() and not path.is_symlink()]
    for old in sorted(others, key=lambda path: path.stat().st_mtime_ns, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
