"""The application as a server loads it."""

from survey_app import create_app

app = create_app()
