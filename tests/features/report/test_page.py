"""What the report shows: the right three listeners, sums that add up, lawful empties."""

from __future__ import annotations

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.report import people
from features.report.catalogue import catalogue
from features.report.inputs import ReportInputs
from features.report.lists import statistics
from features.report.page import context, three_lists
from jobs.run.body import gather
from schemas import TABLES
from tests.frames import rows
from tests.published_night import NIGHT, night_tables
from tests.published_night.words import media_key

_PASSED = {"check": "full_lists", "severity": "stop", "passed": True}


@pytest.fixture(scope="module")
def tables() -> ReportInputs:
    return _report(night_tables())


def _report(night: dict[str, pl.DataFrame]) -> ReportInputs:
    night = night | {"audit": rows("audit", [_PASSED]), "publication": rows("publication", [{"version": "v1"}])}
    return gather(ReportInputs, night)


def _choose(summaries: list[dict[str, object]], languages: list[str], videos: list[str]) -> list[str]:
    ids = [f"u{i}" for i in range(len(languages))]
    users = rows(
        "users", [{"user_id": u, "language": x, "personalised": True} for u, x in zip(ids, languages, strict=True)]
    )
    made = rows("list_summaries", [{"user_id": u, "songs": 30, **s} for u, s in zip(ids, summaries, strict=True)])
    return people.choose(
        users, made, rows("taste", [{"user_id": u} for u in ids]), videos=pl.DataFrame({"user_id": videos})
    )


def test_a_chinese_heavy_an_english_and_a_new_listener(tables: ReportInputs) -> None:
    found = three_lists(tables, MeasurementPolicy(), NIGHT)
    assert [p["user_id"] for p in found] == ["u-lin", "u-emma", "u-noor"]
    assert [len(p["songs"]) for p in found] == [30, 30, 30]
    assert all(song["review"] for song in found[0]["songs"])
    assert found[0]["songs"][0]["review"]["headings"] == ["它怎么开始", "为什么动人"]


def test_a_listener_whose_list_opens_with_a_video_is_preferred() -> None:
    heavy = {"history_class": "heavy"}
    assert _choose([heavy, heavy], ["zh", "zh"], videos=["u1"])[0] == "u1"


def test_without_english_or_new_listeners_others_stand_in() -> None:
    regular = {"history_class": "regular"}
    assert _choose([regular] * 4, ["zh"] * 4, videos=[]) == ["u0", "u1", "u2"]
    assert _choose([regular], ["en"], videos=[]) == ["u0"]


def test_badges_are_what_the_payload_says() -> None:
    song = {"tempo_bpm": 104.4, "key": None, "mode": None, "mood": "calm"}
    assert people.badges(song, "en") == ["104 BPM", "calm"]
    assert people.badges(song | {"tempo_bpm": None, "key": "D", "mode": "minor"}, "zh") == ["D小调", "平静"]


def test_the_context_adds_up(tables: ReportInputs) -> None:
    page = context(
        tables,
        three_lists(tables, MeasurementPolicy(), NIGHT),
        {media_key(0, ".mp4"): "media/a.mp4"},
        MeasurementPolicy(),
        NIGHT,
    )
    assert page["tiles"][0][:2] == ("8", "listeners")
    assert page["tiles"][1][:2] == ("240", "songs recommended")
    assert [phone.video for phone in page["phones"]] == ["media/a.mp4", None, None]
    assert page["phones"][0].caption == "上海 · 重度听众 · 48 次播放"
    assert page["accounts"].quarantine[0]["reason"] == "unknown_track"
    assert sum(int(bar.text.rsplit(": ", 1)[1]) for bar in page["lists"].discovery) == 8
    assert len(page["moods"].dots) == 150


def test_the_order_of_rows_does_not_matter(tables: ReportInputs) -> None:
    shuffled = _report({n: f.sample(fraction=1.0, shuffle=True, seed=2) for n, f in night_tables().items()})
    one, other = (
        context(given, three_lists(given, MeasurementPolicy(), NIGHT), {}, MeasurementPolicy(), NIGHT)
        for given in (shuffled, tables)
    )
    assert one == other


def test_lorenz_of_equal_and_of_unequal_artists() -> None:
    tracks = rows("tracks", [{"track_id": "t", "artist_id": f"a{i}", "artist_name": f"n{i}"} for i in range(10)])
    equal = rows("daily_lists", [{"user_id": "u", "rank": i + 1, "artist_id": f"a{i}"} for i in range(10)])
    summaries = rows("list_summaries", [{"user_id": "u", "songs": 10}])
    assert statistics(equal, summaries, tracks, []).top_tenth == 0.1
    one = equal.with_columns(artist_id=pl.when(pl.col("rank") > 2).then(pl.lit("a0")).otherwise("artist_id"))
    assert statistics(one, summaries, tracks, []).top_tenth == 0.9
    assert statistics(equal, summaries, tracks, []).concentration.points[5] == (0.5, 0.5)


def test_keys_and_genres_are_labelled_as_people_write_them() -> None:
    sound = rows("audio_features", [{"track_id": "t1", "key": "C#", "mode": "major"}])
    found = catalogue(
        rows("tracks", [{"track_id": "t1", "genre": "city_pop"}]),
        sound,
        TABLES["emotions"].empty(),
        MeasurementPolicy(),
    )
    assert [key for key, _, _ in found.keys][:4] == ["C", "Db/C#", "D", "Eb"]
    assert found.keys[1][1].label == "Db major"
    assert found.genres[0].label == "city pop"


def test_a_catalogue_without_sound() -> None:
    empty = {n: TABLES[n].empty() for n in ("audio_features", "emotions")}
    found = catalogue(rows("tracks", [{"track_id": "t1"}]), **empty, policy=MeasurementPolicy())
    assert (found.tracks, found.moods) == (1, [])
    assert all(bar.size == 0 for bar in found.tempo)


def test_the_page_says_who_ranks_and_why(tables: ReportInputs) -> None:
    shown = context(tables, three_lists(tables, MeasurementPolicy(), NIGHT), {}, MeasurementPolicy(), NIGHT)["ranker"]
    assert shown["serves"] == "weights of the settings"
    assert [(t["contender"], t["serves"]) for t in shown["trials"]] == [("serving", True), ("linear", False)]
    assert shown["trials"][1]["reason"] == "does not beat serving (0.5100)"


def test_last_nights_sources_stand_with_what_they_were_worth(tables: ReportInputs) -> None:
    found = context(tables, [], {}, MeasurementPolicy(), NIGHT)["outcomes"]
    assert (found.listeners, found.of_night, found.held) == (7, "2026-11-20", "25.0%")
    names = [name for name, *_ in found.found]
    assert names[0] == "played by the same people"
    assert names[-1] == "all sources"
    first, new = found.found[0][1:]
    assert (first.text, new.text) == ("48.0%", "24.0%")
    assert (first.size, new.size) == pytest.approx((0.48 / 0.75, 0.24 / 0.75), abs=1e-3)
    nothing = next(row for row in found.rows if row["name"] == "popular everywhere")
    assert (nothing["candidates"], nothing["alone"], nothing["played"]) == ("60", "0.0%", "—")
    assert found.rows[-1]["unique"] == ""
