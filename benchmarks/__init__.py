"""What is measured for speed, each beside its limit in the same run. Not part of what is installed."""
