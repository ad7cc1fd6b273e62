"""Questions read aloud: a recording by its name, which is its content's, so browsers keep it for good."""

from io import BytesIO

import sqlalchemy as sa
from flask import Response, abort, request, send_file

from survey_app import database
from survey_app.answer.assets import A_YEAR
from survey_app.instruments.recordings import MIME_TYPES
from survey_app.models import Recording


def respond(name: str) -> Response:
    """The whole, or the range that a player asks for."""
    with database.looking() as connection:
        query = sa.select(Recording.content).where(Recording.name == name)
        content = connection.execute(query).scalar_one_or_none()
    kind = MIME_TYPES.get(name.rpartition(".")[2])
    if content is None or kind is None:
        abort(404)
    response = send_file(BytesIO(content), mimetype=kind, etag=False, conditional=False)
    response.set_etag(name)
    response.headers["Cache-Control"] = A_YEAR
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response
