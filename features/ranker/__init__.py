"""The learned ranker: weights and trees from past nights, and the gate they must pass to serve."""
