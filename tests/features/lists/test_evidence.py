"""Every reason given is proved again, by a query against the table it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from features.lists.rules import ListParams
from features.lists.weather import MOODS_OF
from schemas.vocabulary import DAYPARTS, EVIDENCE_KINDS, MOOD_IDS, WEATHER
from tests.features.lists.night import run_night
from tests.features.lists.world import World, world

PUBLIC = {"popular", "popular_near", "fresh_release", "weather_fit", "catalogue_pick"}
PARAMS = ListParams()
Row = dict[str, Any]


@pytest.fixture(scope="module")
def night() -> tuple[World, dict[str, pl.DataFrame]]:
    made = world(11, users=40, songs=160)
    return made, run_night(made.tables, made.night)


class Facts:
    """Point look-ups in the tables of a night."""

    def __init__(self, made: World, out: dict[str, pl.DataFrame]) -> None:
        self.out, self.night = out, made.night
        self.taste = self._by("taste", "user_id")
        self.users = self._by("users", "user_id")
        self.tracks = self._by("tracks", "track_id")
        self.sound = self._by("audio_features", "track_id")
        self.felt = self._by("emotions", "track_id")
        self.affinity = self._by("affinity", "user_id", "track_id")
        self.together = self._by("cf_neighbours", "track_id", "neighbour_id")
        self.alike = self._by("neighbours", "track_id", "neighbour_id")
        self.chart = self._by("popularity", "place", "track_id")
        self.weather = self._by("contexts", "city", "local_date")

    def _by(self, table: str, *key: str) -> dict[Any, Row]:
        made = self.out[table].iter_rows(named=True)
        return {tuple(r[k] for k in key) if len(key) > 1 else r[key[0]]: r for r in made}

    def share(self, row: Row, items: str, shares: str, item: str | None) -> float | None:
        mine = self.taste[row["user_id"]]
        return dict(zip(mine[items], mine[shares], strict=True)).get(item)

    def moods(self, track: str) -> dict[str, float]:
        row = self.felt[track]
        return dict(zip(row["moods"], row["mood_probabilities"], strict=True))

    def pair(self, row: Row) -> Row:
        return self.affinity[row["user_id"], row["track_id"]]

    def loved(self, row: Row) -> bool:
        mine = self.affinity[row["user_id"], row["subject"]]
        return (mine["liked"] or mine["weight"] >= 1) and not mine["blocked"]

    def artist_tracks(self, row: Row) -> list[Row]:
        return [
            a for (user, track), a in self.affinity.items()
            if user == row["user_id"] and self.tracks[track]["artist_id"] == row["subject"]
        ]  # fmt: skip


def tempo_band(f: Facts, r: Row) -> bool:
    mine, song = f.taste[r["user_id"]], f.sound[r["track_id"]]
    same = (r["value"], r["value_high"], r["song_value"]) == (
        mine["tempo_low_bpm"], mine["tempo_high_bpm"], song["tempo_bpm"],
    )  # fmt: skip
    return same and r["value"] <= r["song_value"] <= r["value_high"] and song["tempo_confidence"] >= 0.3


def key_match(f: Facts, r: Row) -> bool:
    song = f.sound[r["track_id"]]
    right = r["song_text"] == f"{song['key']} {song['mode']}" and song["key_strength"] >= 0.5
    return right and f.share(r, "keys", "key_shares", r["song_text"]) == r["value"]


def mood_match(f: Facts, r: Row) -> bool:
    sure = f.moods(r["track_id"])[r["subject"]] >= PARAMS.mood_probability_from
    return sure and r["song_text"] == r["subject"] and f.share(r, "moods", "mood_shares", r["subject"]) == r["value"]


def daypart_mood(f: Facts, r: Row) -> bool:
    mine, song = f.taste[r["user_id"]], f.felt[r["track_id"]]
    part = DAYPARTS.index(r["subject"])
    valence, arousal = mine["daypart_valence"][part], mine["daypart_arousal"][part]
    apart = (song["valence"] - valence) ** 2 + (song["arousal"] - arousal) ** 2
    return (r["value"], r["value_high"], r["song_value"]) == (valence, arousal, song["arousal"]) and apart <= 0.04001


def genre_share(f: Facts, r: Row) -> bool:
    same = f.tracks[r["track_id"]]["genre"] == r["subject"]
    return same and f.share(r, "genres", "genre_shares", r["subject"]) == r["value"]


def artist_rotation(f: Facts, r: Row) -> bool:
    same = f.tracks[r["track_id"]]["artist_id"] == r["subject"]
    return same and r["value"] >= 3 and f.share(r, "artist_ids", "artist_plays", r["subject"]) == r["value"]


def liked_artist(f: Facts, r: Row) -> bool:
    same = f.tracks[r["track_id"]]["artist_id"] == r["subject"]
    return same and sum(a["liked"] and not a["blocked"] for a in f.artist_tracks(r)) == r["value"] > 0


def resting(f: Facts, r: Row) -> bool:
    mine = f.pair(r)
    days = (f.night.ds - mine["last_played"]).days
    return (r["value"], r["value_high"]) == (days, mine["plays"]) and days >= 10 and mine["weight"] > 0


def loved_tracks_together(f: Facts, r: Row) -> bool:
    return f.loved(r) and f.together[r["subject"], r["track_id"]]["similarity"] == r["value"]


def similar_track(f: Facts, r: Row) -> bool:
    return f.loved(r) and f.alike[r["subject"], r["track_id"]]["similarity"] == r["value"] >= PARAMS.similarity_from


def fresh_release(f: Facts, r: Row) -> bool:
    return 0 <= r["value"] == (f.night.serves_on - f.tracks[r["track_id"]]["release_date"]).days <= 30


def popular_near(f: Facts, r: Row) -> bool:
    return f.users[r["user_id"]]["city"] == r["subject"] and f.chart[r["subject"], r["track_id"]]["rank"] == r["value"]


def popular(f: Facts, r: Row) -> bool:
    return f.chart["*", r["track_id"]]["rank"] == r["value"]


def weather_fit(f: Facts, r: Row) -> bool:
    today = f.weather[f.users[r["user_id"]]["city"], f.night.serves_on]["weather"]
    sure = f.moods(r["track_id"])[r["song_text"]] >= PARAMS.mood_probability_from
    return today == r["subject"] and r["song_text"] in MOODS_OF[today] and sure


def discovery(f: Facts, r: Row) -> bool:
    same = f.tracks[r["track_id"]]["artist_id"] == r["subject"]
    return same and all(a["plays"] == 0 for a in f.artist_tracks(r))


def catalogue_pick(f: Facts, r: Row) -> bool:
    return f.tracks[r["track_id"]]["genre"] == r["subject"]


PROOFS: dict[str, tuple[str, Callable[[Facts, Row], bool]]] = {
    "tempo_band": ("taste", tempo_band),
    "key_match": ("taste", key_match),
    "mood_match": ("taste", mood_match),
    "daypart_mood": ("taste", daypart_mood),
    "genre_share": ("taste", genre_share),
    "artist_rotation": ("taste", artist_rotation),
    "liked_artist": ("affinity", liked_artist),
    "resting": ("affinity", resting),
    "loved_tracks_together": ("cf_neighbours", loved_tracks_together),
    "similar_track": ("neighbours", similar_track),
    "fresh_release": ("tracks", fresh_release),
    "popular_near": ("popularity", popular_near),
    "popular": ("popularity", popular),
    "weather_fit": ("contexts", weather_fit),
    "discovery": ("affinity", discovery),
    "catalogue_pick": ("tracks", catalogue_pick),
}


def test_every_kind_has_a_proof():
    assert set(PROOFS) == set(EVIDENCE_KINDS)


@pytest.mark.parametrize("kind", sorted(set(EVIDENCE_KINDS) - {"catalogue_pick"}))
def test_every_reason_is_true(night, kind):
    facts = Facts(*night)
    table, proof = PROOFS[kind]
    found = night[1]["evidence"].filter(pl.col("kind") == kind)
    assert found.height > 0
    assert set(found["source_table"]) == {table}
    assert [r for r in found.iter_rows(named=True) if not proof(facts, r)] == []


def test_most_songs_have_two_to_four_reasons_and_none_without(night):
    counts = night[1]["evidence"].group_by("user_id", "track_id").len()["len"]
    assert counts.len() == night[1]["daily_lists"].height
    assert counts.min() >= 1
    assert counts.max() <= PARAMS.reasons
    assert (counts >= 2).mean() > 0.9


def test_lists_without_a_profile_have_public_reasons_only(night):
    plain = night[1]["list_summaries"].filter(~pl.col("personalised"))["user_id"]
    kinds = night[1]["evidence"].filter(pl.col("user_id").is_in(plain.implode()))["kind"]
    assert plain.len() >= 5
    assert set(kinds) <= PUBLIC


def test_where_nothing_is_known_the_genre_is_what_remains():
    made = world(2, users=3, songs=60)
    empty = (
        "plays", "feedback", "cf_user_factors", "cf_track_factors", "cf_neighbours", "choice_users", "choice_tracks",
        "satiation", "popularity", "contexts",
    )  # fmt: skip
    out = run_night(made.tables | {n: made.tables[n].clear() for n in empty}, made.night)
    facts = Facts(made, out)
    last = out["evidence"].filter(pl.col("kind") == "catalogue_pick")
    assert last.height > 0
    assert all(catalogue_pick(facts, r) for r in last.iter_rows(named=True))
    assert set(out["evidence"]["kind"]) <= PUBLIC


def test_every_weather_has_moods():
    assert set(MOODS_OF) == set(WEATHER)
    assert {m for moods in MOODS_OF.values() for m in moods} <= set(MOOD_IDS)
