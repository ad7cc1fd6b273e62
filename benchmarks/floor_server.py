"""Serves the floor exactly as `hailong serve` serves the site."""

from benchmarks import floor
from survey_app import config
from survey_app.commands.server import run

if __name__ == "__main__":
    floor.TABLE.metadata.create_all(floor.writing)
    floor.engine.dispose()
    run("benchmarks.floor:app", config.read())
