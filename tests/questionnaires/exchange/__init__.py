"""Tests of questionnaires on their way in and out."""
