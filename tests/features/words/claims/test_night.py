"""The world of a list, built from a night's tables: whatever is asked of it, the tables say the same."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from features.words.claims.claim import Amount, Claim
from features.words.claims.night import ListWorlds, of_review
from features.words.claims.proofs import PROOFS
from features.words.claims.world import World
from features.words.facts.songs import songs
from features.words.params import WordParams
from features.words.writer.inputs import BriefTables
from features.words.writer.list_briefs import ListBriefs
from jobs.run.body import gather
from schemas import TABLES
from tests.worlds import night as nights

Asked = tuple[Claim, bool | None]  # a claim and what the tables say of it
PERSONAL = ("heard_song", "new_artist", "rested", "loops", "in_band", "played", "because")


@lru_cache(maxsize=1)
def night() -> tuple[dict[str, pl.DataFrame], dict[str, World]]:
    """A sketched night of 24 listeners, two of whom opted out, and the world of each list."""
    tables, ds = nights.night(5, users=24, songs=48)
    empty = {"copy_history": TABLES["copy_history"].empty(), "contexts": TABLES["contexts"].empty()}
    given = gather(BriefTables, {**empty, **tables})
    briefs = ListBriefs(given, ds, Seeds(7), WordParams(), MeasurementPolicy())
    worlds = ListWorlds(briefs)
    return tables, {brief.reader.user_id: worlds.of(brief) for brief in briefs.orders()}


def told(kind: str, column: str = "text") -> dict[str, Any]:
    """Track -> its first fact of a kind that may be said."""
    facts = night()[0]["facts"].filter((pl.col("kind") == kind) & pl.col("assertable")).sort("track_id", "fact_id")
    return dict(reversed(facts.select("track_id", column).rows()))


def personal() -> set[str]:
    return set(night()[0]["list_summaries"].filter("personalised")["user_id"])


def lists() -> Iterator[tuple[str, World, list[dict[str, Any]]]]:
    tables, worlds = night()
    rows = tables["daily_lists"].sort("user_id", "rank")
    for user, world in worlds.items():
        yield user, world, rows.filter(pl.col("user_id") == user).rows(named=True)


def of_listener(user: str, rows: list[dict[str, Any]]) -> Iterator[Asked]:
    """What the tables say of a listener and the songs of their list."""
    tables = night()[0]
    affinity = {r["track_id"]: r for r in tables["affinity"].filter(pl.col("user_id") == user).rows(named=True)}
    taste = tables["taste"].filter(pl.col("user_id") == user).row(0, named=True)
    low, high = (int(taste[f"tempo_{end}_bpm"] + 0.5) for end in ("low", "high"))
    tempos, reasons = told("tempo", "value"), tables["evidence"].filter(pl.col("user_id") == user)
    serves_on = nights.night(5, users=24, songs=48)[1].serves_on
    for row in rows:
        track = row["track_id"]
        yield Claim("heard_song", "", track), row["heard"]
        yield Claim("new_artist", "", track), row["discovery"] if row["artist_id"] else None
        last = affinity.get(track, {}).get("last_played")
        days = None if last is None else (serves_on - last).days
        for off in (0, 3):
            wanted = days == (days or 0) + off if days is not None else None if row["heard"] else False
            yield Claim("rested", "", track, amount=Amount((days or 0) + off)), wanted
        yield Claim("loops", "", track), True if track in taste["looped_track_ids"] else None
        tempo = tempos.get(track)
        yield Claim("in_band", "", track), None if tempo is None else low <= tempo <= high
        kinds = set(reasons.filter(pl.col("track_id") == track)["kind"])
        for kind in ("resting", "similar_to_loop", "popular"):
            yield Claim("because", "", track, of=("why", kind)), kind in kinds if kinds else None
    for measure in ("genre", "mood"):
        recent = tables["recent_plays"].filter((pl.col("user_id") == user) & (pl.col("measure") == measure))
        for item, plays in recent.select("item", "plays").iter_rows():
            yield Claim("played", "", item, amount=Amount(plays), of=(measure, "30d")), True
            yield Claim("played", "", item, amount=Amount(plays + 5), of=(measure, "30d")), False
    yield Claim("played", "", "listener", amount=Amount(taste["plays_7d"]), of=("all", "7d")), True


def of_songs(rows: list[dict[str, Any]], draw: random.Random) -> Iterator[Asked]:
    """What the tables say of the songs of a list, of pairs of them and of the list."""
    ids = [row["track_id"] for row in rows]
    tempos, genres, keys, energies = told("tempo", "value"), told("genre"), told("key"), told("energy", "value")
    for track in ids:
        yield Claim("is_a", "", track, of=("genre", "folk")), genres[track] == "folk" if track in genres else None
        yield Claim("is_a", "", track, of=("key", "C major")), keys[track] == "C major" if track in keys else None
        tempo = tempos.get(track)
        yield Claim("measures", "", track, amount=Amount(90), of=("tempo", "")), None if tempo is None else tempo == 90
    for _ in range(20):
        one, two = draw.sample(ids, 2)
        for name, values, felt in (("tempo", tempos, 0.0), ("energy", energies, 0.12)):
            both = one in values and two in values
            more = values[one] - values[two] > felt if both else None
            yield Claim("compares", "", one, two, "more", of=(name, "")), more
    found = [genres.get(track) for track in ids]
    for genre in set(found) - {None}:
        count = found.count(genre)
        yield Claim("counted", "", amount=Amount(count), of=("genre", genre)), True
        yield Claim("counted", "", amount=Amount(count + 2), of=("genre", genre)), False
        if None not in found:
            yield Claim("share", "", object="most", of=("genre", genre)), count / len(ids) > 0.5
    yield Claim("totals", "", amount=Amount(len(ids)), of=("songs", "")), True


def unlike(asked: Iterable[Asked], world: World) -> list[tuple[Claim, bool | None, bool | None]]:
    found = [(claim, wanted, PROOFS[claim.relation](claim, world)) for claim, wanted in asked]
    return [(claim, wanted, said) for claim, wanted, said in found if said is not wanted]


def test_of_every_listener_the_world_says_what_the_tables_say() -> None:
    asked = 0
    for user, world, rows in lists():
        if user in personal():
            claims = list(of_listener(user, rows))
            asked += len(claims)
            assert unlike(claims, world) == []
    assert asked > 3000


def test_of_every_list_and_its_songs_the_world_says_what_the_tables_say() -> None:
    for _, world, rows in lists():
        assert unlike(of_songs(rows, random.Random(1)), world) == []


def test_of_those_whose_list_is_not_made_for_them_nothing_is_known() -> None:
    others = [(world, rows) for user, world, rows in lists() if user not in personal()]
    assert others
    for world, rows in others:
        asked = [Claim(relation, "", rows[0]["track_id"], of=("song", "7d")) for relation in PERSONAL]
        asked += [Claim("share", "", object=how, of=(name, "")) for how in ("none", "all")
                  for name in ("new_artist", "known_artist", "heard", "unheard", "rested", "in_band")]  # fmt: skip
        asked.append(Claim("counted", "", amount=Amount(0), of=("new_artist", "")))
        assert {PROOFS[claim.relation](claim, world) for claim in asked} == {None}


def test_plays_that_are_not_all_known_make_no_song_the_most_played() -> None:
    for _, world, rows in lists():
        for row in rows:
            most = Claim("extreme", "", row["track_id"], of=("plays", "most"))
            assert PROOFS["extreme"](most, world) is None or len(world.listening.songs) >= 0.8 * len(rows)


def test_what_may_not_be_said_is_unknown() -> None:
    """Facts that are not assertable: a tempo that is not sure is no tempo, neither this one nor another."""
    weak = night()[0]["facts"].filter((pl.col("kind") == "tempo") & ~pl.col("assertable"))
    unsure = dict(weak.select("track_id", "value").iter_rows())
    asked = 0
    for _, world, rows in lists():
        for track in {row["track_id"] for row in rows} & unsure.keys():
            asked += 1
            claim = Claim("measures", "", track, amount=Amount(unsure[track]), of=("tempo", ""))
            assert PROOFS["measures"](claim, world) is None
    assert asked


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_review_s_world_knows_two_songs_and_neither_day_nor_listener(language: str) -> None:
    facts = night()[0]["facts"]
    ids = facts["track_id"].unique().sort().to_list()[:2]
    known = songs(facts, ids)
    world = of_review(known[ids[0]], known[ids[1]], language)
    assert set(world.songs) == set(ids)
    asked = [Claim("today", "", of=("weekday", 1)), Claim("released", "", ids[0], of=("within_days", 30))]
    asked += [Claim(relation, "", ids[0], of=("song", "7d")) for relation in PERSONAL]
    assert {PROOFS[claim.relation](claim, world) for claim in asked} == {None}
