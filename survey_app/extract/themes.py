"""Themes that a person gave to comments: which response spoke of what, and what the themes are called.

In the order of the responses' random ids, without day, coder or order of coding; never the comment itself.
"""

import csv
import json
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.comments.themes import all_themes
from survey_app.models import Case, CommentTheme, Response, Survey, Wave
from survey_app.responses import counted

TABLE, NAMES = "comment_themes.csv", "themes.json"


def write(session: Session, survey: Survey, folder: Path) -> None:
    """Nothing where nobody has coded a comment of a response that counts."""
    query = (
        sa.select(CommentTheme.response_id, CommentTheme.question, CommentTheme.theme)
        .join(Response, CommentTheme.response_id == Response.id)
        .join(Wave, Response.wave_id == Wave.id)
        .outerjoin(Case, Response.case_id == Case.id)
        .where(Wave.survey_id == survey.id, ~Wave.practice, Case.reinterview_of_id.is_(None), counted())
    )
    # Sorted here: databases order text in ways of their own.
    rows = sorted((str(response), question, theme) for response, question, theme in session.execute(query))
    if not rows:
        return
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("id", "question", "theme"), *rows])
    used = {theme for _response, _question, theme in rows}
    names = [{"code": code, "name": dict(one.name)} for code, one in all_themes().items() if code in used]
    content = {"themes": names, "nothing": [code for code, one in all_themes().items() if one.alone and code in used]}
    (folder / NAMES).write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
