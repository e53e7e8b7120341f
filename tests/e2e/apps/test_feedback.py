"""A thousand events posted after a night: each in the next night's inputs once, blocks obeyed, likes felt."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from jobs.serve.tokens import Tokens
from tests.e2e.conftest import SECOND_NIGHT, CopyHome
from tests.e2e.here import here
from tests.jobs.serve.served import client
from warehouse.inbox import Inbox
from warehouse.lake import Lake
from warehouse.serving import open_serving_store

AT = "2026-11-20T04:00:{:02}.{:06}Z"


def events(home: Path) -> list[dict[str, object]]:
    """Of every list: all songs shown, the first two liked, the third and an artist blocked, some heard and skipped."""
    with open_serving_store(home).reading() as served:
        users = Lake(home).night(date(2026, 11, 19)).frame("users").get_column("user_id").sort()
        lists = {user: served.user_list(user) for user in users}
    found: list[dict[str, object]] = []
    for user, told in lists.items():
        assert told is not None
        songs = told["songs"]
        acts = [("impression", s) for s in songs] + [("like_track", s) for s in songs[:2]]
        acts += [("block_track", songs[2]), ("block_artist", songs[3])]
        acts += [("complete", s) for s in songs[4:12]] + [("skip", s) for s in songs[12:16]]
        for kind, song in acts:
            subject = "artist_id" if kind == "block_artist" else "track_id"
            n = len(found)
            found.append(
                {"event_id": f"event-{n:06}", "user_id": user, "kind": kind, subject: song[subject],
                 "at": AT.format(n % 60, n)}
            )  # fmt: skip
    return found


def post(home: Path, sent: list[dict[str, object]]) -> None:
    text, _ = Tokens(home, lambda: datetime.now(UTC)).add("app", ("feedback",))
    api = client(home)
    for begin in range(0, len(sent), 400):
        part = {"events": sent[begin : begin + 400]}
        for accepted in (len(part["events"]), 0):  # sent twice, as an app does that missed the answer
            answer = api.post("/v1/feedback", json=part, headers={"authorization": f"Bearer {text}"})
            assert answer.json()["accepted"] == accepted


@pytest.mark.slow
def test_the_next_night_has_each_event_once_and_heeds_it(finished: Path, three_nights: Path, copied: CopyHome) -> None:
    home = copied(finished)
    sent = events(home)
    assert len(sent) >= 1000
    stranger = {**sent[0], "event_id": "of-a-stranger", "user_id": "nobody known"}
    post(home, [*sent, stranger])
    here("nightly", "--home", home, "--ds", SECOND_NIGHT)

    night = Lake(home).night(date.fromisoformat(SECOND_NIGHT))
    begin, end = (datetime(2026, 11, 20, 4, minute, tzinfo=UTC) for minute in (0, 1))
    mine = night.frame("feedback").filter(pl.col("event_at").is_between(begin, end))
    got = Counter(mine.select("user_id", "kind", "subject_id").rows())
    told = Counter(
        (e["user_id"], e["kind"], e.get("track_id") or e.get("artist_id"))
        for e in sent
        if e["kind"] not in ("complete", "skip")
    )
    assert {k: got[k] for k in told} == told
    plays = night.frame("plays").filter(pl.col("played_at").is_between(begin, end))
    heard = Counter(plays.select("user_id", "skipped", "track_id").rows())
    for event in sent:
        if event["kind"] in ("complete", "skip"):
            assert heard[event["user_id"], event["kind"] == "skip", event["track_id"]] == 1, event
    assert next(Inbox(home).waiting()).user_id == "nobody known"

    lists = night.frame("daily_lists")
    _blocks_are_obeyed(sent, lists, night.frame("tracks"))
    likes = pl.DataFrame([(e["user_id"], e["track_id"]) for e in sent if e["kind"] == "like_track"],
                         schema=["user_id", "track_id"], orient="row")  # fmt: skip
    assert night.frame("affinity").join(likes, on=["user_id", "track_id"]).get_column("liked").all()
    other = Lake(three_nights).night(date.fromisoformat(SECOND_NIGHT)).frame("daily_lists")
    assert lists.select("user_id", "rank", "track_id").rows() != other.select("user_id", "rank", "track_id").rows()


def _blocks_are_obeyed(sent: list[dict[str, object]], lists: pl.DataFrame, tracks: pl.DataFrame) -> None:
    credited = {
        row["track_id"]: {row["artist_id"], *row["featured_artist_ids"]} for row in tracks.iter_rows(named=True)
    }
    listed: dict[str, set[str]] = {}
    for user, track in lists.select("user_id", "track_id").rows():
        listed.setdefault(user, set()).add(track)
    for event in sent:
        mine = listed[str(event["user_id"])]
        if event["kind"] == "block_track":
            assert event["track_id"] not in mine
        if event["kind"] == "block_artist":
            assert not [t for t in mine if event["artist_id"] in credited[t]]
