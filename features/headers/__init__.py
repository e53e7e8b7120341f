"""Header videos: a small scene engine that turns a song's words, mood and beat into a loop."""
