"""The header stages over small frames."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from features.headers.plan import HeaderParams
from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from jobs import headers
from jobs.run.body import apply
from schemas import TABLES
from schemas.validate import check
from tests.frames import rows
from warehouse.media.encode import open_video_encoder
from warehouse.media.store import open_media_store

pytestmark = pytest.mark.slow

PARAMS = HeaderParams(ceiling=1, width=160, height=90, fps=4)


def night(tmp_path: Path, history: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    lists = rows(
        "daily_lists",
        [
            {"user_id": u, "rank": r, "track_id": t}
            for u, r, t in (("u1", 1, "a"), ("u2", 1, "a"), ("u3", 1, "b"), ("u3", 2, "c"))
        ],
    )
    common = {
        "tracks": rows("tracks", [{"track_id": t, "title": t.upper()} for t in "abc"]),
        "audio_features": rows("audio_features", [{"track_id": "a", "tempo_bpm": 90.0, "tempo_confidence": 0.9}]),
        "emotions": rows("emotions", [{"track_id": t, "valence": 0.2} for t in "abc"]),
        "lyrics": TABLES["lyrics"].empty(),
        "header_history": history,
    }
    planned = apply(headers.plan, {"daily_lists": lists, **common}, header_rules=PARAMS, policy=MeasurementPolicy())[
        "header_plan"
    ]
    made = apply(
        headers.run,
        {"header_plan": planned, **common},
        media=open_media_store(tmp_path),
        video_encoder=open_video_encoder(tmp_path),
        params=PARAMS,
        policy=MeasurementPolicy(),
        seeds=Seeds(1),
    )["headers"]
    return planned, made


def test_first_songs_get_a_video_or_a_still_that_says_why(tmp_path: Path) -> None:
    planned, made = night(tmp_path, TABLES["header_history"].empty())
    assert check(planned, TABLES["header_plan"]) == []
    assert check(made, TABLES["headers"]) == []
    kinds = dict(made.select("track_id", "kind").iter_rows())
    assert kinds == {"a": "video", "b": "still"}
    assert made.filter(track_id="b")["reason"][0]
    store = open_media_store(tmp_path)
    assert all(store.path(k).exists() for k in [*made["poster_key"], made["video_key"].drop_nulls()[0]])


def test_the_next_night_keeps_what_was_drawn_and_draws_the_rest(tmp_path: Path) -> None:
    _, first = night(tmp_path, TABLES["header_history"].empty())
    _, second = night(tmp_path, TABLES["header_history"].frame(first))
    assert second.filter(track_id="a").equals(first.filter(track_id="a"))
    assert second.filter(track_id="b")["kind"].to_list() == ["video"]


def test_a_kept_video_whose_file_is_lost_is_drawn_again(tmp_path: Path) -> None:
    _, first = night(tmp_path, TABLES["header_history"].empty())
    store = open_media_store(tmp_path)
    assert headers.still_there(first, media=store)
    kept = first.filter(track_id="a").row(0, named=True)
    for key in ("poster_key", "video_key"):
        store.path(kept[key]).unlink()
        assert not headers.still_there(first, media=store)
        _, second = night(tmp_path, TABLES["header_history"].frame(first))
        assert second.filter(track_id="a").equals(first.filter(track_id="a"))
        assert headers.still_there(second, media=store)


def test_an_empty_bucket_is_lawful(tmp_path: Path) -> None:
    empty = {
        n: TABLES[n].empty()
        for n in ("header_plan", "tracks", "audio_features", "emotions", "lyrics", "header_history")
    }
    made = apply(
        headers.run,
        empty,
        media=open_media_store(tmp_path),
        video_encoder=open_video_encoder(tmp_path),
        params=PARAMS,
        policy=MeasurementPolicy(),
        seeds=Seeds(1),
    )
    assert made["headers"].is_empty()
