"""Writes a codebook as a workbook, and as DDI-Codebook 2.5 for archives and statistical programs."""

from typing import Final
from xml.etree import ElementTree as ET

from questionnaires import loader
from questionnaires.exchange.codebook import Value, Variable, variables
from questionnaires.exchange.sheets_out import Cells, workbook
from questionnaires.model import LANGUAGES, Questionnaire, Text

NAMESPACE: Final = "ddi:codebook:2_5"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_VARIABLES: Final = ("name", "label_vi", "label_en", "type", "part", "base_vi", "base_en", "question_vi", "question_en")
_VALUES: Final = ("name", "value", "label_vi", "label_en", "missing")
_FILE: Final = "F1"


def sheets(instrument: Questionnaire) -> bytes:
    """One row a variable, and on a second sheet one row a value; a last one says which version this is."""
    found = variables(instrument)
    about = [
        {"field": "code", "text": instrument.code},
        {"field": "version", "text": instrument.version},
        {"field": "content_hash", "text": loader.content_hash(instrument)},
        {"field": "title_vi", "text": instrument.title.vi},
        {"field": "title_en", "text": instrument.title.en},
    ]
    return workbook(
        {
            "variables": (_VARIABLES, [_variable_cells(one) for one in found]),
            "values": (_VALUES, [_value_cells(one, value) for one in found for value in one.values]),
            "about": (("field", "text"), about),
        }
    )


def _variable_cells(variable: Variable) -> Cells:
    cells = {"name": variable.name, "type": variable.type, "part": variable.part}
    named = {"label": variable.label, "base": variable.base, "question": variable.question}
    return cells | {f"{name}_{code}": text[code] for name, text in named.items() if text for code in LANGUAGES}


def _value_cells(variable: Variable, value: Value) -> Cells:
    labels = {f"label_{language}": value.label[language] for language in LANGUAGES}
    return {"name": variable.name, "value": str(value.value), "missing": "yes" if value.missing else ""} | labels


def ddi(instrument: Questionnaire) -> bytes:
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}codeBook", {"version": "2.5", _LANG: "vi"})
    _study(root, instrument)
    file = _add(root, "fileDscr", ID=_FILE)
    _add(_add(file, "fileTxt"), "fileName", text="responses.parquet")
    data = _add(root, "dataDscr")
    found = variables(instrument)
    numbers = {variable.name: f"V{number}" for number, variable in enumerate(found, start=1)}
    for part in instrument.parts:
        members = " ".join(numbers[variable.name] for variable in found if variable.part == part.code)
        _texts(_add(data, "varGrp", ID=f"G_{part.code}", name=part.code, var=members), "labl", part.title)
    for variable in found:
        _variable(data, variable, numbers[variable.name])
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _study(root: ET.Element, instrument: Questionnaire) -> None:
    citation = _add(_add(root, "stdyDscr"), "citation")
    titles = _add(citation, "titlStmt")
    _add(titles, "titl", text=instrument.title.vi, lang="vi")
    _add(titles, "parTitl", text=instrument.title.en, lang="en")
    _add(titles, "IDNo", text=loader.content_hash(instrument), agency="hailong")
    _add(_add(citation, "verStmt"), "version", text=f"{instrument.code} {instrument.version}")


def _variable(data: ET.Element, variable: Variable, number: str) -> None:
    """The order of what is below a variable is the schema's."""
    counted = variable.type in ("integer", "number") and not variable.values
    interval = "contin" if counted else "discrete"
    weight = {"wgt": "wgt"} if variable.name == "weight" else {}
    var = _add(data, "var", ID=number, name=variable.name, files=_FILE, intrvl=interval, **weight)
    _texts(var, "labl", variable.label)
    if variable.question is not None:
        _texts(_add(var, "qstn"), "qstnLit", variable.question)
    if variable.bounds is not None:
        low, high = map(str, variable.bounds)
        _add(_add(var, "valrng"), "range", min=low, max=high)
    _texts(var, "universe", variable.base)
    for value in variable.values:
        category = _add(var, "catgry", **({"missing": "Y"} if value.missing else {}))
        _add(category, "catValu", text=str(value.value))
        _texts(category, "labl", value.label)
    date = {"category": "date"} if variable.type == "date" else {}
    _add(var, "varFormat", type="numeric" if variable.type in ("integer", "number") else "character", **date)


def _texts(parent: ET.Element, name: str, text: Text) -> None:
    for language in LANGUAGES:
        _add(parent, name, text=text[language], lang=language)


def _add(parent: ET.Element, name: str, /, text: str = "", lang: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes | ({_LANG: lang} if lang else {}))
    element.text = text or None
    return element
