"""The open data of one publication: its figures as CSV and JSON, their schema, and what describes the data set.

A figure's values are those of figures.csv, letter by letter; a row that is kept back keeps its name and loses them.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.site import addresses
from analysis.site.published import Publication

NAMES = ("id", "series", "level", "code", "domain_type", "domain")
VALUES = ("n", "base", "estimate", "se", "df", "low", "high", "deff", "verdict", "method")
COLUMNS = (*NAMES, *VALUES, "suppressed")
WHOLE_NUMBERS = ("n", "base", "suppressed")
TITLES: Mapping[str, tuple[str, str]] = {
    "id": ("Mã số liệu: loạt/cấp/mã/loại miền/miền", "Id: series/level/code/domain type/domain"),
    "series": ("Loạt số liệu", "Series"),
    "level": ("Cấp: chung, khối, yếu tố, tiêu chí, …", "Level: overall, block, factor, item, …"),
    "code": ("Mã trong phiếu khảo sát", "Code in the instrument"),
    "domain_type": ("Loại miền", "Type of domain"),
    "domain": ("Miền", "Domain"),
    "n": ("Số người trả lời; ở cơ cấu tiêu chí: số người chọn mức đó", "People; of an item's level: who chose it"),
    "base": ("Cơ sở: số câu trả lời", "Base: answers"),
    "estimate": ("Giá trị, phần trăm", "Value, in percent"),
    "se": ("Sai số chuẩn", "Standard error"),
    "df": ("Bậc tự do", "Degrees of freedom"),
    "low": ("Giới hạn dưới khoảng tin cậy", "Lower limit of the confidence interval"),
    "high": ("Giới hạn trên khoảng tin cậy", "Upper limit of the confidence interval"),
    "deff": ("Hiệu ứng thiết kế", "Design effect"),
    "verdict": ("Kết luận: met, not_met, undecided hoặc trống", "Verdict: met, not_met, undecided or empty"),
    "method": ("Công thức và phương pháp", "Formula and method"),
    "suppressed": ("1: không nêu", "1: kept back"),
}


def files(one: Publication, origin: str) -> Iterator[tuple[str, str]]:
    """Name and content of every file."""
    rows = [_row(row) for row in _public_rows(one)]
    yield "figures.csv", _csv(rows)
    about = {"format": "hailong-open-data/1", "schema": "figures.schema.json", **_about(one)}
    yield "figures.json", _json({**about, "figures": [_typed(row) for row in rows]})
    yield "figures.schema.json", _json(schema())
    yield "figures.csv-metadata.json", _json(_csvw(one))
    yield "metadata.jsonld", _json(_dcat(one, origin))


def _public_rows(one: Publication) -> Iterator[tuple[Mapping[str, str], bool]]:
    kept_back = frozenset(one.kept_back)
    for id, row in one.rows.items():
        if id in one.release.figures or id in kept_back:
            yield row, id in kept_back


def _row(found: tuple[Mapping[str, str], bool]) -> dict[str, str]:
    row, is_kept_back = found
    values = {name: "" if is_kept_back else row[name] for name in VALUES}
    return {**{name: row[name] for name in NAMES}, **values, "suppressed": str(int(is_kept_back))}


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    texts = (*NAMES, "verdict", "method")
    numbers = (name for name in COLUMNS if name not in texts)
    return {name: row[name] for name in texts} | {name: _number(name, row[name]) for name in numbers}


def _number(name: str, text: str) -> int | float | None:
    if not text:
        return None
    return int(float(text)) if name in WHOLE_NUMBERS else float(text)


def _about(one: Publication) -> dict[str, Any]:
    release = one.release
    return {
        "survey": one.survey,
        "number": one.number,
        "name": release.survey["name"],
        "index": one.index_code,
        "period": release.survey["period"],
        "target": release.target,
        "simulated": release.simulated,
        "release_hash": release.release_hash,
        "extract_hash": release.extract_hash,
        "published_at": one.published_at,
        "state": one.record["state"],
    }


def schema() -> dict[str, Any]:
    """JSON Schema of figures.json."""
    numbers = [name for name in VALUES if name not in ("verdict", "method")]
    figure: dict[str, dict[str, Any]] = {
        **{name: {"type": "string"} for name in (*NAMES, "method")},
        **{name: {"type": ["number", "null"]} for name in numbers},
        "n": {"type": ["integer", "null"], "minimum": 0},
        "base": {"type": ["integer", "null"], "minimum": 0},
        "verdict": {"enum": ["met", "not_met", "undecided", ""]},
        "suppressed": {"enum": [0, 1]},
    }
    described = {name: figure[name] | {"description": f"{TITLES[name][0]} / {TITLES[name][1]}"} for name in COLUMNS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hài Lòng open data",
        "type": "object",
        "required": ["format", "survey", "number", "simulated", "release_hash", "extract_hash", "figures"],
        "properties": {
            "format": {"const": "hailong-open-data/1"},
            "number": {"type": "integer", "minimum": 1},
            "simulated": {"type": "boolean"},
            "figures": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": list(COLUMNS),
                    "additionalProperties": False,
                    "properties": described,
                },
            },
        },
    }


def _csvw(one: Publication) -> dict[str, Any]:
    columns = [
        {
            "name": name,
            "titles": name,
            "dc:description": [
                {"@value": text, "@language": language}
                for text, language in zip(TITLES[name], ("vi", "en"), strict=True)
            ],
            "datatype": "integer"
            if name in WHOLE_NUMBERS
            else "string"
            if name in (*NAMES, "verdict", "method")
            else "number",
            "required": name in (*NAMES, "suppressed"),
        }
        for name in COLUMNS
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "vi"}],
        "url": "figures.csv",
        "dc:title": one.release.survey["name"]["vi"],
        "tableSchema": {"columns": columns, "primaryKey": "id"},
    }


def _dcat(one: Publication, origin: str) -> dict[str, Any]:
    survey = one.release.survey
    titles = [{"@value": survey["name"][language], "@language": language} for language in ("vi", "en")]
    kinds = (("figures.csv", "text/csv"), ("figures.json", "application/json"))
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"urn:hailong:{one.release.release_hash}",
        "@type": "dcat:Dataset",
        "dct:title": titles,
        "dct:identifier": one.release.release_hash,
        "dct:issued": {"@value": one.published_at, "@type": "xsd:dateTime"},
        "dct:publisher": survey["owner"]["vi"],
        "dct:temporal": {"dcat:startDate": survey["period"]["from"], "dcat:endDate": survey["period"]["to"]},
        "dct:source": f"urn:hailong:extract:{one.release.extract_hash}",
        "dcat:landingPage": origin + addresses.page("vi", one.survey, one.number),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:downloadURL": origin + addresses.file(one.survey, one.number, name),
                "dcat:mediaType": kind,
            }
            for name, kind in kinds
        ],
    }


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
