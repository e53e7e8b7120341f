"""Sound and pictures of the outside world: decoding, encoding, content-addressed storage."""
