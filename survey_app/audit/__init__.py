"""Who of the staff did what to what, when and from where: written and chained. `pages` show it to administrators."""

from survey_app.audit.watching import GUESSED, init_app, record, watch, watch_command

__all__ = ["GUESSED", "init_app", "record", "watch", "watch_command"]
