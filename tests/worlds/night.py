"""Nights in memory: a sketched app through lists, facts, words; published as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

import jobs.copy
import jobs.facts
import jobs.lists
import jobs.reviews
from features.ingest.gates import IngestParams
from features.ingest.notes import check_notes
from features.ingest.sieve import Sieved
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.sample.catalogue import compose_catalogue
from features.sample.notes import sample_notes
from features.seeds import Seeds
from features.words.params import FactParams, WordParams
from jobs.run.body import apply, asked_by
from schemas import TABLES
from tests.worlds.sketch import sketch

Tables = dict[str, pl.DataFrame]


def staged(run: Callable[..., Tables], tables: Mapping[str, pl.DataFrame], **given: Any) -> Tables:
    """Run a stage with the tables it asks for; what this world has none of is empty."""
    empty = {name: TABLES[name].empty() for name in asked_by(run) if name in TABLES and name not in tables}
    return apply(run, {**empty, **tables}, **given)


def cited(notes: Sequence[Mapping[str, Any]], tracks: pl.DataFrame, ds: Night) -> pl.DataFrame:
    """Sentences of the notes that pass the door."""
    rows = (
        TABLES["notes"].frame(notes).with_columns(source_file=pl.lit("notes.jsonl"), source_row=pl.int_range(pl.len()))
    )
    aliases = pl.DataFrame(schema={"alias_id": pl.String, "track_id": pl.String})
    artists = tracks.select("artist_id", delivered_id="artist_id").drop_nulls().unique()
    known = Sieved("tracks", tracks, tracks.clear(), TABLES["quarantine"].empty())
    kept = check_notes(rows, aliases, known, artists, ds, ds.ds, IngestParams()).kept
    return jobs.facts.snippets(notes=TABLES["notes"].frame(kept))["snippets"]


@lru_cache(maxsize=4)
def night(seed: int, users: int = 100, songs: int = 150) -> tuple[Tables, Night]:
    """Every table up to the published words of one night, by the built-in writer."""
    app = sketch(seed, users=users, songs=songs, days=30)
    tables = {**app.tables, "lyrics": lyrics(seed, songs, app.night)}
    notes = sample_notes(compose_catalogue(songs, app.night.ds, Seeds(seed)).tracks, app.night.ds)
    tables |= staged(jobs.facts.snippets, {"notes": notes})
    tables |= staged(
        jobs.lists.run, tables, policy=MeasurementPolicy(), params=ListParams(), night=app.night, seeds=Seeds(seed)
    )
    tables |= staged(jobs.facts.run, tables, policy=MeasurementPolicy(), params=FactParams(), night=app.night)
    return tables | words(tables, app.night), app.night


def words(tables: Mapping[str, pl.DataFrame], ds: Night, llm: Any = None) -> Tables:
    """The tables of words over finished lists and facts."""
    given = {"params": WordParams(), "policy": MeasurementPolicy(), "seeds": Seeds(7), "night": ds, "llm": llm}
    given["carried"] = TABLES["reviews"].empty()
    made = dict(tables)
    made |= staged(jobs.reviews.run, made, **given)
    return {**staged(jobs.copy.run, made, **given), "reviews": made["reviews"]}


def lyrics(seed: int, songs: int, ds: Night) -> pl.DataFrame:
    """Timed lines of the sample's songs."""
    catalogue = compose_catalogue(songs, ds.ds, Seeds(seed))
    spoken = dict(catalogue.tracks.select("track_id", "language").iter_rows())
    rows = []
    for work in catalogue.works:
        timed = [line[1:].split("]", 1) for line in (work.lrc or "").splitlines() if line[1:2].isdigit()]
        if timed:
            starts = [60 * float(at.split(":")[0]) + float(at.split(":")[1]) for at, _ in timed]
            language = spoken.get(work.track_id) or "en"
            rows.append({"track_id": work.track_id, "language": language, "lines": [text for _, text in timed],
                         "line_start_s": starts, "translations": []})  # fmt: skip
    return TABLES["lyrics"].frame(rows)
