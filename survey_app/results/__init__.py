"""Analysts' pages: releases, their figures and documents, and the door that makes a new one."""

from survey_app.results.views import blueprint

__all__ = ["blueprint"]
