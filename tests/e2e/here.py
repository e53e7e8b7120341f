"""The command line in this process: for cases that look at what a night says and leaves, not at processes.

Torch, Great Expectations and the rest are loaded once for all commands of a test process; a night in processes of its
own loads them each time: 19 of the 32 seconds of processors that a small night takes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from unittest.mock import patch

import pytest
from threadpoolctl import threadpool_limits

from jobs.cli import app, main
from jobs.tools.chinese import open_glosser
from tests.e2e.command import Said, environment
from tests.jobs.run.toys import Inline

SMALL = "user_buckets = 2\ntrack_buckets = 2\n\n[headers]\nceiling = 0\n"
"""Settings of a home of few people: the same rules, no time for pictures and empty buckets."""


def here(*words: object, **env: str) -> Said:
    """``daily30 <words>``, which has to succeed: its stages in this process, with one BLAS thread as in workers."""
    out = io.StringIO()
    with _in_this_process(**env), redirect_stdout(out):
        app([*map(str, words)], standalone_mode=False)
    return Said(0, out.getvalue(), "")


def ends(*words: object, **env: str) -> Said:
    """``daily30 <words>`` to its end, whatever it says of it, with the exit code that its process would have."""
    out, err = io.StringIO(), io.StringIO()
    with _in_this_process(**env), redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([*map(str, words)])
    assert isinstance(ended.value.code, int)
    return Said(ended.value.code, out.getvalue(), err.getvalue())


_dictionaries = cache(open_glosser)  # two seconds to read, and every night with new Chinese songs opens them


@contextmanager
def _in_this_process(**env: str) -> Iterator[None]:
    with (
        patch.dict(os.environ, environment(**env), clear=True),
        patch("jobs.run.night.open_engine", lambda _: Inline()),
        patch("jobs.tools.chinese.open_glosser", _dictionaries),
        threadpool_limits(1),
    ):
        yield
