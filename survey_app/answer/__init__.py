"""The citizen's way: a code or a QR, the form, thanks. `pages.form_page` draws the same form for officers."""

from survey_app.answer import by_code  # noqa: F401  (registers its routes)
from survey_app.answer.views import blueprint

__all__ = ["blueprint"]
