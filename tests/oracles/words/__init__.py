"""An independent checker of published words: its own readers, its own truth, nothing of features/words."""
