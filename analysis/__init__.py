"""What the answers mean: sums, estimates with their doubt, indices, verdicts and the documents made from them."""
