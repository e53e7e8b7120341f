"""Second readers over HTTP: what a perfect one stops of lies that code can't see, and what bad ones can't harm.

The liar of ``test_liars`` declares a true claim and says more than it claims: code proves the claim and publishes the
sentence. The perfect reader knows such sentences by their words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs import copy_usage
from jobs.clients.llm.usage import READER, usage
from jobs.run.body import apply
from schemas import TABLES
from schemas.validate import require
from tests.features.words import world
from tests.jobs.words.test_liars import WORDS, lies, published, texts, written, written_at
from tests.worlds.askers import data_of, judged, sentences_of, well_written
from tests.worlds.endpoint import hanging, said, serving

pytestmark = pytest.mark.slow

MORE = {"zh": "那天他们在山里的小屋录完了它", "en": "put down in a hut in the hills"}
Tables = dict[str, pl.DataFrame]


class Servers:
    """Writes what is true and what says more; its second reader is told by the test."""

    def __init__(self, reads: Callable[[str], Any] | None = None) -> None:
        self.reads = reads
        self.more = 0

    def __call__(self, request: dict[str, Any], _: int) -> Any:
        user = request["messages"][1]["content"]
        if "<sentences>" not in user:
            return said(json.dumps(self._written(user), ensure_ascii=False))
        assert self.reads is not None
        found = self.reads(user)
        return found if callable(found) or isinstance(found, tuple) else said(json.dumps(found, ensure_ascii=False))

    def _written(self, user: str) -> dict[str, Any]:
        answer, language = well_written(user), data_of(user)["language"]
        key = "intro" if "intro" in answer else "beside"
        true = [sentence for kind, sentence in lies(data_of(user)) if kind == "true"]
        if answer.get(key) and true:
            text = true[-1]["text"].replace(WORDS["true"][language], MORE[language])
            answer[key][1:1] = [true[0], {**true[-1], "text": text}]
            self.more += "broke these rules" not in user
        return answer


def perfect(user: str) -> Any:
    return judged(user, lambda text: not any(words in text for words in MORE.values()))


def mores(made: Tables) -> int:
    return sum(text.count(words) for _, text in texts(made) for words in MORE.values())


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> tuple[Servers, Tables]:
    servers = Servers()
    return servers, written(tmp_path_factory.mktemp("unread"), servers)


def account(made: Tables) -> dict[str, int]:
    found = apply(copy_usage.run, made)["copy_usage"]
    require(found, TABLES["copy_usage"], where="copy_usage")
    return {name: int(found[name].sum()) for name in found.columns if name != "kind"}


def words(made: Tables) -> list[pl.DataFrame]:
    """What listeners read; content keys, which know who reads, apart."""
    return [made["list_copy"], made["reviews"].drop("content_key")]


def same(one: Tables, other: Tables) -> bool:
    return all(a.equals(b) for a, b in zip(words(one), words(other), strict=True))


def test_a_perfect_reader_stops_what_code_cannot_see_and_nothing_else(
    tmp_path: Path, unread: tuple[Servers, Tables]
) -> None:
    without, free = unread
    assert without.more > 50
    assert mores(free) >= 0.8 * without.more  # else there is nothing to stop
    with serving(Servers(perfect)) as endpoint:
        made = written_at(endpoint.url, tmp_path, reader="careful")
        asked = len(endpoint.requests)
        assert same(written_at(endpoint.url, tmp_path, reader="careful"), made)
        assert len(endpoint.requests) == asked  # a night that comes again pays nothing again
    assert mores(made) == 0
    assert published(made, "true") == published(free, "true") > 0
    sums = account(made)
    assert sums["sentences_vetoed"] >= mores(free)
    assert (sums["fell_back"], sums["unread_unreadable"]) == (account(free)["fell_back"], 0)
    night = str(world.NIGHT.ds)
    mine, its = usage(tmp_path, night), usage(tmp_path, night, READER)
    assert (mine.calls, its.calls) == (sums["calls"], sums["readings"])
    assert (its.tokens_in, its.tokens_out) == (sums["reader_tokens_in"], sums["reader_tokens_out"])
    assert mine.tokens_taken == its.tokens_taken == 50 * (mine.calls + its.calls)


def test_of_a_reader_that_says_no_to_all_nothing_is_published(tmp_path: Path) -> None:
    made = written(tmp_path, Servers(lambda user: judged(user, lambda _: False)), reader="careful")
    assert {writer for writer, _ in texts(made)} == {"builtin"}
    assert account(made)["sentences_vetoed"] == account(made)["sentences_read"] > 0


def other_sentences(user: str) -> Any:
    return {"verdicts": [{"sentence": s["sentence"] + 1, "follows": False} for s in sentences_of(user)]}


HARMLESS: dict[str, tuple[Callable[[str], Any], str | None]] = {
    "always yes": (lambda user: judged(user, lambda _: True), None),
    "garbage": (lambda _: said("None of it { follows"), "unreadable"),
    "of other sentences": (other_sentences, "unreadable"),
    "slow": (lambda _: hanging(4.0), "deadline"),
    "gone": (lambda _: (401, {}, b"{}"), "down"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_reader_without_a_usable_verdict_takes_nothing_away(
    name: str, tmp_path: Path, unread: tuple[Servers, Tables]
) -> None:
    reads, why = HARMLESS[name]
    made = written(tmp_path, Servers(reads), reader="careful", timeout_s=1.5, retries=0 if why else 2)
    assert mores(made) == mores(unread[1])
    assert same(made, unread[1])
    sums = account(made)
    assert sums["readings"] > 0
    assert sum(n for key, n in sums.items() if key.startswith("unread_")) == (sums["readings"] if why else 0)
    assert why is None or sums[f"unread_{why}"] > 0
