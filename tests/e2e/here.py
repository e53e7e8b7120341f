"""A night in this process: for cases that look at what a night says, not at processes.

Torch, Great Expectations and the rest are loaded once for all nights of a test process; a night in processes of its own
loads them each time, some 20 of a small night's 58 seconds of processors.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jobs.run.night import the_pipeline
from jobs.run.runner import Runner
from jobs.run.settings import load_settings
from tests.jobs.run.toys import Inline, Silent

SMALL = "user_buckets = 2\ntrack_buckets = 2\n\n[headers]\nceiling = 0\n"
"""Settings of a home of few people: the same rules, no time for pictures and empty buckets."""


def night_here(home: Path, ds: str) -> None:
    """The whole night ``ds``."""
    settings = load_settings(home, {}, {})
    night = Runner(home.absolute(), date.fromisoformat(ds), the_pipeline(), settings, engine=Inline, watcher=Silent())
    assert night.run().complete
