"""Questionnaires as the office keeps them: drafts, review, versions. What an instrument is, `questionnaires` says."""
