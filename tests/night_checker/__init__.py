"""The judge of published nights is judged: what it finds true, false and unread."""
