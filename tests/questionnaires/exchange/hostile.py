"""Files that somebody made to do harm, by name. Each is made when it is asked for; none is kept in the repository."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Final

from tests.questionnaires.exchange.workbooks import repacked, workbook

SURVEY: Final = [["type", "name", "label::English (en)", "relevant"], ["integer", "age", "Your age?"]]
PLAIN: Final = workbook({"survey": SURVEY})
SHEET: Final = "xl__worksheets__sheet1.xml"
BOMB: Final = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(10)
)  # fmt: skip


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        return archive.read(name.replace("__", "/"))


def sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return text.encode()


def with_sheet(rows: str) -> bytes:
    return repacked(PLAIN, **{SHEET: sheet(rows)})


def million_rows() -> bytes:
    return many_rows(1_000_000)


def many_rows(count: int) -> bytes:
    return with_sheet("<row><c><v>1</v></c></row>" * count)


def linked_sheet() -> bytes:
    name = "xl___rels__workbook.xml.rels"
    return repacked(PLAIN, **{name: part(name).replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")})


def long_cell() -> bytes:
    return with_sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 10_000_000}</t></is></c></row>')


def far_away_row() -> bytes:
    cell = '<c r="{}1" t="inlineStr"><is><t>{}</t></is></c>'
    head = f'<row r="1">{cell.format("A", "type")}{cell.format("B", "name")}</row>'
    return with_sheet(head + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def zip_bomb() -> bytes:
    """Fifty megabytes of spaces in a sheet of fifty kilobytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            with new.open(name, "w") as opened:
                opened.write(old.read(name))
                for _ in range(3 if "sheet1" in name else 0):
                    opened.write(b" " * 16_000_000)
    return stream.getvalue()


def lying_bomb() -> bytes:
    """The directory says that the sheet has 100 bytes; it unpacks to 60 million."""
    honest = repacked(PLAIN, **{SHEET: b" " * 60_000_000})
    real = struct.pack("<I", 60_000_000)
    return honest.replace(real, struct.pack("<I", 100)).replace(
        struct.pack("<I", zlib.crc32(b" " * 60_000_000)), struct.pack("<I", zlib.crc32(b" " * 100))
    )


def entities() -> bytes:
    return repacked(PLAIN, **{SHEET: (BOMB + "]><worksheet>&a9;</worksheet>").encode()})


def external_entity() -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst><si><t>&e;</t></si></sst>'
    return repacked(PLAIN, **{"xl__sharedStrings.xml": text.encode()})


def utf16_entities() -> bytes:
    text = BOMB.replace("?>", ' encoding="UTF-16"?>', 1) + "]><worksheet>&a9;</worksheet>"
    return repacked(PLAIN, **{SHEET: text.encode("utf-16")})


def ebcdic() -> bytes:
    return repacked(PLAIN, **{SHEET: b'<?xml version="1.0" encoding="cp037"?>' + b"<x/>"})


def encrypted_part() -> bytes:
    content = bytearray(PLAIN)
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def double_part() -> bytes:
    stream = io.BytesIO(PLAIN)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/workbook.xml", b"<x/>")
    return stream.getvalue()


def form(*rows: list[object], **more: list[list[object]]) -> bytes:
    return workbook({"survey": [*SURVEY, *rows], **more})


def formulas() -> bytes:
    cells = ["=cmd|'/C calc'!A0", '=HYPERLINK("http://x","y")']
    return form(*[["integer", f"n{number}", cell] for number, cell in enumerate(cells)])


def odd_characters() -> bytes:
    cell = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    head = "".join(
        cell.format(f"{column}1", text) for column, text in zip("ABC", ("type", "name", "label"), strict=True)
    )
    texts = ("integer", "age", "safe \u202egnp.exe \u0085\u007f")
    body = "".join(cell.format(f"{column}2", text) for column, text in zip("ABC", texts, strict=True))
    return with_sheet(f'<row r="1">{head}</row><row r="2">{body}</row>')


def markup_everywhere() -> bytes:
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    return form(*[["integer", f"n{number}", script, script] for number in range(2000)])


def circles() -> bytes:
    rows = [["integer", "a", "A", "${b} > 1"], ["integer", "b", "B", "${a} > 1"], ["integer", "c", "C", "${c} > 1"]]
    return form(*[list[object](row) for row in rows])


def deep_condition() -> bytes:
    return form(["integer", "n", "N", "(" * 10_000 + "${age} > 1" + ")" * 10_000])


def many_nots() -> bytes:
    return form(["integer", "n", "N", "not(" * 6000 + "${age} > 1" + ")" * 6000])


def deep_groups() -> bytes:
    return form(*[["begin_group", f"g{n}", "G", "${age} > 1"] for n in range(4000)], ["integer", "n", "N"])


