"""The application as a server loads it."""

import gc

from survey_app import create_app
from survey_app.web import logs, workers

logs.configure()
app = create_app(serving=True)
# What is loaded by now stays: whoever makes ten thousand rows must not have it looked through for garbage each time.
gc.collect()
gc.freeze()
workers.say_ready()
