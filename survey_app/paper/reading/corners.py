"""Finds the page in a picture by its four corner marks, and its code; which form that is, the code says."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from survey_app.paper import codes
from survey_app.paper.codes import PageCode
from survey_app.paper.reading.pictures import Picture, Refused

Points = NDArray[Any]
Gray = NDArray[Any]
# As printed, in millimetres: the centres of the marks, clockwise from the upper left, and where the code stands.
MARKS: Final = np.array([(9.0, 9.0), (201.0, 9.0), (201.0, 288.0), (9.0, 288.0)])
MARK_SIDE: Final = 4.0
CODE_BOX: Final = (172.5, 9.5, 23.0)  # Left, top and side, with the white around it.
CODE_BESIDE: Final = 1.5
WIDTH, HEIGHT = 192.0, 279.0  # Between the centres.
_LONGEST: Final = 2400  # Dots of the picture in which marks are looked for.
_MOST_MARKS, _MOST_PAGES = 36, 12
_COARSEST: Final = 3.3  # Dots a millimetre: 84 an inch.


def find(picture: Picture) -> tuple[Points, PageCode]:
    """The centres of the marks in the picture, clockwise from the page's upper left, and the code. Raises Refused."""
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    found: list[tuple[Points, str]] = []
    candidates = list(_pages(gray))
    if not candidates:
        raise Refused("no_marks")
    for corners in candidates:
        if not any(_shares_a_corner(corners, other) for other, _ in found):
            found.extend(_with_code(gray, corners))
    if not found:
        raise Refused("no_code")
    if len(found) > 1:
        raise Refused("several_codes")
    corners, text = found[0]
    code = codes.parse(text)
    if code is None:
        raise Refused("foreign_code")
    if _dots_a_millimetre(corners) < _COARSEST:
        raise Refused("too_coarse")
    return corners, code


def _shares_a_corner(one: Points, other: Points) -> bool:
    gaps = np.linalg.norm(one[:, None] - other[None], axis=2)
    return bool((gaps < MARK_SIDE * _dots_a_millimetre(other)).any())


def _dots_a_millimetre(corners: Points) -> float:
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float(min(sides[0::2].min() / WIDTH, sides[1::2].min() / HEIGHT))


