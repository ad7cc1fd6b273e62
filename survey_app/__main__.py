"""`python -m survey_app …` is the `hailong` command, for processes that start another of ours."""

from survey_app.commands import cli

if __name__ == "__main__":
    cli(prog_name="hailong")
