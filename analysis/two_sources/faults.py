"""What can be wrong with two sources that are to be brought together."""


class TwoSourcesFault(ValueError):
    """The two samples cannot be brought together; the message says why and what to do."""
