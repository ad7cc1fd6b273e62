"""Files for analysts: what an extract and its release become for SPSS, Stata, R and whoever checks a figure."""

from analysis.files.writing import make

__all__ = ["make"]
