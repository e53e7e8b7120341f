"""The read API under load, beside the same framework answering a constant body of the same size."""
