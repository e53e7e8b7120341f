"""What a song feels like: valence, arousal, mood tags and scenes, from sound, words and tags."""
