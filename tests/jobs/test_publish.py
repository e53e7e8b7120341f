"""Publishing a night: one version from its content, refused when the audit says so."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.night import Night
from jobs import publish
from jobs.pipeline import STAGES
from jobs.run.body import apply, gather
from schemas import TABLES
from schemas.errors import AuditRefused
from schemas.validate import check
from tests.frames import rows
from tests.published_night import DS, NIGHT, night_tables
from tests.published_night.words import media_key
from warehouse.serving import ServingStore, open_serving_store
from warehouse.serving.factory import FOLDER
from warehouse.serving.sqlite import FILE

PASSED = {"check": "full_lists", "severity": "stop", "passed": True, "detail": "no short lists"}
FAILED = {
    "check": "nothing_blocked",
    "severity": "stop",
    "passed": False,
    "detail": "2 songs that the listener blocked",
}
WARNED = {"check": "plain_words", "severity": "warn", "passed": False, "detail": "1 text with markup"}


@pytest.fixture
def store(tmp_path: Path) -> ServingStore:
    return open_serving_store(tmp_path, lease_check=lambda: None)


def _run(store: ServingStore, tables: dict[str, pl.DataFrame] | None = None, *audit: dict[str, object]) -> pl.DataFrame:
    tables = (tables or night_tables()) | {"audit": rows("audit", audit or [PASSED, WARNED])}
    out = apply(publish.run, tables, policy=MeasurementPolicy(), serving_store=store, night=NIGHT)
    assert tuple(out) == STAGES["publish"].writes
    return out["publication"]


def test_a_night_is_published_whole(store: ServingStore) -> None:
    publication = _run(store)
    assert check(publication, TABLES["publication"]) == []
    row = publication.row(0, named=True)
    assert (row["ds"], row["users"], row["songs"]) == (DS, 8, 240)
    with store.reading() as served:
        assert served.version == row["version"]
        lin = served.user_list("u-lin")
        review = served.review("t000", "zh")
        track = served.track("t000")
    assert lin is not None
    assert track is not None
    assert track["track"]["title"] == lin["songs"][0]["title"]
    assert [song["rank"] for song in lin["songs"]] == list(range(1, 31))
    assert lin["opener"] == "周日的雨还没停，先让节奏慢下来。"
    assert (lin["ds"], lin["serves_on"]) == ("2026-11-21", "2026-11-22")
    assert lin["header"]["video_key"] == media_key(0, ".mp4")
    assert lin["songs"][0]["title"] == "雨夜电台"
    assert {song["cover"] for song in lin["songs"]} == {"aa.jpg", None}
    assert lin["songs"][0]["evidence"][0]["source_table"] == "taste"
    assert all(song["has_review"] and song["reason"] for song in lin["songs"])
    assert review is not None
    assert review["title"] == "雨夜电台"


def test_the_same_night_twice_is_the_same_version_and_writes_nothing(store: ServingStore) -> None:
    first = _run(store)
    before = store.versions()
    shuffled = {n: f.sample(fraction=1.0, shuffle=True, seed=5) for n, f in night_tables().items()}
    assert _run(store, shuffled).equals(first)
    assert store.versions() == before


def test_any_change_of_content_is_another_version(store: ServingStore) -> None:
    first = _run(store)["version"][0]
    tables = night_tables()
    tables["song_reasons"] = tables["song_reasons"].with_columns(reason=pl.lit("another reason"))
    assert _run(store, tables)["version"][0] != first
    assert len(store.versions()) == 2


def test_a_refused_audit_leaves_the_store_untouched(store: ServingStore) -> None:
    with pytest.raises(AuditRefused, match="nothing_blocked: 2 songs") as refused:
        _run(store, None, PASSED, FAILED, WARNED)
    assert refused.value.exit_code == 4
    assert "plain_words" not in refused.value.message
    assert store.versions() == []


def test_a_short_list_without_header_and_a_track_without_sound_still_make_a_payload(store: ServingStore) -> None:
    tables = night_tables()
    tables["daily_lists"] = tables["daily_lists"].filter((pl.col("user_id") == "u-lin") & (pl.col("rank") <= 2))
    for name in ("headers", "audio_features", "evidence"):
        tables[name] = tables[name].clear()
    _run(store, tables)
    with store.reading() as served:
        lin = served.user_list("u-lin")
    assert lin is not None
    assert lin["header"] is None
    assert [s["tempo_bpm"] for s in lin["songs"]] == [None, None]


def test_the_day_is_part_of_the_version(store: ServingStore) -> None:
    from features.serving.inputs import PublishedTables
    from features.serving.version import content_version

    tables = night_tables()
    served = gather(PublishedTables, tables)
    assert content_version(served, MeasurementPolicy(), NIGHT) != content_version(
        served, MeasurementPolicy(), Night(NIGHT.serves_on)
    )


_DAMAGE = {
    "a row": "UPDATE lists SET payload = '{}' WHERE user_id = 'u-lin'",
    "a row less": "DELETE FROM lists WHERE user_id = 'u-lin'",
    "the pointer": "UPDATE pointer SET current = 7",
}


@pytest.mark.parametrize("what", [*_DAMAGE, "the file"])
def test_what_is_damaged_of_a_version_is_published_again(store: ServingStore, tmp_path: Path, what: str) -> None:
    publication = _run(store)
    assert publish.still_there(publication, serving_store=store)
    before = _lists(store)
    store.close()
    path = tmp_path / FOLDER / FILE
    if what == "the file":
        path.write_bytes(b"not a database" * 300)
    else:
        with sqlite3.connect(path) as db:
            db.execute(_DAMAGE[what])
    assert not publish.still_there(publication, serving_store=store)
    assert _run(store).equals(publication)
    assert publish.still_there(publication, serving_store=store)
    assert _lists(store) == before


def _lists(store: ServingStore) -> list[object]:
    users = night_tables()["users"].get_column("user_id")
    with store.reading() as served:
        return [served.version, *(served.user_list(user) for user in users)]
