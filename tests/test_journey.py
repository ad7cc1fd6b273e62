"""The whole story: scan, answer, extract, analysis, release, page, documents; and the truth of simulated people.

The simulated wave is kept by the same rules as over HTTP, but without HTTP between, so that the story stays short;
`hailong demo` sends the same forms through the pages.
"""

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask.testing import FlaskClient

from questionnaires import loader
from survey_app import accounts, clock, database, extract, surveys
from survey_app.proofs import slips
from survey_app.simulation import forms, population, truth
from survey_app.simulation.scenarios import SIPAS
from survey_app.simulation.send import read_forms
from tests import simulated
from tests.analysis.test_replication import why_no_r
from tests.conftest import make_app
from tests.factories import NOON, make_point

pytestmark = pytest.mark.slow
PASSWORD = "a password for tests"
NUMBER = r"\d{1,3},\d{2,}"


@dataclass(frozen=True)
class Release:
    """What `python -m analysis` made of an extract, and what is known to be true."""

    app: Flask
    folder: Path
    known: truth.Truth | None = None

    @property
    def figures(self) -> dict[str, dict[str, str]]:
        with (self.folder / "figures.csv").open(encoding="utf-8") as file:
            return {row["id"]: row for row in csv.DictReader(file)}

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def omitted(self, domain_type: str, domain: str) -> set[str]:
        """The items that the base rule leaves out of the index of this domain."""
        return {
            entry["item"]
            for entry in self.json("context.json")["omissions"]
            if (entry["series"], entry["domain_type"], entry["domain"]) == ("probability", domain_type, domain)
        }

    def shown(self, figure: str) -> tuple[str, str, str]:
        texts = self.json("display.json")[figure]
        return texts["estimate"]["vi"], texts["low"]["vi"], texts["high"]["vi"]


def analyse(folder: Path, release: Path, *options: str) -> None:
    command = [sys.executable, "-m", "analysis", folder, "--out", release, *options]
    subprocess.run(command, check=True, capture_output=True)


