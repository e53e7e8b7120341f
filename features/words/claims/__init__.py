"""What a text claims, and whether it holds: sentences are read into claims, each proved against facts."""
