"""Takes pictures of a page as scanners and telephones do: turned, slanted, bent, badly lit, blurred, squeezed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from tests.survey_app.paper.pens import DOTS, Canvas, Rng


@dataclass(frozen=True)
class Camera:
    """How bad it may get, as the most of each."""

    tilt: float  # Degrees by which the page lies askew.
    slant: float  # How far a corner may be off, as a share of the page's width.
    bend: float  # Millimetres.
    shadow: float  # The most of the light that is taken away.
    noise: float  # Grey levels.
    blur: float  # Millimetres.
    coarsest: int  # Dots per inch.
    finest: int
    squeezed: int  # The lowest quality of the JPEG.
    any_way_up: bool = True
    black_white: bool = False


CAMERAS: Mapping[str, Camera] = {
    "scanner": Camera(1.5, 0.002, 0.1, 0.03, 4, 0.06, 150, 300, 70),
    "office copier": Camera(2, 0.002, 0.1, 0.02, 6, 0.08, 150, 200, 75, black_white=True),
    "telephone": Camera(6, 0.05, 0.8, 0.3, 8, 0.12, 130, 250, 50),
    "old telephone": Camera(9, 0.08, 1.4, 0.5, 14, 0.2, 110, 180, 30),
    "coarse": Camera(4, 0.03, 0.4, 0.2, 8, 0.1, 95, 120, 40),
}


def take(canvas: Canvas, camera: Camera, rng: Rng) -> bytes:
    """The picture as a file."""
    picture = _placed(canvas, camera, rng)
    picture = _lit(picture, camera, rng)
    sigma = rng.uniform(0, camera.blur) * _dots(picture)
    if sigma > 0.2:
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    picture += rng.standard_normal(picture.shape, dtype=np.float32) * np.float32(rng.uniform(1, camera.noise))
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if camera.black_white and rng.random() < 0.5:
        picture = np.where(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) > rng.uniform(120, 190), 255, 0).astype(np.uint8)
        return bytes(cv2.imencode(".png", picture)[1])
    quality = int(rng.integers(camera.squeezed, 96))
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _dots(picture: Any) -> float:
    return max(picture.shape[:2]) / 297


def _placed(canvas: Canvas, camera: Camera, rng: Rng) -> Any:
    """The page in the picture: bent, slanted, turned, on a table."""
    bent = _bent(canvas, camera, rng)
    scale = rng.uniform(camera.coarsest, camera.finest) / 25.4 / DOTS
    width, height = canvas.shape[1] * scale, canvas.shape[0] * scale
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    corners = corners + rng.uniform(-camera.slant, camera.slant, (4, 2)) * width
    turn = np.deg2rad(rng.uniform(-camera.tilt, camera.tilt) + (90 * rng.integers(4) if camera.any_way_up else 0))
    spin = np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    corners = corners @ spin.T
    edge = rng.uniform(0.005, 0.06) * width
    corners = corners - corners.min(axis=0) + edge
    size = np.ceil(corners.max(axis=0) + edge).astype(int)
    around = np.array([(0, 0), (canvas.shape[1], 0), canvas.shape[1::-1], (0, canvas.shape[0])])
    matrix = cv2.getPerspectiveTransform(around.astype(np.float32), corners.astype(np.float32))
    small = cv2.GaussianBlur(bent, (0, 0), max(0.3, 0.35 / scale)) if scale < 0.9 else bent
    table = rng.uniform(20, 235, 3)
    border = tuple(float(value) for value in (table if camera.slant > 0.01 else (250, 250, 250)))
    placed = cv2.warpPerspective(small, matrix, tuple(int(s) for s in size), borderValue=border)
    return placed.astype(np.float32)


def _bent(canvas: Canvas, camera: Camera, rng: Rng) -> Canvas:
    height, width = canvas.shape[:2]
    x, y = np.meshgrid(np.arange(0, width, 16, dtype=np.float32), np.arange(0, height, 16, dtype=np.float32))
    waves = rng.uniform(-1, 1, 2) * camera.bend * DOTS
    shift_x = waves[0] * np.sin(np.pi * y / height * rng.uniform(0.6, 1.6) + rng.uniform(0, 0.5))
    shift_y = waves[1] * np.sin(np.pi * x / width * rng.uniform(0.6, 1.6) + rng.uniform(0, 0.5))
    from_x = cv2.resize((x + shift_x).astype(np.float32), (width, height))
    from_y = cv2.resize((y + shift_y).astype(np.float32), (width, height))
    white = (255, 255, 255)
    return cv2.remap(canvas, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=white)


def _lit(picture: Any, camera: Camera, rng: Rng) -> Any:
    """A light from one side, paper that is not white, and perhaps the shadow of a hand or of the telephone."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    turn = float(rng.uniform(0, 2 * np.pi))
    light = 1 - float(rng.uniform(0, camera.shadow)) * (1 + x * math.cos(turn) + y * math.sin(turn)) / 2.5
    if rng.random() < 0.5 and camera.shadow > 0.1:
        softness = float(rng.uniform(0.005, 0.15))
        wave = 0.1 * np.sin(4 * y) - float(rng.uniform(-0.6, 0.6))
        edge = x * math.cos(turn + 1) + y * math.sin(turn + 1) + wave
        light *= 1 - float(rng.uniform(0.1, camera.shadow)) / (1 + np.exp(-edge / softness))
    tint = rng.uniform(0.82, 1, 3).astype(np.float32)
    black = float(rng.uniform(0, 40))  # Ink is never quite black to a camera.
    picture *= 1 - black / 255
    picture += black
    picture *= light[:, :, None]
    picture *= tint
    return picture
