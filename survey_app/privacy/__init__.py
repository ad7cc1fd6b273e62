"""What is owed to those who answered: taking answers back, deletion in time, the notice, the register."""

from survey_app.privacy.views import citizens

__all__ = ["citizens"]
