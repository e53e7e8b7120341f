"""The audit of what is served sees whatever happens to a payload after the tables were right."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from features.audit.params import AuditRules
from features.audit.recount import of_list, of_songs
from features.audit.served import SERVED_CHECKS, served
from features.measurement import MeasurementPolicy
from features.serving.inputs import ServedTables
from features.serving.payload import list_payloads
from features.words.terms import forms, genres
from features.words.writer import frames
from jobs.run.body import gather
from schemas import TABLES
from tests.worlds.night import night

Payload = dict[str, Any]
_RULES = AuditRules()


def payloads(seed: int = 11, users: int = 16, songs: int = 60) -> list[Payload]:
    """What an app would get of a sketched night."""
    tables, ds = night(seed, users=users, songs=songs)
    given = gather(ServedTables, {"headers": TABLES["headers"].empty(), **tables})
    return copy.deepcopy([payload for _, payload in list_payloads(given, MeasurementPolicy(), ds)])


def failed(given: list[Payload]) -> dict[str, str]:
    return {finding.check: finding.detail for finding in served(given, _RULES) if not finding.passed}


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "songs"), [(11, 60), (21, 40)])
def test_a_right_night_passes(seed: int, songs: int) -> None:
    assert failed(payloads(seed, songs=songs)) == {}


def _first(change: Callable[[Payload, list[Payload]], None]) -> Callable[[list[Payload]], None]:
    return lambda given: change(given[0], given[0]["songs"])


def _say(given: list[Payload], where: str, pattern: str, instead: str) -> None:
    """Change the first opener or intro that reads so."""
    found = next(payload for payload in given if re.search(pattern, payload[where]))
    found[where] = re.sub(pattern, instead, found[where], count=1)


def _retell(given: list[Payload], where: str, pattern: str, instead: str) -> None:
    """Change the first line or paragraph that reads so."""
    found = next(song for payload in given for song in payload["songs"] if re.search(pattern, song[where]))
    found[where] = re.sub(pattern, instead, found[where], count=1)


def _repeat(_: Payload, songs: list[Payload]) -> None:
    songs[3] |= {"track_id": songs[4]["track_id"]}


def _swap(_: Payload, songs: list[Payload]) -> None:
    songs[0], songs[1] = songs[1], songs[0]


def _same_artist(_: Payload, songs: list[Payload]) -> None:
    for song in songs[:4]:
        song["artists"].append({"name": "Ida Lund", "artist_id": "ida"})


def _same_album(payload: Payload, songs: list[Payload]) -> None:
    payload["relaxations"] = []
    for song in songs[:3]:
        song["album_id"] = "one"


TAMPERED: list[tuple[str, Callable[[list[Payload]], None]]] = [
    ("served_songs", _first(lambda payload, songs: songs.pop())),
    ("served_songs", _first(_repeat)),
    ("served_songs", _first(_swap)),
    ("served_caps", _first(_same_artist)),
    ("served_caps", _first(_same_album)),
    ("served_texts", _first(lambda payload, songs: payload.update(opener=" "))),
    ("served_texts", _first(lambda payload, songs: payload.update(hashtags=["#one"]))),
    ("served_texts", _first(lambda payload, songs: payload.update(writer="model"))),
    ("served_texts", _first(lambda payload, songs: songs[2].update(reason=None))),
    ("served_texts", _first(lambda payload, songs: songs[2].update(evidence=[]))),
    ("served_counts", lambda given: _say(given, "opener", r"这 30 首", "这 31 首")),
    ("served_counts", lambda given: _say(given, "intro", r"(?<=[Ss]ong )\d+", "31")),
    ("served_figures", lambda given: _retell(given, "reason", r"\d+(?= BPM, )", "177")),
    ("served_figures", lambda given: _retell(given, "paragraph", r"\d+(?= BPM against)", "177")),
    ("served_figures", lambda given: _retell(given, "paragraph", r"(?<=到)[降升]?[A-G][大小]调", "升F小调")),
]


@pytest.mark.parametrize(("check", "change"), TAMPERED)
def test_a_payload_changed_after_its_tables_is_seen(check: str, change: Callable[[list[Payload]], None]) -> None:
    given = payloads()
    change(given)
    assert check in failed(given)


def test_every_check_is_tampered_with() -> None:
    assert {check for check, _ in TAMPERED} == set(SERVED_CHECKS)


def test_a_song_taken_out_refutes_what_was_counted_with_it() -> None:
    """The texts are as they were written; the songs beside them are not."""
    seen = 0
    for payload in payloads():
        for song in payload["songs"]:
            song |= {"mood": None, "moods": [], "genre": None, "discovery": False, "evidence": []}
        seen += len(list(of_list(payload)))
    assert seen > 20


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("more", [0, 1])
def test_a_genre_told_in_words_that_also_tell_of_artists_is_counted_as_a_genre(language: str, more: int) -> None:
    told = {"ugenre_plays": "30"}
    payload = next(p for p in payloads() if p["language"] == language)
    song = next(song for song in payload["songs"] if song["genre"])
    genre = str(genres.called(song["genre"], language))
    number = sum(other["genre"] == song["genre"] for other in payload["songs"]) + more
    told |= {"ugenre": genre, "many_ugenre": str(genres.songs(song["genre"], language)), "ugenre_n": str(number)}
    told |= {"ugenre_song": str(forms.speakable(song["title"]))}
    counted = [frame for frame in frames.load(language, "intros")["pk_genre"] if "ugenre_n" in frame.uses]
    assert counted
    for frame in counted:
        text = frames.joined((frame,), {slot: told[slot] for slot in frame.uses}, language)
        assert bool(list(of_list(payload | {"opener": "", "intro": text}))) is bool(more), text


def test_each_tempo_and_key_of_a_text_is_the_songs_own() -> None:
    right = sum(len(list(of_songs(payload))) for payload in payloads())
    given = payloads()
    for payload in given:
        for song in payload["songs"]:
            song["tempo_bpm"] = (song["tempo_bpm"] or 0) + 3
            song["mode"] = "minor" if song["mode"] == "major" else "major"
    assert right == 0
    assert sum(len(list(of_songs(payload))) for payload in given) > 200


def test_a_relaxed_rule_is_said_to_be_relaxed() -> None:
    given = payloads()[:2]
    for payload in given:
        for song in payload["songs"]:
            song |= {"artist_id": song["track_id"], "artists": [], "album_id": None}
    _same_album(given[0], given[0]["songs"])
    given[0]["relaxations"] = ["album_cap"]
    given[1]["relaxations"] = ["artist_cap_raised", "album_cap"]
    caps = next(finding for finding in served(given, _RULES) if finding.check == "served_caps")
    assert caps.passed
    assert caps.detail == (
        "relaxed for 1 user: artist_cap_raised, for 2 users: album_cap; "
        "beyond that no artists or albums over their caps in a served list"
    )


def test_a_model_s_words_are_not_read_by_frames() -> None:
    given = payloads()[0]
    assert list(of_list(given | {"writer": "model", "opener": "31 songs line up behind “Wires”."})) == []