def replicate(release: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """What R says of the release's replication pack."""
    with zipfile.ZipFile(release / "files" / "replication.zip") as pack:
        pack.extractall(folder)
    command = ["Rscript", folder / "replicate.R", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def sign_in(app: Flask, role: str) -> FlaskClient:
    with app.app_context():
        session = database.session()
        accounts.add_user(session, f"{role}@test.vn", PASSWORD, (role,))
        session.commit()
    client = app.test_client()
    (form,) = [form for form in read_forms(client.get("/login").text) if "/login" in form.action]
    client.post(form.action, data=form.hidden | {"email": f"{role}@test.vn", "password": PASSWORD})
    return client


def figures_on_page(app: Flask, name: str) -> Mapping[tuple[str, str], str]:
    """Every figure of the release's page, as the page itself names it."""
    page = sign_in(app, "analyst").get(f"/results/{name}").text
    return {
        (figure, part): text.strip() for figure, part, text in re.findall(r'data-figure="([^"#]+)#(\w+)">([^<]*)', page)
    }


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    folder = tmp_path_factory.mktemp("simulation")
    app = make_app(folder, f"sqlite:///{folder / 'simulated.sqlite'}")
    with app.app_context():
        session = database.session()
        field, wave = simulated.make_field(session, SIPAS)
        simulated.answer(session, field, wave)
        extract.write(session, wave.survey, folder / "extract", NOON)
    release = app.config["SETTINGS"].releases / "simulated"
    analyse(folder / "extract", release)
    yield Release(app, release, truth.of(field.instrument, field.population))
    app.extensions["engine"].dispose()


def test_what_people_scan_and_answer_is_what_the_page_shows(tmp_path: Path) -> None:
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'story.sqlite'}")
    app.config["CLOCK"] = lambda: NOON
    with app.app_context():
        point = make_point(database.session(), mode="qr_slip")
        batch, slug = slips.add_batch(database.session(), point, 60), point.wave.survey.slug
        codes = slips.codes(app.config["SETTINGS"].token_key, batch)
        database.session().commit()
    instrument = loader.load_builtin("sipas2017")
    people = population.make(instrument, ["15520"], SIPAS.profile).people()[:60]
    written = [forms.fill(instrument, person, forms.PAPER) for person in people]
    receipts = {answer(app.test_client(), f"/s/{code}", form) for code, form in zip(codes, written, strict=True)}

    with app.app_context():
        survey = surveys.find_survey(database.session(), slug)
        assert survey is not None
        extract.write(database.session(), survey, tmp_path / "extract", clock.now())
    release = Release(app, app.config["SETTINGS"].releases / "first")
    analyse(tmp_path / "extract", release.folder, "--no-documents")  # Its page is looked at, as the release has it.

    bases = {item.code: [form[item.code][0] for form in written if item.code in form] for item in instrument.items}
    shares = {code: 100 * sum(rating in "45" for rating in base) / len(base) for code, base in bases.items()}
    thin = {code for code, base in bases.items() if len(base) < instrument.formula.base_minimum}
    index = release.figures["probability/overall/index/all/all"]
    of_unit = release.figures["probability/overall/index/unit/15520"]
    page = figures_on_page(app, "first")
    assert len(receipts) == 60
    assert float(index["estimate"]) == pytest.approx(truth.mean(shares), abs=1e-8)
    assert float(of_unit["estimate"]) == pytest.approx(truth.mean(shares, omitted=thin), abs=1e-8)
    assert release.omitted("unit", "15520") == thin
    assert page[index["id"], "estimate"] == release.shown(index["id"])[0]


def answer(client: FlaskClient, path: str, form: forms.Form) -> str:
    """One visit: the page is fetched, its form filled in and sent; returns the receipt that the thanks show."""
    (found,) = [found for found in read_forms(client.get(path).text) if "token" in found.hidden]
    sent = client.post(found.action, data=found.hidden | form)
    assert sent.status_code == 303
    receipt = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", client.get(sent.headers["Location"]).text)
    assert receipt is not None
    return receipt[0]


def test_the_truth_lies_inside_the_interval(simulation: Release) -> None:
    assert simulation.known is not None
    figures = simulation.figures

    def covered(domain_type: str, domain: str, items: Mapping[str, float]) -> bool:
        row = figures[f"probability/overall/index/{domain_type}/{domain}"]
        true = truth.mean(items, simulation.omitted(domain_type, domain))
        return float(row["low"]) <= true <= float(row["high"])

    inside = [code for code, items in simulation.known.communes.items() if covered("unit", code, items)]
    assert covered("all", "all", simulation.known.overall)
    assert len(inside) >= 36


def test_open_answers_flatter_and_stay_out_of_the_index(simulation: Release) -> None:
    assert simulation.known is not None
    rows = simulation.figures
    index, open_index = (rows[f"{series}/overall/index/all/all"] for series in ("probability", "open"))

    assert float(open_index["estimate"]) > truth.mean(simulation.known.overall) + 5
    assert open_index["verdict"] == ""
    assert index["n"] == rows["probability/overall/index/mode/tablet"]["n"]


def test_page_and_documents_show_the_same_figures_for_every_commune(simulation: Release) -> None:
    context = simulation.json("context.json")
    names = {unit["code"]: f"{unit['type']} {unit['name']}" for unit in context["units"]}
    communes = {
        row["domain"]: simulation.shown(row["id"])
        for row in simulation.figures.values()
        if row["id"].startswith("probability/overall/index/unit/")
    }
    page = figures_on_page(simulation.app, "simulated")
    word, sheet, paper = of_docx(simulation.folder), of_xlsx(simulation.folder), of_pdf(simulation.folder)

    assert len(communes) == 41
    for code, (estimate, low, high) in communes.items():
        figure, name = f"probability/overall/index/unit/{code}", names[code].lower()
        assert [page[figure, part] for part in ("estimate", "low", "high")] == [estimate, low, high]
        assert word[name] == paper[name] == (estimate, low, high)
        assert sheet[code] == pytest.approx(
            [float(simulation.figures[figure][part]) for part in ("estimate", "low", "high")]
        )


def of_docx(folder: Path) -> dict[str, tuple[str, ...]]:
    """Read from the XML: python-docx counts every row of a table for each of its cells."""
    tables = docx.Document(str(folder / "report.docx")).element.body.iter(qn("w:tbl"))
    texts = [[[_text(cell) for cell in row.iter(qn("w:tc"))] for row in table.iter(qn("w:tr"))] for table in tables]
    (rows,) = [rows for rows in texts if rows[0][6:8] == ["Khoảng tin cậy 95%", "Kết luận riêng"] and len(rows) == 42]
    return {row[1].lower(): (row[5], *row[6].split(" – ")) for row in rows[1:]}


def _text(cell: Any) -> str:
    return "".join(text.text for text in cell.iter(qn("w:t")))


def of_xlsx(folder: Path) -> dict[str, list[float]]:
    sheet = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)["Đơn vị"]
    return {str(row[0]): list(row[6:9]) for row in sheet.iter_rows(min_row=3, values_only=True)}


def of_pdf(folder: Path) -> dict[str, tuple[str, ...]]:
    document = pypdfium2.PdfDocument(folder / "report.pdf")
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    row = rf"((?:Xã|Thị trấn) [^\d]+?)\s+\d+\s+\d+\s+[\d.]+\s+({NUMBER})\s+({NUMBER}) – ({NUMBER})"
    return {" ".join(name.lower().split()): tuple(numbers) for name, *numbers in re.findall(row, text)}


def test_everything_made_of_simulated_answers_says_so(simulation: Release) -> None:
    page = sign_in(simulation.app, "manager").get("/results/simulated").text

    assert simulation.json("manifest.json")["simulated"] is True
    assert "mô phỏng" in page.lower()
    assert "MÔ PHỎNG" in pypdfium2.PdfDocument(simulation.folder / "report.pdf")[0].get_textpage().get_text_bounded()


def test_r_recomputes_every_figure_of_the_simulated_survey(simulation: Release, tmp_path: Path) -> None:
    """From the responses that the platform itself kept: strata, PSUs, weights, and open answers beside them."""
    if reason := why_no_r():
        pytest.skip(reason)
    said = replicate(simulation.folder, tmp_path)

    assert said.returncode == 0, said.stdout[-1000:] + said.stderr
    assert f"{len(simulation.figures)} figures match, 0 do not." in said.stdout
