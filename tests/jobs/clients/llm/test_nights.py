"""Whole stages against every fault: words for everybody, spend under the ceiling, no call paid twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.clients.llm.usage import usage
from tests.features.words import world
from tests.jobs.clients.llm.test_client import (
    KEYS,
    client,
    good,
    tables,  # noqa: F401, the fixture
)
from tests.jobs.clients.llm.test_client import night as both_stages
from tests.jobs.clients.llm.test_faults import FAULTS
from tests.worlds.endpoint import Misdeed, Reply, error, said, serving

CEILING = 150_000
FRENCH = said(json.dumps(dict.fromkeys(KEYS, "Une chanson douce que me chantait ma maman, en suçant mon pouce.")))
NIGHTS = {name: fault for name, (fault, *_) in FAULTS.items()} | {"wrong language": FRENCH}
# What came as a completion is kept, good or bad; nothing else can be known to have been paid.
KEPT = ("empty", "silent", "broken JSON", "no JSON", "a list", "too short", "refusal", "filter", "wrong language")


@pytest.mark.slow
@pytest.mark.parametrize("name", NIGHTS)
def test_a_night_with_a_failing_endpoint(
    tmp_path: Path,
    tables: dict[str, pl.DataFrame],  # noqa: F811
    name: str,
) -> None:
    settings: dict[str, Any] = {"night_tokens": CEILING, "timeout_s": 0.3 if name in ("hang", "drip") else 10.0}
    settings |= {"retry_after_cap_s": 0.1, "concurrency": 4}
    misdeed: Reply | Misdeed = NIGHTS[name]
    with serving(lambda request, number: misdeed) as endpoint:
        first = both_stages(tables, client(tmp_path, endpoint.url, **settings))
        asked = len(endpoint.requests)
        again = both_stages(tables, client(tmp_path, endpoint.url, **settings))
        repeated = len(endpoint.requests) - asked
    for made in (first, again):
        assert set(made["reviews"]["writer"]) == set(made["list_copy"]["writer"]) == {"builtin"}
        assert made["list_copy"]["intro"].str.len_chars().min() > 20
        assert made["list_copy"].height == 8
    assert asked > 0
    assert usage(tmp_path, str(world.NIGHT.ds)).tokens_taken <= CEILING
    assert name not in KEPT or repeated == 0


@pytest.mark.slow
def test_a_night_with_faults_of_all_kinds_in_between(
    tmp_path: Path,
    tables: dict[str, pl.DataFrame],  # noqa: F811
) -> None:
    """Every other request fails in another way; what is good is published, and a rerun pays for nothing good again."""
    faults = [*(NIGHTS[n] for n in ("server error", "cut", "broken JSON", "refusal", "html")), error(429), FRENCH]

    def mixed(request: dict[str, Any], number: int) -> Reply | Misdeed:
        return good(request, number) if number % 2 else faults[number // 2 % len(faults)]

    settings = {"night_tokens": 1_000_000, "retry_after_cap_s": 0.1, "concurrency": 2, "retries": 3, "timeout_s": 10.0}
    with serving(mixed) as endpoint:
        first = both_stages(tables, client(tmp_path, endpoint.url, **settings))
        published = first["reviews"].filter(pl.col("writer") == "model")
        assert published.height > 0
        assert first["list_copy"].height == 8
        spent = usage(tmp_path, str(world.NIGHT.ds))
        assert spent.tokens_taken <= 1_000_000
        assert spent.tokens_reserved == 0
        assert len(spent.faults) > 2
        again = both_stages(tables, client(tmp_path, endpoint.url, **settings))
    kept = again["reviews"].join(published, on=["track_id", "language"], how="semi")
    assert (
        kept.select("track_id", "paragraphs")
        .sort("track_id")
        .equals(published.select("track_id", "paragraphs").sort("track_id"))
    )
