"""Judges hashtags: what names the list must be true of three of its songs, or of all where there are fewer."""

from __future__ import annotations

from tests.oracles.night.grammar import Grammar
from tests.oracles.night.judging import moods
from tests.oracles.night.world import Payload, Person, World, spoken

_FROM = 3
_THIRTY = "三十首"


def judge_tag(tag: str, served: Payload, grammar: Grammar, world: World, person: Person) -> tuple[str, str]:
    """Verdict and why; ``unread`` for a tag of which nobody knows what it says."""
    word, songs = tag.removeprefix("#"), served["songs"]
    least = min(_FROM, len(songs))
    if word in " ".join(grammar.sections["tags"]).split():
        return "plain", ""
    if word == _THIRTY:
        return _told(len(songs) == 30, "thirty")
    for words, of in ((grammar.moods, moods), (grammar.genres, lambda c: [(c["genre"] or "").casefold()])):
        meant = {_bare(said): name for said, name in words.items()}.get(_bare(word))
        if meant is not None:
            return _told(sum(meant in of(song) for song in songs) >= least, "songs of it")
    artists = {_bare(name): name for name in world.artists}
    if _bare(word) in artists:
        name = artists[_bare(word)]
        listed = any(name in {spoken(a["name"]) for a in song["artists"]} for song in songs)
        return _told(listed or person.of_artist(name, person.month) > 0, "artist")
    return "unread", word


def _told(holds: bool, why: str) -> tuple[str, str]:
    return ("true", "") if holds else ("false", why)


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).casefold()
