"""Answers an XForm that pyxform made, as ODK does, and says which questions it asked. For tests only.

It shares nothing with what it tests: the conditions are those that pyxform wrote, evaluated by libxml2's XPath on the
form's own instance, with the function that XForms adds.
"""

import io
from collections.abc import Mapping

from lxml import etree
from pyxform.xls2xform import convert

XFORMS = "{http://www.w3.org/2002/xforms}"
functions = etree.FunctionNamespace(None)


@functions
def selected(_context: object, nodes: object, option: str) -> bool:
    value = nodes if isinstance(nodes, str) else "".join(node.text or "" for node in nodes)  # type: ignore[attr-defined]
    return option in value.split()


def xform(workbook: bytes) -> "XForm":
    result = convert(xlsform=io.BytesIO(workbook), file_type=".xlsx")
    assert [warning for warning in result.warnings if "missing the" not in warning or "audio" not in warning] == []
    return XForm(result.xform)


class XForm:
    def __init__(self, text: str) -> None:
        root = etree.fromstring(text.encode())
        for element in root.iter():
            if isinstance(element.tag, str):
                element.tag = element.tag.removeprefix(XFORMS)
        self._data = etree.ElementTree(root.find(".//instance")[0])
        self._binds = [(bind.get("nodeset"), bind.get("relevant")) for bind in root.iter("bind")]

    def asked(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """The names of what is shown, in the form's order; what is not shown has no value, as XForms has it."""
        for path, _ in self._binds:
            self._node(path).text = ""
        shown = []
        for path, relevant in self._binds:
            node = self._node(path)
            if relevant is None or self._data.xpath(f"boolean({relevant})") is True:
                shown.append(node.tag)
                node.text = answers.get(node.tag, "")
        return tuple(shown)

    def _node(self, path: str) -> etree._Element:
        (node,) = self._data.xpath(path)
        return node
