"""For all tests: a property is not wrong because a busy machine was slow to try it."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Leave torch, Spark and all tests out of every later garbage collection: they stay to the end anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_unconfigure() -> None:
    """Let the end of Python clear away what was left out: libraries that count their objects complain otherwise."""
    gc.unfreeze()
