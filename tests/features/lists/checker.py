"""An independent reading of the rules: plain loops over inputs and lists, none of our code."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from features.night import Night

ORDER = (
    "discovery_share", "album_cap", "recommended_the_week_before", "disliked", "played_out", "artist_cap_raised",
    "played_on_ds", "recommended_last_week", "artist_cap_lifted",
)  # fmt: skip


def violations(tables: dict[str, pl.DataFrame], night: Night) -> list[str]:
    """Every broken promise of ``daily_lists`` and ``list_summaries``, in words."""
    tracks = {r["track_id"]: r for r in tables["tracks"].iter_rows(named=True)}
    recording = {r["track_id"]: r["audio_content_id"] for r in tables["audio_features"].iter_rows(named=True)}
    drawn: dict[str, list[dict[str, Any]]] = {}
    for row in tables["affinity"].iter_rows(named=True):
        drawn.setdefault(row["user_id"], []).append(row)
    past: dict[str, list[dict[str, Any]]] = {}
    for row in tables["history"].iter_rows(named=True):
        past.setdefault(row["user_id"], []).append(row)
    lists: dict[str, list[dict[str, Any]]] = {}
    for row in tables["daily_lists"].sort("user_id", "rank").iter_rows(named=True):
        lists.setdefault(row["user_id"], []).append(row)
    summaries = {r["user_id"]: r for r in tables["list_summaries"].iter_rows(named=True)}
    found = []
    if set(summaries) != set(tables["users"]["user_id"]):
        found.append("not one summary per user")
    for user in tables["users"].iter_rows(named=True):
        uid = user["user_id"]
        mine = lists.get(uid, [])
        judged = _Judge(user, tracks, recording, drawn.get(uid, []), past.get(uid, []), night)
        found += [f"{uid}: {text}" for text in judged.judge(mine, summaries[uid])]
    return found


class _Judge:
    def __init__(
        self,
        user: dict[str, Any],
        tracks: dict[str, dict[str, Any]],
        recording: dict[str, str],
        drawn: list[dict[str, Any]],
        past: list[dict[str, Any]],
        night: Night,
    ) -> None:
        self.user, self.tracks, self.recording, self.night = user, tracks, recording, night
        self.blocked = {self.rec(r["track_id"]) for r in drawn if r["blocked"]}
        self.today = {self.rec(r["track_id"]) for r in drawn if r["plays_ds"] > 0}
        self.today_songs = {self.song(r["track_id"]) for r in drawn if r["plays_ds"] > 0}
        self.heard = {r["track_id"] for r in drawn if r["plays"] > 0}
        self.heard_songs = {self.song(t) for t in self.heard}
        self.heard_artists = {a for t in self.heard for a in self.artists(t)}
        self.worn = {r["track_id"] for r in drawn if r["plays_7d"] >= 8}
        self.disliked = {r["track_id"] for r in drawn if r["weight"] < -0.2}
        self.nights: dict[str, int] = {}
        for row in past:
            ago = (night.ds - row["ds"]).days
            for rec in (row["recording_id"], self.rec(row["track_id"])):
                self.nights[rec] = min(ago, self.nights.get(rec, 99))

    def rec(self, track: str) -> str:
        return self.recording.get(track, track)

    def song(self, track: str) -> str:
        return self.tracks[track]["work_id"] or track

    def artists(self, track: str) -> list[str]:
        row = self.tracks[track]
        return list(dict.fromkeys([row["artist_id"], *row["featured_artist_ids"]]))

    def judge(self, mine: list[dict[str, Any]], summary: dict[str, Any]) -> list[str]:
        found = self._never(mine) + self._form(mine, summary)
        broken = self._broken(mine, summary)
        recorded = summary["relaxations"]
        if recorded != sorted(recorded, key=ORDER.index):
            found.append(f"relaxations out of order: {recorded}")
        found += [f"{step} broken, not recorded" for step in sorted(broken - set(recorded))]
        return found

    def _never(self, mine: list[dict[str, Any]]) -> list[str]:
        found = []
        for row in mine:
            track = self.tracks[row["track_id"]]
            allowed = not track["regions"] or self.user["country"] in track["regions"]
            checks = {
                "unavailable": not track["available"] or track["playable"] is False,
                "unreleased": track["release_date"] is not None and track["release_date"] > self.night.serves_on,
                "blocked": self.rec(row["track_id"]) in self.blocked,
                "region": not allowed,
                "explicit": track["explicit"] and not self.user["explicit_ok"],
                "wrong recording": row["recording_id"] != self.rec(row["track_id"]),
                "wrong artist": row["artist_id"] != track["artist_id"],
                "wrong heard": row["heard"] != (self.song(row["track_id"]) in self.heard_songs),
                "wrong discovery": row["discovery"]
                == any(a in self.heard_artists for a in self.artists(row["track_id"])),
            }
            found += [f"{row['track_id']} {name}" for name, bad in checks.items() if bad]
        recordings = [row["recording_id"] for row in mine]
        if len(set(recordings)) < len(recordings):
            found.append("a recording twice")
        works = [work for row in mine if (work := self.tracks[row["track_id"]]["work_id"]) is not None]
        if len(set(works)) < len(works):
            found.append("two versions of a song")
        return found

    def _form(self, mine: list[dict[str, Any]], summary: dict[str, Any]) -> list[str]:
        found = []
        if [row["rank"] for row in mine] != list(range(1, len(mine) + 1)):
            found.append("ranks with a gap")
        if summary["songs"] != len(mine):
            found.append("songs miscounted")
        if (len(mine) < 30) != (summary["shortfall_reason"] is not None):
            found.append(f"{len(mine)} songs, shortfall {summary['shortfall_reason']}")
        if summary["discovery_songs"] != sum(row["discovery"] for row in mine):
            found.append("discoveries miscounted")
        if summary["personalised"] and not self.user["personalised"]:
            found.append("personalised against the user's wish")
        personal = {"item_item", "als", "similar", "resting"}
        if not summary["personalised"] and any(personal & set(row["sources"]) for row in mine):
            found.append("personal source in a non-personal list")
        return found

    def _broken(self, mine: list[dict[str, Any]], summary: dict[str, Any]) -> set[str]:
        artists = Counter(a for row in mine for a in self.artists(row["track_id"]))
        albums = Counter(a for row in mine if (a := self.tracks[row["track_id"]]["album_id"]) is not None)
        nights = [self.nights.get(row["recording_id"], 99) for row in mine]
        most = max(artists.values(), default=0)
        broken = {
            "album_cap": max(albums.values(), default=0) > 2,
            "recommended_the_week_before": any(8 <= n <= 14 for n in nights),
            "disliked": summary["personalised"] and any(row["track_id"] in self.disliked for row in mine),
            "played_out": summary["personalised"] and any(row["track_id"] in self.worn for row in mine),
            "artist_cap_raised": most >= 3,
            "artist_cap_lifted": most > 3,
            "played_on_ds": any(
                row["recording_id"] in self.today or self.song(row["track_id"]) in self.today_songs for row in mine
            ),
            "recommended_last_week": any(n <= 7 for n in nights),
        }
        return {name for name, yes in broken.items() if yes}
