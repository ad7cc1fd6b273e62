"""Reading a QR code in a picture, as a phone does."""

from typing import Any

import cv2


def read(picture: Any) -> str:
    """Of OpenCV's two detectors each overlooks a good code now and then, as a hand that trembles does."""
    return cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0] or cv2.QRCodeDetector().detectAndDecode(picture)[0]


def corners(picture: Any) -> Any:
    """Where the code lies, as four points; asked as `read` asks."""
    for detector in (cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector()):
        found, four = detector.detect(picture)
        if found:
            return four[0]
    raise AssertionError("there is no QR code in the picture")