def same_names() -> bytes:
    return form(*[["integer", "age", "Again"] for _ in range(3000)])


def long_choices() -> bytes:
    rows: list[list[object]] = [
        ["list_name", "name", "label"],
        *[["l", "-" * (n % 90) + "x", "y"] for n in range(4000)],
    ]
    return form(["select_one l", "q", "Q"], choices=rows)


def wrong_kinds() -> bytes:
    return form(
        [True, 3.5, -1, 1e300], [1, 2, 3], ["select_one", "x", "X"], ["select_one  ", None, None], ["begin_group"]
    )


def wide() -> bytes:
    return workbook({"survey": [["type", "name", *(f"c{n}" for n in range(300))], ["integer", "age"]]})


def macros() -> bytes:
    return repacked(PLAIN, **{"xl__vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub AutoOpen()"})


def dotted_toml() -> bytes:
    return b"a" + b".a" * 400_000 + b" = 1"


def own_sheet_of_paths() -> bytes:
    paths: list[list[object]] = [
        ["path", "text"],
        ["a" + ".a" * 3000, "x"],
        ["parts.1.items", "x"],
        ["title", "x"],
        ["code[]", ""],
    ]
    return form(hailong=paths)


FILES: Final[dict[str, Callable[[], bytes]]] = {
    "formulas.xlsx": formulas,
    "external_entity.xlsx": external_entity,
    "entities.xlsx": entities,
    "utf16_entities.xlsx": utf16_entities,
    "ebcdic.xlsx": ebcdic,
    "zip_bomb.xlsx": zip_bomb,
    "lying_bomb.xlsx": lying_bomb,
    "million_rows.xlsx": million_rows,
    "far_away_row.xlsx": far_away_row,
    "many_rows.xlsx": lambda: many_rows(60_000),
    "wide.xlsx": wide,
    "traversal.xlsx": lambda: repacked(PLAIN, **{"..__..__etc__passwd": b"x"}),
    "linked_sheet.xlsx": linked_sheet,
    "many_parts.xlsx": lambda: repacked(PLAIN, **{f"xl__worksheets__s{n}.xml": b"<x/>" for n in range(600)}),
    "double_part.xlsx": double_part,
    "macros.xlsm": macros,
    "password.xlsx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
    "encrypted_part.xlsx": encrypted_part,
    "truncated.xlsx": lambda: PLAIN[: len(PLAIN) // 2],
    "garbage.xlsx": lambda: b"PK\x03\x04" + b"\xff" * 5000,
    "other_archive.xlsx": lambda: repacked(PLAIN, **{}).replace(b"xl/workbook.xml", b"xl/workbuch.xml"),
    "broken_xml.xlsx": lambda: repacked(PLAIN, **{SHEET: b"<worksheet><sheetData><row>"}),
    "wrong_kinds.xlsx": wrong_kinds,
    "long_cell.xlsx": long_cell,
    "odd_characters.xlsx": odd_characters,
    "markup_everywhere.xlsx": markup_everywhere,
    "same_names.xlsx": same_names,
    "circles.xlsx": circles,
    "deep_condition.xlsx": deep_condition,
    "many_nots.xlsx": many_nots,
    "deep_groups.xlsx": deep_groups,
    "long_choices.xlsx": long_choices,
    "own_sheet.xlsx": own_sheet_of_paths,
    "nested.toml": lambda: b"a = " + b"[" * 100_000,
    "nested_tables.toml": lambda: b"a = " + b"{a = " * 500 + b"1" + b"}" * 500,
    "dotted.toml": dotted_toml,
    "number.toml": lambda: b"a = " + b"9" * 100_000,
    "hexadecimal.toml": lambda: b"a = 0x" + b"f" * 1_000_000,
    "turning.toml": lambda: 'code = "x"\ntitle.vi = "an toàn \u202egnp.exe"\n'.encode(),
    "nested.json": lambda: b'{"a":' * 100_000,
    "deep.json": lambda: b'{"a":' * 400 + b"1" + b"}" * 400,
    "number.json": lambda: b'{"a": ' + b"9" * 100_000 + b"}",
    "surrogate.json": lambda: json.dumps({"code": "\ud800", "\u202etitle": 1}).encode(),
    "binary.txt": lambda: b"\x00\x01\x02" * 1000,
    "large.txt": lambda: b"class\tname\ttype/scale\n" + b"Q\tx\tN\n" * 700_000,
    "quote.txt": lambda: b'class\ttype/scale\tname\ttext\nQ\tN\tx\t"' + b"never closed\n" * 300_000,
    "relevance.txt": lambda: b"class\ttype/scale\tname\trelevance\nG\t\tg\t1\nQ\tN\tx\t" + b"(" * 49_000,
}  # fmt: skip