def _pages(gray: Gray) -> Iterator[Points]:
    """Four marks each that may be the corners of a page, the best fit first."""
    scale = min(1.0, _LONGEST / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else gray
    squares = _squares(np.asarray(small, dtype=np.uint8))
    if len(squares) < 4:
        return
    chosen = np.array(list(combinations(range(len(squares)), 4)))
    for corners in _like_pages(squares[chosen])[:_MOST_PAGES]:
        yield np.array([_centre(gray, point, _dots_a_millimetre(corners / scale)) for point in corners / scale])


def _squares(gray: Gray) -> Points:
    """Solid dark squares: x, y and side of each."""
    window = max(31, int(max(gray.shape) / 24) | 1)
    blurred = cv2.GaussianBlur(gray, (3, 3), 0)
    black = cv2.adaptiveThreshold(blurred, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 25)
    contours, _ = cv2.findContours(black, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in contours:
        area = cv2.contourArea(contour)
        if area < 40:
            continue
        (x, y), (width, height), _angle = cv2.minAreaRect(contour)
        fullness = (area + cv2.arcLength(contour, True) / 2) / ((width + 1) * (height + 1))
        if fullness > 0.8 and max(width, height) < 1.6 * min(width, height) and _is_solid(black, contour):
            found.append((fullness, x, y, np.sqrt(width * height)))
    found.sort(reverse=True)
    return np.array([square[1:] for square in found[:_MOST_MARKS]])


def _is_solid(black: Gray, contour: NDArray[Any]) -> bool:
    x, y, width, height = cv2.boundingRect(contour)
    inner = black[y + height // 4 : y + height - height // 4, x + width // 4 : x + width - width // 4]
    return inner.size > 0 and float(inner.mean()) > 230


def _like_pages(fours: Points) -> list[Points]:
    """Those with the shape of a page seen at a slant whose marks have the size that goes with it; best fit first."""
    middle = fours[:, :, :2].mean(axis=1, keepdims=True)
    around = np.argsort(np.arctan2(*np.moveaxis(fours[:, :, :2] - middle, 2, 0)[::-1]), axis=1)
    ordered = np.take_along_axis(fours, around[:, :, None], axis=1)
    points, sizes = ordered[:, :, :2], ordered[:, :, 2]
    edges = np.roll(points, -1, axis=1) - points
    lengths = np.maximum(np.linalg.norm(edges, axis=2), 1e-6)
    turns = _cross(edges, np.roll(edges, -1, axis=1))
    sines = turns / (lengths * np.roll(lengths, -1, axis=1))
    pairs = np.stack([lengths[:, 0::2].mean(axis=1), lengths[:, 1::2].mean(axis=1)], axis=1)
    short, long = pairs.min(axis=1), pairs.max(axis=1)
    expected = MARK_SIDE * (short / WIDTH + long / HEIGHT) / 2
    fits = (sines > 0.75).all(axis=1) & (long / short > 1.15) & (long / short < 1.85)
    fits &= (lengths[:, 0::2].min(axis=1) > 0.7 * lengths[:, 0::2].max(axis=1)) & (
        lengths[:, 1::2].min(axis=1) > 0.7 * lengths[:, 1::2].max(axis=1)
    )
    misfit = np.abs(np.log(sizes / expected[:, None])).max(axis=1)
    fits &= misfit < 0.4
    misfit += np.abs(np.log(long / short * WIDTH / HEIGHT))
    return list(points[fits][np.argsort(misfit[fits])])


def _cross(one: Points, other: Points) -> Points:
    crossed: Points = one[:, :, 0] * other[:, :, 1] - one[:, :, 1] * other[:, :, 0]
    return crossed


def _centre(gray: Gray, near: Points, scale: float) -> Points:
    """The centre of the mark in full resolution: of its dark dots, weighted by their darkness."""
    reach = max(4, round(MARK_SIDE * scale * 0.9))
    x, y = (round(float(value)) for value in near)
    left, top = max(0, x - reach), max(0, y - reach)
    window = gray[top : y + reach + 1, left : x + reach + 1]
    level, black = cv2.threshold(window, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    _, labels = cv2.connectedComponents(black)
    own = labels[min(y - top, labels.shape[0] - 1), min(x - left, labels.shape[1] - 1)]
    if own == 0:
        return near
    moments = cv2.moments(np.where(labels == own, level + 40 - np.minimum(window, level), 0).astype(np.float32))
    return np.array([left + moments["m10"] / moments["m00"], top + moments["m01"] / moments["m00"]])


def _with_code(gray: Gray, corners: Points) -> Iterator[tuple[Points, str]]:
    """The corners turned so that the code is upright, and its text; nothing where no code can be read."""
    for turn in range(4):
        turned = np.roll(corners, turn, axis=0)
        if text := _code_text(gray, turned):
            yield turned, text
            return


def _code_text(gray: Gray, corners: Points) -> str:
    left, top, side = CODE_BOX
    for dots in (14, 10, 20):
        patch = MARKS.copy()
        patch[:, 0], patch[:, 1] = (patch[:, 0] - left) * dots, (patch[:, 1] - top) * dots
        flat = cv2.getPerspectiveTransform(corners.astype(np.float32), patch.astype(np.float32))
        picture = cv2.warpPerspective(gray, flat, (int(side * dots), int(side * dots)), flags=cv2.INTER_CUBIC)
        if float(picture.std()) < 12:  # White: no code is here, the page lies otherwise.
            return ""
        for detector in (cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector()):
            if text := _decoded(detector, picture, dots):
                return text
    return ""


def _decoded(detector: "cv2.QRCodeDetector | cv2.QRCodeDetectorAruco", picture: Gray, dots: int) -> str:
    """Empty also where a code is beside its place: then these corners are not those of its page."""
    try:
        text, where, _ = detector.detectAndDecode(picture)
    except (cv2.error, UnicodeDecodeError):  # What looks like a code and is none.
        return ""
    if not text or where is None:
        return ""
    beside = np.abs(where.reshape(-1, 2).mean(axis=0) / dots - CODE_BOX[2] / 2)
    return str(text) if beside.max() < CODE_BESIDE else ""
