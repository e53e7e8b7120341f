"""A published text read back: taken apart into the sentences it could have been made of, each judged."""
