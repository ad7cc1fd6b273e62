"""Writes the plan document beside the plan folder's files, or into an office's own template."""

import json
from pathlib import Path

from pydantic import ValidationError

from analysis.planning.document import template
from analysis.planning.document.about import About
from analysis.planning.document.content import compose
from analysis.planning.folder import PlanFault, PlanFolder
from analysis.report import docx, pdf

NAME = "ke-hoach-khao-sat"


def read_about(file: Path) -> About:
    try:
        return About.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise PlanFault(f"{file} cannot be used: {'; '.join(faults)}") from error
    except ValueError as error:
        raise PlanFault(f"{file} is no JSON ({error}); write it again") from error


def write(folder: PlanFolder, about: About, out: Path, office: Path | None = None) -> list[Path]:
    """DOCX and PDF of the same content; the DOCX in the office's own template where there is one."""
    out.mkdir(parents=True, exist_ok=True)
    report = compose(folder, about)
    files = [out / f"{NAME}.docx", out / f"{NAME}.pdf"]
    if office:
        template.write_into(office, folder, about, files[0])
    else:
        docx.write(report, out, files[0])
    pdf.write(report, out, files[1])
    return files
