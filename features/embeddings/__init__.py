"""Vectors of songs: what their words say, how they sound, and who is near whom."""
