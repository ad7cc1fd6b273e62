"""Answers that other systems collected in earlier years, as an extract: a saved mapping says what is what.

So an old year is analysed by the same rules, and its release can stand beside a new one (`--earlier`).
"""
