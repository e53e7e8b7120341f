"""The kinds of evidence, one module per family; every module here is found by :mod:`features.evidence.registry`."""
