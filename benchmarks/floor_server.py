"""Serves the floor exactly as `hailong serve` serves the site."""

from survey_app import config
from survey_app.commands.server import web_server

if __name__ == "__main__":
    web_server("benchmarks.floor:app", config.read()).serve()
