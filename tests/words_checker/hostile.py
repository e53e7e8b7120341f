"""A catalogue whose titles, names, albums, lines and notes speak to the machine, and the same one at peace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

import jobs.facts
from features.measurement import MeasurementPolicy
from features.words.params import FactParams
from tests.features.words import world
from tests.worlds.copy_sheets import HERE
from tests.worlds.night import Tables, cited, staged, words

FIELDS = ("title", "artist_name", "album_title", "lines")
PEACEFUL = 40  # songs nobody tampered with


@dataclass(frozen=True)
class Payload:
    kind: str
    text: str


@lru_cache(maxsize=1)
def payloads() -> tuple[Payload, ...]:
    """The 120 payloads of the set and what each wants to see published."""
    return tuple(Payload(p["kind"], p["text"]) for p in _file()["payloads"])


@lru_cache(maxsize=1)
def canaries() -> tuple[str, ...]:
    return tuple(_file()["canaries"])


def _file() -> Mapping[str, list]:
    return json.loads((HERE / "injections.json").read_text("utf-8"))


def catalogue(turn: int, *, hostile: bool) -> Tables:
    """Every payload in one field of a song of its own, and in a note on it; ``turn`` moves each on to the next field.

    In the peaceful twin the same fields hold a name that may not be spoken either, so that
    whatever differs between the two was done by the payload.
    """
    size = len(payloads()) + PEACEFUL
    tables = world.catalogue(size, seed=4)
    tracks, lines = tables["tracks"].rows(named=True), {r["track_id"]: r for r in tables["lyrics"].rows(named=True)}
    notes = []
    for place, payload in enumerate(payloads()):
        field = FIELDS[(place + turn) % len(FIELDS)]
        said = payload.text if hostile else f"<{place}>"
        notes += [_note(tracks[place]["track_id"], language, said) for language in ("zh", "en")]
        tracks[place]["artist_id"] = f"h{place:03d}"  # artists of their own, so that nobody shares their name
        if field == "lines":
            sung = lines.get(tracks[place]["track_id"])
            if sung is not None:
                sung["lines"] = [said, *sung["lines"][1:-1], said]
        else:
            tracks[place][field] = said
    tables |= {"tracks": pl.DataFrame(tracks, schema=tables["tracks"].schema)}
    tables |= {"lyrics": pl.DataFrame(list(lines.values()), schema=tables["lyrics"].schema)}
    tables |= staged(jobs.facts.run, tables, policy=MeasurementPolicy(), params=FactParams(), night=world.NIGHT)
    tables |= world.listeners(tables, count=24, seed=6)
    return tables | {"snippets": cited(notes, tables["tracks"], world.NIGHT)}


def _note(track_id: str, language: str, said: str) -> dict[str, str]:
    """A note that is as long as one that may be cited, and says what it is told to."""
    told = {"zh": f"{said}，这首歌写在一条渡船上。", "en": f"{said} and the song was written on a ferry."}
    about = {"note_id": f"{track_id}{language}", "track_id": track_id, "kind": "liner_notes", "language": language}
    return {**about, "text": told[language], "source": "Ferry Notes", "licence": "own"}


def told(tables: Tables, llm: object = None) -> Tables:
    """The tables of words, by the built-in writer or through a model."""
    return words(tables, world.NIGHT, llm)


def texts(made: Tables) -> Iterator[tuple[tuple[str, ...], str]]:
    """(whose, text) of everything published."""
    for row in made["list_copy"].iter_rows(named=True):
        for column in ("opener", "intro"):
            yield (row["user_id"], column), row[column]
        yield (row["user_id"], "hashtags"), " ".join(row["hashtags"])
    for row in made["song_reasons"].iter_rows(named=True):
        for column in (c for c in ("reason", "paragraph", "personal") if row.get(c)):
            yield (row["user_id"], row["track_id"], column), row[column]
    for row in made["reviews"].iter_rows(named=True):
        for place, text in enumerate((*row["headings"], *row["paragraphs"])):
            yield (row["track_id"], row["language"], str(place)), text
