"""Paper forms: what is printed, and what a scanner and a person read from it."""
