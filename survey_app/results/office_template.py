"""The office's own Word template of the report: taken in when it is sound, used for every later one, given back.

Whether it is sound is asked of the analysis; how it is filled in, too.
"""

import os
import tempfile
from pathlib import Path

from flask import Response, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from survey_app import analysis_process, releases
from survey_app.results import blueprint

FAULTS = {
    "no_document": lazy_gettext("This is no Word document, or a damaged one. Save it anew from Word as .docx."),
    "fields": lazy_gettext("A field in double braces cannot be filled in. Compare with the template to begin with."),
    "no_place": lazy_gettext("There is no place for the report: write {{ noi_dung }} into a paragraph of its own."),
    "not_alone": lazy_gettext("A place for the report stands beside other words or in a table: give it a paragraph."),
}

# As the analysis knows them, in its order; a test compares them.
FIELDS = {
    "co_quan_chu_quan": lazy_gettext("name of the superior body"),
    "co_quan": lazy_gettext("name of the issuing body"),
    "so_ky_hieu": lazy_gettext("number and sign of the document"),
    "dia_danh_ngay_thang": lazy_gettext("place and date"),
    "trich_yeu": lazy_gettext("abstract of the report"),
    "tu_ngay": lazy_gettext("first day of the survey"),
    "den_ngay": lazy_gettext("last day of the survey"),
    "ten_chi_so": lazy_gettext("name of the index"),
    "muc_tieu": lazy_gettext("target (above how many per cent)"),
    "gia_tri": lazy_gettext("estimate of the index"),
    "can_duoi": lazy_gettext("lower limit of the confidence interval"),
    "can_tren": lazy_gettext("upper limit of the confidence interval"),
    "ket_luan": lazy_gettext("conclusion on the target"),
    "doc_theo_diem": lazy_gettext("reading by the point value"),
    "so_nguoi": lazy_gettext("number of respondents"),
    "du_thao": lazy_gettext("the mark of a draft, empty once there is a number"),
    "mo_phong": lazy_gettext("the line on simulated data, empty where they are real"),
    "ban_phat_hanh": lazy_gettext("codes of release and data"),
}
PLACES = {
    "noi_dung": lazy_gettext("summary and the three parts"),
    "tom_tat": lazy_gettext("the summary alone"),
    "phan_1": lazy_gettext("part one alone"),
    "phan_2": lazy_gettext("part two alone"),
    "phan_3": lazy_gettext("part three alone"),
    "ky_ten": lazy_gettext("recipients and signature"),
    "phu_luc": lazy_gettext("the annexes"),
}


def kept() -> Path:
    found: Path = current_app.config["SETTINGS"].template
    return found


@blueprint.get("/template")
def show_template() -> ResponseReturnValue:
    return render_template("results/office_template.html", is_there=kept().is_file(), fields=FIELDS, places=PLACES)


@blueprint.post("/template")
def keep_template() -> ResponseReturnValue:
    """A broken one takes the place of none."""
    sent = request.files.get("file")
    if not sent or not sent.filename:
        flash(_("Choose the template first, a file that ends in .docx."), "error")
        return redirect(url_for("results.show_template"))
    kept().parent.mkdir(parents=True, exist_ok=True)
    draft = kept().with_name(f".{os.getpid()}.docx")
    try:
        sent.save(draft)
        fault, detail = analysis_process.checked_template(draft)
        if fault:
            flash(f"{FAULTS[fault]} {detail}".strip(), "error")
        else:
            draft.replace(kept())
            flash(_("The template is kept. Reports that are written from now on look like it."))
    finally:
        draft.unlink(missing_ok=True)
    return redirect(url_for("results.show_template"))


@blueprint.post("/template/remove")
def remove_template() -> ResponseReturnValue:
    kept().unlink(missing_ok=True)
    flash(_("The template is removed. Reports have the usual form again from now on."))
    return redirect(url_for("results.show_template"))


@blueprint.get("/template/<any(kept, starter):which>.docx")
def take_template(which: str) -> Response:
    if which == "kept":
        file = kept() if kept().is_file() else abort(404)
        return send_file(file, mimetype=releases.WORD, as_attachment=True, download_name="template.docx", max_age=0)
    with tempfile.TemporaryDirectory() as bench:
        file = Path(bench) / "starter.docx"
        analysis_process.starter(file)
        content = file.read_bytes()
    named = {"Content-Disposition": "attachment; filename=template.docx"}
    return Response(content, mimetype=releases.WORD, headers=named)
