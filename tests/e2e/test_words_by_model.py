"""Nights with a model and a second reader: within the ceiling, labelled, nothing paid twice whoever works on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command import well
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, CopyHome
from tests.e2e.here import here
from tests.e2e.night import read_night
from tests.worlds.askers import guessed_tokens, judged, sentences_of, well_written
from tests.worlds.endpoint import Endpoint, Reply, said, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
CEILING = 300_000


def _answer(request: dict[str, Any], _: int) -> Reply:
    """Writes well; the second reader finds the last sentence of every text wanting."""
    user = request["messages"][1]["content"]
    if request["model"] == "careful":
        last = sentences_of(user)[-1]["text"]
        text = json.dumps(judged(user, lambda sentence: sentence != last))
    else:
        text = json.dumps(well_written(user), ensure_ascii=False)
    return said(text, tokens=guessed_tokens(json.dumps(request["messages"], ensure_ascii=False) + text))


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(_answer) as running:
        yield running


def _with(endpoint: Endpoint) -> dict[str, str]:
    return {"DAILY30_LLM__BASE_URL": endpoint.url, "DAILY30_LLM__API_KEY": "k", "DAILY30_LLM__MODEL": "good",
            "DAILY30_LLM__READER": "careful", "DAILY30_LLM__NIGHT_TOKENS": str(CEILING),
            "DAILY30_HEADERS__CEILING": "0"}  # fmt: skip


def test_two_nights_by_a_model(endpoint: Endpoint, finished: Path, copied: CopyHome) -> None:
    home = copied(finished)
    well("nightly", "--home", home, "--ds", FIRST_NIGHT, **_with(endpoint))
    asked, night = len(endpoint.requests), read_night(home, FIRST_NIGHT)
    usage = night.by("copy_usage", "kind")
    made = {kind: row["by_model"] + row["repaired"] for kind, row in usage.items()}
    assert made["list"] > 0
    assert made["review"] > 0
    assert asked == sum(row["calls"] + row["readings"] for row in usage.values())
    assert all(row["sentences_vetoed"] >= row["readings"] > 0 for row in usage.values())
    assert not any(row["unread_unreadable"] for row in usage.values())
    assert sum(row["tokens_planned"] for row in usage.values()) <= CEILING
    assert usage["review"]["asked"] <= len({(r["track_id"], r["language"]) for r in night.tables["reviews"]})
    for payload in (*night.lists.values(), *night.reviews.values()):
        assert bool(payload["notice"]) == bool(payload["label"]) == (payload["writer"] == "model")
    assert sum(p["writer"] == "model" for p in night.lists.values()) == made["list"]
    assert not any(user in json.dumps(endpoint.requests) for user in night.lists)

    # One worker, everything anew: the same listeners, the same words, nothing paid again.
    again = ("--from", "copy_plan", "--force", "--workers", "1")
    here("nightly", "--home", home, "--ds", FIRST_NIGHT, *again, **_with(endpoint))
    assert len(endpoint.requests) == asked
    anew = read_night(home, FIRST_NIGHT)
    assert anew.by("list_copy", "user_id") == night.by("list_copy", "user_id")
    assert anew.tables["reviews"] == night.tables["reviews"]

    here("nightly", "--home", home, "--ds", SECOND_NIGHT, **_with(endpoint))
    second = read_night(home, SECOND_NIGHT).by("copy_usage", "kind")
    assert second["review"]["kept"] > 0
    assert second["list"]["by_model"] > 0
