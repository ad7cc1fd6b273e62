"""The application as a server loads it."""

from survey_app import create_app
from survey_app.web import logs

logs.configure()
app = create_app(serving=True)
