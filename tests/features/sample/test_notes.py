"""The sample's notes: what its catalogue bears out, in both languages, lawful at the door."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from features.sample.catalogue import compose_catalogue
from features.sample.notes import sample_notes
from features.seeds import Seeds
from features.words.terms.snippets import snippet_rows

UNTIL = date(2026, 11, 20)


def test_eight_notes_say_only_what_the_catalogue_says() -> None:
    tracks = compose_catalogue(60, UNTIL, Seeds(3)).tracks
    notes = sample_notes(tracks, UNTIL)
    assert notes.height == 8
    assert set(notes["licence"]) == {"own"}
    for note in notes.iter_rows(named=True):
        about = "track_id" if note["track_id"] else "artist_id"
        songs = tracks.filter(pl.col(about) == note[about], pl.col("release_date") <= UNTIL)
        assert songs["label"].unique().item() in note["text"]
        told = songs["composer"].item() if about == "track_id" else str(songs["release_date"].min())[:4]
        assert told in note["text"]
        assert set(re.findall(r"\d+", note["text"])) <= {told}


def test_every_sentence_may_be_cited() -> None:
    notes = sample_notes(compose_catalogue(60, UNTIL, Seeds(3)).tracks, UNTIL)
    made = snippet_rows(notes)
    assert len(made) == 14
    assert [row["text"] for row in made if row["unfit"]] == []
