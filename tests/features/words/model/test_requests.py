"""What a model may see of a hostile catalogue: the whole corpus of payloads, in every place of a song."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from features.words.facts.songs import Song
from features.words.model import requests
from features.words.model.prompts import Prompt
from features.words.params import FactParams, WordParams
from features.words.terms import lyrics as words

CORPUS = json.loads(Path(__file__).parents[4].joinpath("tests/worlds/copy_set/injections.json").read_text("utf-8"))
PROMPT = Prompt("p_v1", "Static words.")
PLAIN = "the moon walks me home"


def _song(payload: str) -> Song:
    """The payload as every free text of a song; lines as the facts would quote them."""
    song = Song("t1", title=payload, artist=payload, album=payload, genre=payload, language="en", label=payload)
    song.producer = song.composer = song.lyricist = payload
    song.tempo, song.key, song.moods, song.release = 72, "A minor", ["calm"], date(2026, 5, 1)
    lines = [payload, payload, PLAIN, PLAIN]
    song.quotes = [(quote.text, 1.0) for quote in words.quotes(lines, [], FactParams())]
    return song


@pytest.mark.parametrize("payload", [p["text"] for p in CORPUS["payloads"]])
def test_no_payload_reaches_a_prompt(payload: str) -> None:
    clean = Song("t2", title="Northbound", artist="Owen Hart", tempo=90, key="C major", moods=["bright"])
    for language in ("zh", "en"):
        for song, other in ((_song(payload), clean), (clean, _song(payload)), (_song(payload), _song(payload))):
            asked = requests.for_review(song, other, language, PROMPT, WordParams(), 900).ask.user
            assert not [c for c in CORPUS["canaries"] if c.lower() in asked.lower()]
            assert asked.count("<data>") == asked.count("</data>") == 1
        beside = requests.for_review(clean, _song(payload), language, PROMPT, WordParams(), 900).ask.user
        assert PLAIN not in beside  # of the other song, measured facts alone
