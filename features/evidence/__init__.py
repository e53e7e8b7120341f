"""Evidence: why a song is in a list. One module per family of kinds in ``kinds``; see :mod:`features.evidence.kind`."""
