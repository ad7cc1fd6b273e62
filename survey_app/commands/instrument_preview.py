"""`hailong instrument preview`: how an instrument will look, as a page or on paper, before anybody publishes it."""

from pathlib import Path

import click
from flask_babel import force_locale

from questionnaires.conditions import Setting, Variant
from questionnaires.model import Language, Questionnaire
from survey_app import paper
from survey_app.commands import in_app
from survey_app.commands.instrument_changes import find_source
from survey_app.commands.instruments import group
from survey_app.instruments import preview


@group.command("preview")
@click.argument("source")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="FILE.html or FILE.pdf")
@click.option("--lang", "language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--large", is_flag=True, help="In large print.")
@click.option("--variant", type=click.Choice(["full", "short"]), default="full", show_default=True)
@in_app
def show(source: str, out: Path, language: Language, large: bool, variant: Variant) -> None:
    """Show the citizen's page or the paper form.  Example: hailong instrument preview sipas2017 --out form.pdf

    SOURCE is a file, a builtin code, or a stored version (code@version). A long form becomes FILE.html, FILE-2.html.
    """
    instrument = find_source(source)
    if out.suffix == ".pdf":
        out.write_bytes(_paper(instrument, language, large, Setting(mode="paper_officer", variant=variant)))
        click.echo(f"{out} written.")
    elif out.suffix == ".html":
        pages = preview.html_pages(instrument, language, large, Setting(mode="qr_open", variant=variant))
        for number, page in enumerate(pages, start=1):
            path = out if number == 1 else out.with_stem(f"{out.stem}-{number}")
            path.write_text(page, encoding="utf-8")
            click.echo(f"{path} written.")
    else:
        raise ValueError(f"{out} is neither a page nor paper: end its name in .html or .pdf.")


def _paper(instrument: Questionnaire, language: Language, large: bool, setting: Setting) -> bytes:
    with force_locale(language):
        words = preview.words()
    return paper.pdf(instrument, words, language, large, setting=setting, stamp="preview")
