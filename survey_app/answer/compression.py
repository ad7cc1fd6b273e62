"""Compresses what citizens receive: a slow line pays for every byte."""

import gzip

from flask import Response, request

# Below this a header costs more than it saves.
SHORTEST = 600


def accepts_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def compress(response: Response) -> Response:
    """After a request: compresses a page that is not compressed yet."""
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= SHORTEST and accepts_gzip():
        response.set_data(gzip.compress(body, 6))
        response.headers["Content-Encoding"] = "gzip"
    return response
