"""For all tests: a property is not wrong because a busy machine was slow to try it."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
