"""The ingest stage: accounts that add up, every fault with its reason, and backfills that agree."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.ingest.gates import IngestParams
from features.night import Night
from jobs.ingest import run
from jobs.run.body import apply
from schemas import TABLES
from schemas.delivery import LANDING
from tests import deliveries
from tests.deliveries import DS, write_landing
from tests.jobs.ingested import (
    NOON,
    PARAMS,
    STAGE,
    counts,
    frames,
    night,
    play,
    signal,
    track,
    user,
    weather,
    with_more,
)
from warehouse.landing import open_landing


def test_a_lawful_delivery_is_kept_whole_with_defaults_and_local_time() -> None:
    out = night()
    assert out["quarantine"].is_empty()
    assert counts(out, "plays")["rows_kept"] == 180
    first = out["plays"].filter(user_id="u1").row(-1, named=True)
    assert (first["local_date"], first["local_hour"], first["completion"], first["origin"]) == (DS, 20, 0.5, "organic")
    assert out["tracks"].select("available", "explicit", "regions").row(0) == (True, False, [])
    assert out["users"].select("personalised", "explicit_ok").row(0) == (True, False)


FAULTS = [
    ("tracks", track(None), "null_key"),
    ("tracks", track("  "), "null_key"),
    ("tracks", track("x", title=None), "missing_value"),
    ("tracks", track("x", title=""), "missing_value"),
    ("tracks", track("x", title="a\x1b[2J"), "bad_value"),
    ("tracks", track("x", language="klingon"), "bad_value"),
    ("tracks", track("x", duration_s=-1.0), "out_of_range"),
    ("tracks", track("x", release_date=date(1800, 1, 1)), "out_of_range"),
    ("tracks", track("x", added_on=date(2099, 1, 1)), "future_date"),
    ("tracks", track("x", audio_path="../../etc/passwd"), "unsafe_path"),
    ("tracks", track("x", audio_path="/etc/passwd"), "unsafe_path"),
    ("tracks", track("x", lyrics_path="a/../../b.lrc"), "unsafe_path"),
    ("tracks", track("x", lyrics_path="C:\\b.lrc"), "unsafe_path"),
    ("tracks", track("t0", title="another"), "duplicate_key"),
    ("users", user(None), "null_key"),
    ("users", user("x", timezone="Mars/Base"), "bad_value"),
    ("users", user("x", language="fr"), "bad_value"),
    ("users", user("x", created_on=date(2099, 1, 1)), "future_date"),
    ("plays", play("u1", None, NOON), "null_key"),
    ("plays", play("u1", "t0", None), "null_key"),
    ("plays", play("nobody", "t0", NOON), "unknown_user"),
    ("plays", play("u1", "nothing", NOON), "unknown_track"),
    ("plays", play("u1", "t0", NOON, listened_s=-3.0), "out_of_range"),
    ("plays", play("u1", "t0", NOON, listened_s=None), "missing_value"),
    ("plays", play("u1", "t0", NOON, origin="telepathy"), "bad_value"),
    ("plays", play("u1", "t0", datetime(1970, 1, 1, tzinfo=UTC)), "out_of_range"),
    ("plays", play("u1", "t0", datetime(2099, 1, 1, tzinfo=UTC)), "future_date"),
    ("plays", play("u1", "t0", NOON + timedelta(days=8)), "future_date"),
    ("plays", play("u1", "t0", NOON, listened_s=7.0), "duplicate_key"),
    ("feedback", signal("t0", user_id="nobody"), "unknown_user"),
    ("feedback", signal("a0"), "unknown_track"),
    ("feedback", signal("t0", kind="block_artist"), "unknown_artist"),
    ("feedback", signal("t0", kind="adore"), "bad_value"),
    ("contexts", weather(DS, weather="frogs"), "bad_value"),
    ("contexts", weather(DS, city=None), "null_key"),
    ("contexts", weather(DS, temperature_c=99.0), "out_of_range"),
    ("contexts", weather(DS, city="*"), "bad_value"),
    ("lyrics", {"track_id": "nothing", "language": "zh", "lines": ["x"], "line_start_s": []}, "unknown_track"),
    ("lyrics", {"track_id": "t0", "language": "zh", "lines": [], "line_start_s": []}, "missing_value"),
    ("lyrics", {"track_id": "t0", "language": "zh", "lines": ["x"], "line_start_s": [1.0, 2.0]}, "bad_value"),
    ("lyrics", {"track_id": "t0", "language": "zh", "lines": ["x", "y"], "line_start_s": [2.0, 1.0]}, "bad_value"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "fault", "reason"), FAULTS)
def test_every_fault_has_its_reason_and_takes_one_row(table: str, fault: dict[str, Any], reason: str) -> None:
    out = night(**with_more(table, fault))
    assert out["quarantine"].select("table_name", "reason").rows() == [(table, reason)]
    assert out["quarantine"]["detail"].item(), "a person must learn what was found"
    assert counts(out, table)["rows_kept"] == _kept_without(table)


@cache
def _kept_without(table: str) -> int:
    """Rows of a table that are kept where none is wrong."""
    return counts(night(**with_more(table)), table)["rows_kept"]


@pytest.mark.parametrize(("city", "kept"), [("*", None), (" * ", None), ("Oslo", "Oslo"), ("*Oslo", "*Oslo")])
def test_a_listener_of_the_city_that_stands_for_everywhere_is_of_none(city: str, kept: str | None) -> None:
    out = night(**with_more("users", user("x", city=city)))
    assert dict(out["users"].select("user_id", "city").iter_rows())["x"] == kept
    assert out["quarantine"].is_empty()


def test_exact_repeats_are_counted_not_quarantined() -> None:
    out = night(**with_more("plays", play("u1", "t0", NOON), play("u1", "t0", NOON)))
    assert counts(out, "plays")["rows_duplicate"] == 2
    assert out["quarantine"].is_empty()


def test_the_same_like_twice_is_one() -> None:
    out = night(feedback=[signal("t0"), signal("t0")])
    assert (out["feedback"].height, counts(out, "feedback")["rows_duplicate"]) == (1, 1)


def test_rows_of_later_days_wait_without_complaint() -> None:
    later = datetime(2026, 3, 10, 16, tzinfo=UTC)  # midnight of the 11th in Shanghai, noon of the 10th in New York
    out = night(
        **with_more("plays", play("u1", "t0", later), play("u2", "t0", later)),
        **with_more("tracks", track("n", added_on=date(2026, 3, 11))),
        **with_more("users", user("n", created_on=date(2026, 3, 11))),
        contexts=[weather(DS + timedelta(days=d)) for d in (1, 2)],
        feedback=[signal("t0", event_at=later)],
        lyrics=[{"track_id": "n", "language": "zh", "lines": ["x"], "line_start_s": []}],
    )  # fmt: skip
    assert out["quarantine"].is_empty()
    assert dict(out["ingest_counts"].select("table_name", "rows_later").iter_rows()) == {
        "tracks": 1, "users": 1, "plays": 1, "feedback": 1, "contexts": 1, "lyrics": 1, "aliases": 0,
        "notes": 0,
    }  # fmt: skip
    assert out["contexts"]["local_date"].to_list() == [DS + timedelta(days=1)]


def test_a_backfilled_night_equals_the_night_as_it_was() -> None:
    ds = DS - timedelta(days=4)
    faults = [play("u1", "t0", NOON - timedelta(days=d, minutes=7), listened_s=-1.0) for d in range(8)]
    known = with_more("plays", *faults, play("u1", "nothing", NOON), play("nobody", "t0", NOON))["plays"]
    known = [{**p, "source_row": n} for n, p in enumerate(known, start=1)]
    everything = frames(plays=known)
    then_ = night(ds, plays=[p for p in known if p["played_at"].date() <= ds])
    now = apply(run, everything, params=PARAMS, night=Night(ds))
    for table in ("tracks", "users", "plays", "feedback", "contexts", "lyrics", "quarantine"):
        assert now[table].equals(then_[table]), table
    assert now["quarantine"].height == 5


def test_files_of_the_same_bytes_are_marked_among_the_tracks_known_tonight() -> None:
    tomorrow = DS + timedelta(days=1)
    hashes = {"t0": "a", "t1": "b", "t2": "a", "t3": None, "t4": None}
    tracks = [track(t, artist_id=f"a{t}", audio_sha256=sha) for t, sha in hashes.items()]
    later = track("t9", artist_id="a9", audio_sha256="b", added_on=tomorrow)
    out = night(tracks=[*tracks, later])["tracks"]
    assert dict(out.select("track_id", "audio_shared").iter_rows()) == {
        "t0": True, "t1": False, "t2": True, "t3": None, "t4": None,
    }  # fmt: skip


def test_arrival_order_does_not_matter() -> None:
    given_frames = frames(**with_more("plays", play("u1", "t0", NOON, listened_s=7.0), play("u1", "t0", NOON)))
    shuffled = {n: f.sample(fraction=1, shuffle=True, seed=3) for n, f in given_frames.items()}
    one = apply(run, given_frames, params=PARAMS, night=Night(DS))
    other = apply(run, shuffled, params=PARAMS, night=Night(DS))
    assert all(one[name].equals(other[name]) for name in one)


@pytest.mark.parametrize(
    ("listened", "skipped", "duration", "completion"),
    [(50.0, False, 200.0, 0.25), (900.0, False, 200.0, 1.0), (3.0, True, None, 0.0), (3.0, False, 0.0, 1.0)],
)
def test_completion(listened: float, skipped: bool, duration: float | None, completion: float) -> None:
    one = play("u1", "new", NOON, listened_s=listened, skipped=skipped)
    out = night(**with_more("plays", one), **with_more("tracks", track("new", duration_s=duration)))
    assert out["plays"].filter(track_id="new")["completion"].item() == completion


def test_timed_lyrics_win_over_untimed_ones() -> None:
    both = [
        {"track_id": "t0", "language": "zh", "lines": ["timed"], "line_start_s": [1.0], "source_file": "lyrics/t0.lrc"},
        {"track_id": "t0", "language": "zh", "lines": ["plain"], "line_start_s": [], "source_file": "lyrics/t0.txt"},
    ]
    out = night(lyrics=both)
    assert out["lyrics"]["lines"].to_list() == [["timed"]]
    assert out["quarantine"]["reason"].to_list() == ["duplicate_key"]


def test_unreadable_rows_count_as_read_and_refused() -> None:
    torn = {
        "table_name": "users",
        "row_key": "",
        "reason": "ragged_row",
        "detail": "3 cells",
        "source_file": "users.csv",
    }
    out = night(unreadable=[torn])
    found = counts(out, "users")
    assert (found["rows_read"], found["rows_kept"], found["rows_quarantined"]) == (4, 3, 1)
    assert out["quarantine"]["reason"].to_list() == ["ragged_row"]


cells = st.fixed_dictionaries(
    {},
    optional={
        "user_id": st.sampled_from(["u1", "u2", "名字", "nobody", "", None]),
        "track_id": st.sampled_from(["t0", "t1", "nothing", None]),
        "played_at": st.one_of(
            st.none(), st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
            st.integers(-3, 3).map(lambda s: NOON + timedelta(seconds=s)),
        ),
        "listened_s": st.one_of(st.none(), st.floats(-10, 1e5, width=32)),
        "skipped": st.one_of(st.none(), st.booleans()),
        "origin": st.sampled_from(["organic", "radio", "x", None]),
        "source_file": st.sampled_from(["plays.csv", "plays/b.csv"]),
    },
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(cells, max_size=30), st.integers(0, 5))
def test_accounts_add_up_and_every_row_has_one_fate(strange: list[dict[str, Any]], repeats: int) -> None:
    extra = [play("u1", "t0", NOON, **{}) | cell for cell in strange]
    extra += random.Random(repeats).sample(extra, min(repeats, len(extra)))
    free = IngestParams(min_join_share=0, max_quarantined_share=1, expectations=False)
    given_rows = [{**p, "source_row": 1000 + n} for n, p in enumerate(extra)]
    out = night(params=free, **with_more("plays", *given_rows))
    for row in out["ingest_counts"].iter_rows(named=True):
        read = row.pop("rows_read")
        assert read == sum(v for v in row.values() if isinstance(v, int)), row
    found = out["quarantine"].select("table_name", "source_file", "source_row")
    assert not found.is_duplicated().any()
    assert counts(out, "plays")["rows_read"] == 180 + len(extra)
    assert out["plays"]["local_date"].max() <= DS


def test_a_landing_on_disk_goes_through(tmp_path: Path) -> None:
    write_landing(tmp_path)
    landing = open_landing(tmp_path)
    out = apply(
        run,
        {name: landing.frame(name) if name in LANDING else TABLES[name].empty() for name in STAGE.reads},
        params=IngestParams(),
        night=Night(DS),
    )
    assert out["plays"].height == len(deliveries.plays())
    assert out["quarantine"].is_empty()
