"""What to fix first: what goes with overall satisfaction, how sure that order is, and what a rise would bring."""
