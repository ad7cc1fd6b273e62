"""Tests of analysis.old_data."""
