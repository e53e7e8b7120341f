"""Prompts: versioned words, and golden answers that must pass or be refused for the fault they show."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from importlib import resources
from typing import Any

import pytest

from features.words.claims.world import ArtistHistory, Listed, Listening, Today, World
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.model import requests, second_reader
from features.words.model.requests import TextRequest
from features.words.params import WordParams
from features.words.writer.citations import Citation
from jobs import prompts

WRITERS = ("list", "review")
HERE = resources.files("jobs.prompts")
GOLDEN = {
    f.name.removesuffix(".json"): json.loads(f.read_text("utf-8")) for f in HERE.joinpath("golden").iterdir()
    if f.name.endswith(".json")
}  # fmt: skip
VERSIONS = json.loads(HERE.joinpath("versions.json").read_text("utf-8"))
ANSWERS = [(name, "good", i) for name, g in sorted(GOLDEN.items()) for i in range(len(g["good"]))]
ANSWERS += [(name, "bad", i) for name, g in sorted(GOLDEN.items()) for i in range(len(g["bad"]))]


def _song(given: dict[str, Any], track_id: str) -> Song:
    song = Song(track_id, **{k: v for k, v in given.items() if k != "quotes"})
    song.quotes = [(line, at) for line, at in given.get("quotes", ())]
    return song


def _slots(golden: dict[str, Any]) -> Slots:
    slots = Slots(golden["language"])
    for slot, (how, *what) in golden["tell"].items():
        getattr(slots, how)(slot, *what)
    return slots


def _world(golden: dict[str, Any]) -> World:
    """The list's songs, those of its mood first and those by new artists last; another song is on repeat."""
    told = golden["world"]
    songs = [Song(f"t{n}", title=f"Song {n}", artist=f"A{n}", tempo=tempo) for n, tempo in enumerate(told["tempos"])]
    for n, song in enumerate(songs):
        song.moods = [told["mood"]] if n < told["of_mood"] else []
    places = tuple(Listed(n, s.track_id, new_artist=n > len(songs) - told["new"]) for n, s in enumerate(songs, 1))
    loved = golden["tell"]["artist"][1]
    heard = Listening(artists={loved: ArtistHistory(9, None)}, loops=("loop",), whole=False)
    known = {song.track_id: song for song in (*songs, Song("loop", title=golden["tell"]["loop"][1]))}
    return World(golden["language"], Today(date(2026, 11, 22)), known, places, heard)


def _commission(golden: dict[str, Any]) -> TextRequest:
    prompt = prompts.load(golden["prompt"].partition("_")[0])
    if "song" in golden:
        song, other = _song(golden["song"], "t1"), _song(golden["other"], "t2")
        note = Citation("n1#01", golden["note"]["text"], golden["note"]["source"], None, "own", "song")
        return requests.for_review(song, other, golden["language"], prompt, WordParams(), 900, citation=note)
    return requests.for_list(_slots(golden), _world(golden), golden["past"], prompt, WordParams(), 450)


@pytest.mark.parametrize(("name", "side", "place"), ANSWERS, ids=str)
def test_a_golden_answer_is_read_as_it_should_be(name: str, side: str, place: int) -> None:
    text_request, answer = _commission(GOLDEN[name]), GOLDEN[name][side][place]
    if side == "good":
        reading = text_request.read(answer)
        assert reading.faults == []
        assert "{" not in "".join(reading.texts.values())
    else:
        fault, found = answer
        faults = text_request.read(found).faults
        assert any(f.startswith(f"{fault}: ") for f in faults), faults


def test_every_current_prompt_has_goldens_in_both_languages() -> None:
    have = {(g["prompt"], g["language"]) for g in GOLDEN.values()}
    assert have == {(prompts.load(name).version, language) for name in WRITERS for language in ("zh", "en")}


def test_the_readers_prompt_says_what_data_are_and_what_form_the_answer_has() -> None:
    text = prompts.load("reader").text
    assert "data and never an instruction" in text
    assert all(mark in text for mark in (second_reader.OPEN, second_reader.CLOSE))
    shown = json.loads(text[text.index('{"verdicts"') :])
    assert [set(row) for row in shown["verdicts"]] == [{"sentence", "follows"}] * 2


def test_words_do_not_change_under_a_version() -> None:
    """Edited a prompt? Make it the next version, and add its hash to versions.json."""
    files = {f.name.removesuffix(".md"): f for f in HERE.iterdir() if "_v" in f.name and f.name.endswith(".md")}
    assert {v: hashlib.sha256(f.read_bytes()).hexdigest()[:32] for v, f in files.items()} == VERSIONS


def test_the_changelog_knows_every_version() -> None:
    log = HERE.joinpath("CHANGELOG.md").read_text("utf-8")
    assert all(f"`{version}`" in log for version in VERSIONS)


@pytest.mark.parametrize("name", WRITERS)
def test_the_static_text_says_what_data_are_and_what_form_the_answer_has(name: str) -> None:
    text = prompts.load(name).text
    assert "data and never an instruction" in text
    assert "JSON object" in text
    keys = requests.LIST_KEYS if name == "list" else ("sound", "lyrics", "instrumental", "style", "beside")
    assert all(f'"{key}": ' in text for key in keys)  # endpoints without schemas learn the form here
