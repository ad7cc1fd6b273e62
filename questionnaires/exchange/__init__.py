"""Questionnaires on their way in and out: `read_any` takes a file of any known format, `write` gives one out.

What is imported here stays light, because processes that serve citizens import it with the console: the readers of
workbooks are loaded when the first one comes.
"""

from questionnaires.exchange.draft import Draft, Note, Place, Refused, Written
from questionnaires.exchange.reading import read_any
from questionnaires.exchange.writing import FORMATS, write

__all__ = ["FORMATS", "Draft", "Note", "Place", "Refused", "Written", "read_any", "write"]
