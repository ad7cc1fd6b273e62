"""Cases of the draw in the field: whose they are, what became of them, who stands in when a place cannot be worked."""
