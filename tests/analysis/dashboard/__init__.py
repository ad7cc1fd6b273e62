"""Tests of analysis.dashboard."""
