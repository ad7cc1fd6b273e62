"""The address that an office without an account gets: it names publication, office and who gave it, and is signed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from survey_app.proofs import tokens

PURPOSE = "office"


@dataclass(frozen=True)
class Link:
    publication_id: int
    by_id: int
    unit_code: str


def make(key: str, link: Link) -> str:
    text = f"{link.publication_id}.{link.by_id}.{link.unit_code}"
    return tokens.sign(key, PURPOSE, urlsafe_b64encode(text.encode()).decode().rstrip("="))


def read(key: str, code: str) -> Link | None:
    """None for every text that is not ours."""
    try:
        packed = tokens.unsign(key, PURPOSE, code)
    except tokens.BadToken:
        return None
    publication_id, by_id, unit_code = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode().split(".", 2)
    return Link(int(publication_id), int(by_id), unit_code)
