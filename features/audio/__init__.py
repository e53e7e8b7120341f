"""What the sound itself says: rhythm, tonality, loudness, timbre and felt energy of one recording."""
