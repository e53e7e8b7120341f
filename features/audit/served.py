"""Checks of what an app will get, from that alone: each list's payload counted again, without a table beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import polars as pl

from features.audit.findings import Finding, but_relaxed, none_of
from features.audit.params import AuditRules
from features.audit.recount import Payload, of_list, of_songs
from features.audit.words import HASHTAGS

_CAPS = ("artist_cap_raised", "artist_cap_lifted", "album_cap")


def served(payloads: Iterable[Payload], rules: AuditRules) -> list[Finding]:
    """One finding per check of :data:`SERVED_CHECKS`; each list is looked at once, none is kept."""
    offenders: dict[str, list[tuple[str, str]]] = {name: [] for name in SERVED_CHECKS}
    relaxed = Counter[str]()
    for payload in payloads:
        relaxed.update(payload["relaxations"])
        for name, (check, _) in SERVED_CHECKS.items():
            offenders[name] += [(payload["user_id"], wrong) for wrong in check(payload, rules)]
    schema = {"user_id": pl.String, "wrong": pl.String}
    found = {
        name: none_of(name, pl.DataFrame(offenders[name], schema, orient="row"), what)
        for name, (_, what) in SERVED_CHECKS.items()
    }
    found["served_caps"] = but_relaxed(found["served_caps"], **{name: relaxed[name] for name in _CAPS})
    return list(found.values())


def _songs(payload: Payload, rules: AuditRules) -> Iterator[str]:
    """Thirty songs or a reason, in the order 1..n, none twice."""
    songs, wanted = payload["songs"], rules.lists.songs
    if [song["rank"] for song in songs] != list(range(1, len(songs) + 1)):
        yield "ranks are not 1..n"
    if len(songs) > wanted or (len(songs) < wanted and not payload["shortfall_reason"]):
        yield f"{len(songs)} songs"
    yield from (f"{track_id} twice" for track_id, times in _times(songs, "track_id").items() if times > 1)


def _caps(payload: Payload, rules: AuditRules) -> Iterator[str]:
    """The caps as they are in force for this list; every artist of a song counts."""
    songs, relaxed, rule = payload["songs"], payload["relaxations"], rules.lists
    artists = Counter(
        artist for song in songs for artist in {song["artist_id"], *(one["artist_id"] for one in song["artists"])}
    )
    cap = rule.raised_artist_cap if "artist_cap_raised" in relaxed else rule.artist_cap
    for counted, most, lifted in (
        (artists, cap, "artist_cap_lifted"),
        (_times(songs, "album_id"), rule.album_cap, "album_cap"),
    ):
        over = {} if lifted in relaxed else counted
        yield from (f"{times} of {one}" for one, times in over.items() if one is not None and times > most)


def _texts(payload: Payload, _: AuditRules) -> Iterator[str]:
    """Words everywhere, a reason with its evidence under each song, the label on what a model wrote."""
    yield from (f"no {name}" for name in ("opener", "intro") if not (payload[name] or "").strip())
    tags = payload["hashtags"] or []
    if not HASHTAGS[0] <= len(set(tags)) == len(tags) <= HASHTAGS[1]:
        yield f"{len(tags)} hashtags"
    for song in payload["songs"]:
        lacking = [name for name in ("title", "reason", "paragraph") if not (song[name] or "").strip()]
        lacking += [] if song["evidence"] else ["evidence"]
        yield from (f"{song['rank']} has no {name}" for name in lacking)
    labels = ("notice", "model", "content_id", "label") if payload["writer"] == "model" else ()
    yield from (f"a model's words without {name}" for name in labels if not payload[name])


def _times(songs: Iterable[Payload], column: str) -> Counter[Any]:
    return Counter(song[column] for song in songs)


SERVED_CHECKS: dict[str, tuple[Callable[[Payload, AuditRules], Iterator[str]], str]] = {
    "served_songs": (_songs, "served lists with a wrong number, order or repeat of songs"),
    "served_caps": (_caps, "artists or albums over their caps in a served list"),
    "served_texts": (_texts, "served lists that lack words, evidence or the label of a model's words"),
    "served_counts": (lambda payload, _: of_list(payload), "counts in openers and intros that their own songs refute"),
    "served_figures": (
        lambda payload, _: of_songs(payload),
        "tempi, keys, moods, versions told otherwise than shown",
    ),
}
"""Name -> what is wrong with one payload, and what such offenders are called."""
