"""Models trained by whoever holds labelled recordings."""
