"""Reads pictures of filled-in paper forms, in a process of its own: `python -m survey_app.paper.reading`.

The only package of the web that loads OpenCV and numpy; nothing else imports it: see `reading_door`. How a picture
becomes readings: `pictures` opens it, `corners` finds the page and its code, `sheet` lays it flat, `bending` and
`fitting` find the print and each box, `ink` tells handwriting from print, `marks` and `judging` say what was marked.
"""

import os

MOST_DOTS = 60_000_000

# OpenCV looks at it when it is loaded: it refuses larger pictures by their head, before it takes memory for them.
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(MOST_DOTS)
