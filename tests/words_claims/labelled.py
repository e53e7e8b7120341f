"""Eight hundred labelled sentences and the worlds they speak of: half of them hold, half say one false thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from features.words.claims.claim import Amount, Claim
from features.words.claims.world import (
    About,
    ArtistHistory,
    Line,
    Listed,
    Listening,
    Note,
    Today,
    World,
)  # fmt: skip
from features.words.facts.reader import SongHistory
from features.words.facts.songs import Song

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")
_SAME = {field.name for field in fields(Song)} - {"track_id", "energy", "energy_level", "release", "key"}
_SPELT = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb", "Cb": "B", "Fb": "E"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sentence.

    Args:
        true: whether a careful reader with the world in hand would let every assertion pass.
        wrong: what is wrong with a false one (direction, order, quantifier, ...).
        claims: what it says.
    """

    id: str
    world: str
    about: About
    text: str
    true: bool
    wrong: str | None
    claims: tuple[Claim, ...]


@cache
def worlds(language: str) -> Mapping[str, World]:
    """Worlds by id."""
    return {row["id"]: _world(row) for row in _rows(f"worlds_{language}")}


@cache
def sentences(language: str, which: str = "sentences") -> tuple[Labelled, ...]:
    """All sentences of a language; ``unseen``: those written afterwards, by somebody who had not seen the proofs, their
    claims by somebody who had not seen the labels.
    """
    return tuple(_labelled(row) for row in _rows(f"{which}_{language}"))


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _labelled(row: Mapping[str, Any]) -> Labelled:
    about = About(row["kind"], row["song"], row["other"])
    claims = tuple(_claim(claim) for claim in row.get("claims", ()))
    return Labelled(row["id"], row["world"], about, row["text"], row["true"], row["wrong"], claims)


def _claim(row: Mapping[str, Any]) -> Claim:
    given = dict(row)
    if given.get("amount") is not None:
        given["amount"] = Amount(**given["amount"])
    if given.get("of") is not None:
        given["of"] = tuple(given["of"])
    return Claim(**given)


def _world(row: Mapping[str, Any]) -> World:
    songs, day, heard = row["songs"], row["day"], row["listener"]
    return World(
        language=row["language"],
        today=Today(date.fromisoformat(day["date"]), day.get("weather"), day.get("festival"), day.get("solar_term")),
        songs={name: _song(name, song) for name, song in songs.items()},
        listed=tuple(_listed(entry) for entry in row["list"]),
        listening=_listening(heard),
        lines={
            name: tuple(Line(line["text"], line.get("at_s"), line.get("section")) for line in song["lines"])
            for name, song in songs.items()
            if song.get("lines")
        },
        person={name: song["person"] for name, song in songs.items() if song.get("person")},
        danceability={name: song["danceability"] for name, song in songs.items() if song.get("danceability")},
        notes=tuple(
            Note(**{k: note[k] for k in ("id", "about", "text", "source", "licence")}) for note in row["notes"]
        ),
    )


def _listed(entry: Mapping[str, Any]) -> Listed:
    return Listed(
        entry["rank"], entry["song"], entry["new_artist"], entry["heard"], entry["rested_days"], ((entry["why"], None),)
    )


def _song(track_id: str, row: Mapping[str, Any]) -> Song:
    song = Song(track_id, **{name: row[name] for name in _SAME & row.keys() if row[name] is not None})
    song.tempo, song.length, song.energy_level = row.get("bpm"), row.get("length_s"), row.get("energy")
    if row.get("key"):
        tonic, mode = row["key"].replace("-flat", "b").replace("-sharp", "#").split()
        song.key = f"{_SPELT.get(tonic, tonic)} {mode}"
    if row.get("release"):
        parts = [int(part) for part in row["release"].split("-")]
        song.release, song.release_parts = date(*[*parts, 1, 1][:3]), len(parts)
    return song


def _listening(row: Mapping[str, Any]) -> Listening:
    def day(text: str | None) -> date | None:
        return None if text is None else date.fromisoformat(text)

    return Listening(
        tempo_band=tuple(row["tempo_band"]) if row.get("tempo_band") else None,
        band_plays=row.get("band_plays"),
        plays_7d=row.get("plays_7d"),
        plays_30d=row.get("plays_30d"),
        dayparts=row.get("daypart_plays") or {},
        genres=row.get("genres") or {},
        moods=row.get("moods") or {},
        languages=row.get("languages") or {},
        artists={
            name: ArtistHistory(a.get("plays_30d", 0), a.get("plays", 0), day(a.get("first_played")))
            for name, a in (row.get("artists") or {}).items()
        },
        songs={
            name: SongHistory(s["plays"], s.get("plays_7d", 0), bool(s.get("liked")), day(s.get("first_played")),
                              day(s.get("last_played")))
            for name, s in (row.get("songs") or {}).items()
        },
        loops=tuple(row.get("loops") or ()),
    )  # fmt: skip
