"""The floor: bare Flask that sends a page drawn before and durably inserts one response, checking nothing."""

import os
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask, Response, redirect
from werkzeug.wrappers import Response as Redirect

from survey_app import database

PAGE = Path(os.environ["FLOOR_PAGE"]).read_bytes()
ANSWERS = Path(os.environ["FLOOR_ANSWERS"]).read_text()
TABLE = sa.Table(
    "floor",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("answers", sa.Text),
    sqlite_with_rowid=False,
)

app = Flask(__name__)
engine = database.make_engine(os.environ["DATABASE_URL"])
writing = engine.execution_options(writes=True)


@app.get("/p/floor")
def page() -> Response:
    return Response(PAGE, mimetype="text/html")


@app.post("/p/floor")
def keep() -> Redirect:
    with writing.begin() as connection:
        connection.execute(TABLE.insert(), {"id": uuid4(), "answers": ANSWERS})
    return redirect("/thanks", 303)
