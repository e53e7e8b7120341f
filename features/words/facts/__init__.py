"""What is known and may be said: numbered facts of songs, lists and listeners, and slots with their proofs."""
