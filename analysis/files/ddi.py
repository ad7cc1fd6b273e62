"""Describes the file of responses in DDI Codebook 2.5, which data archives read. Element order is the standard's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from analysis.files import words
from analysis.files.codebook import Entry
from analysis.files.rows import Rows
from questionnaires.texts import Text

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
CONTINUOUS = ("number", "real", "day")
Element = Any  # lxml has no types of its own.


def write(found: Sequence[Entry], rows: Rows, context: Mapping[str, Any], file: Path) -> None:
    root = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE}, version="2.5", attrib={LANGUAGE: "vi"})
    _study(_in(root, "stdyDscr"), rows, context)
    _file(_in(root, "fileDscr", ID="F1"), rows, found)
    data = _in(root, "dataDscr")
    for number, entry in enumerate(found, 1):
        _variable(data, number, entry)
    etree.ElementTree(root).write(str(file), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _in(parent: Element, tag: str, content: str = "", **attributes: str) -> Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", **attributes)
    element.text = content or None
    return element


def _both(parent: Element, tag: str, content: Text) -> None:
    for language in ("vi", "en"):
        _in(parent, tag, content[language]).set(LANGUAGE, language)


def _study(study: Element, rows: Rows, context: Mapping[str, Any]) -> None:
    survey = context["survey"]
    citation = _in(study, "citation")
    title = _in(citation, "titlStmt")
    _in(title, "titl", rows.title)
    _in(title, "parTitl", _marked(survey["name"]["en"], rows)).set(LANGUAGE, "en")
    _in(title, "IDNo", rows.extract.manifest["extract_hash"], agency="sha256")
    _in(_in(citation, "rspStmt"), "AuthEnty", survey["owner"]["vi"])
    about = _in(study, "stdyInfo")
    for note in words.NOTES:
        _both(about, "abstract", note)
    described = _in(about, "sumDscr")
    _in(described, "timePrd", survey["period"]["from"], event="start", date=survey["period"]["from"])
    _in(described, "timePrd", survey["period"]["to"], event="end", date=survey["period"]["to"])
    _in(described, "nation", "Việt Nam", abbr="VN")
    _both(described, "dataKind", words.SIMULATED if rows.simulated else words.REAL)
    collected = _in(_in(study, "method"), "dataColl")
    _both(collected, "sampProc", Text(**context["method"]["design"]))
    _in(collected, "collMode", survey["method"]["vi"])
    _both(collected, "weight", words.FIXED["design_weight"])


def _marked(title: str, rows: Rows) -> str:
    return f"{title} – {words.SIMULATED.en}" if rows.simulated else title


def _file(described: Element, rows: Rows, found: Sequence[Entry]) -> None:
    about = _in(described, "fileTxt")
    _in(about, "fileName", "responses.csv")
    size = _in(about, "dimensns")
    _in(size, "caseQnty", str(rows.extract.manifest["responses"]))
    _in(size, "varQnty", str(len(found)))
    _in(about, "fileType", "text/csv; charset=utf-8")


def _variable(data: Element, number: int, entry: Entry) -> None:
    one = entry.variable
    kind = "contin" if one.kind in CONTINUOUS else "discrete"
    variable = _in(data, "var", ID=f"V{number}", name=one.name, files="F1", intrvl=kind)
    if one.name == "design_weight":
        variable.set("wgt", "wgt")
    elif one.question:
        variable.set("wgt-var", "V1")
    _both(variable, "labl", one.label)
    if one.asks:
        question = _in(variable, "qstn")
        _both(question, "qstnLit", one.asks)
    _in(variable, "sumStat", str(entry.responses), type="vald")
    for code in entry.codes:
        category = _in(variable, "catgry", missing="Y" if code.is_missing else "N")
        _in(category, "catValu", str(code.code))
        _both(category, "labl", code.label)
        _in(category, "catStat", str(code.responses), type="freq")
    _in(variable, "varFormat", type="character" if one.kind == "text" else "numeric")
