"""What a night promises, each rule as a search for offenders; written from the promises, not from the code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import av

from tests.e2e.night import Night, Row, group

SONGS = 30
RELAXATIONS = (
    "discovery_share",
    "album_cap",
    "recommended_the_week_before",
    "disliked",
    "played_out",
    "artist_cap_raised",
    "played_on_ds",
    "recommended_last_week",
    "artist_cap_lifted",
)
Rule = Callable[[Night], Iterator[str]]


def thirty_distinct_recordings(night: Night) -> Iterator[str]:
    summaries, lists, recordings = night.by("list_summaries", "user_id"), night.per_user("daily_lists"), _rec(night)
    for user in night.by("users", "user_id"):
        songs = lists.get(user, [])
        if len({recordings[s["track_id"]] for s in songs}) != len(songs):
            yield f"{user}: a recording twice"
        if len(songs) != SONGS and not (len(songs) < SONGS and summaries[user]["shortfall_reason"]):
            yield f"{user}: {len(songs)} songs without a reason"
        if [s["rank"] for s in songs] != list(range(1, len(songs) + 1)):
            yield f"{user}: ranks have gaps"
    yield from (f"{u}: a list of nobody" for u in lists.keys() - night.by("users", "user_id").keys())


def artists_capped(night: Night) -> Iterator[str]:
    tracks = night.by("tracks", "track_id")
    for user, songs, relaxed in _lists(night):
        if "artist_cap_lifted" in relaxed:
            continue
        cap = 3 if "artist_cap_raised" in relaxed else 2
        credited = Counter(
            a for s in songs for a in {tracks[s["track_id"]]["artist_id"], *_featured(tracks[s["track_id"]])}
        )
        yield from (f"{user}: {n} songs of {a}" for a, n in credited.items() if n > cap)


def albums_capped(night: Night) -> Iterator[str]:
    tracks = night.by("tracks", "track_id")
    for user, songs, relaxed in _lists(night):
        albums = Counter(tracks[s["track_id"]]["album_id"] for s in songs)
        if "album_cap" not in relaxed:
            yield from (f"{user}: {n} songs of {a}" for a, n in albums.items() if a is not None and n > 2)


def nothing_forbidden(night: Night) -> Iterator[str]:
    """Blocked, withdrawn, not out yet, not licensed there, explicit where unwanted."""
    tracks, users, recordings = night.by("tracks", "track_id"), night.by("users", "user_id"), _rec(night)
    signals = night.per_user("feedback")
    for user, songs, _ in _lists(night):
        mine = users[user]
        blocked = {s["subject_id"] for s in signals.get(user, []) if s["kind"].startswith("block_")}
        blocked_recordings = {recordings[b] for b in blocked if b in recordings}
        for track in (tracks[s["track_id"]] for s in songs):
            found = {
                "blocked": blocked & {track["track_id"], track["artist_id"], *_featured(track)},
                "blocked under another id": recordings[track["track_id"]] in blocked_recordings,
                "withdrawn": not track["available"],
                "not to be played": track["playable"] is False,
                "not released": track["release_date"] and track["release_date"] > night.ds + timedelta(days=1),
                "no rights there": track["regions"] and mine["country"] not in track["regions"],
                "explicit": track["explicit"] and not mine["explicit_ok"],
                "not known yet": track["added_on"] > night.ds,
            }
            yield from (f"{user}: {track['track_id']} is {what}" for what, so in found.items() if so)


def nothing_played_today(night: Night) -> Iterator[str]:
    recordings = _rec(night)
    played = group(
        [p for p in night.tables["plays"] if p["local_date"] == night.ds], lambda p: (p["user_id"], p["track_id"])
    )
    today = {(u, recordings[t]) for u, t in played}
    for user, songs, relaxed in _lists(night):
        if "played_on_ds" not in relaxed:
            yield from (f"{user}: {s['track_id']}" for s in songs if (user, recordings[s["track_id"]]) in today)


def nothing_played_out(night: Night) -> Iterator[str]:
    """No song that a listener with a profile has played eight times or more within a week."""
    since = night.ds - timedelta(days=6)
    week = [p for p in night.tables["plays"] if since <= p["local_date"] <= night.ds]
    counts = Counter((p["user_id"], p["track_id"]) for p in week)
    personal = {s["user_id"] for s in night.tables["list_summaries"] if s["personalised"]}
    for user, songs, relaxed in _lists(night):
        if user in personal and "played_out" not in relaxed:
            yield from (f"{user}: {s['track_id']}" for s in songs if counts[(user, s["track_id"])] >= 8)


def nothing_of_the_last_14_nights(night: Night) -> Iterator[str]:
    recordings = _rec(night)
    for user, songs, relaxed in _lists(night):
        for day, rows in night.earlier.items():
            ago = (night.ds - day).days
            allowed = {"recommended_last_week"} | ({"recommended_the_week_before"} if ago > 7 else set())
            if not 1 <= ago <= 14 or allowed & relaxed:
                continue
            then = {recordings[r["track_id"]] for r in rows if r["user_id"] == user}
            yield from (f"{user}: {s['track_id']} of {day}" for s in songs if recordings[s["track_id"]] in then)


def relaxations_in_the_stated_order(night: Night) -> Iterator[str]:
    for user, summary in night.by("list_summaries", "user_id").items():
        given = summary["relaxations"]
        if given != [r for r in RELAXATIONS if r in given]:
            yield f"{user}: {given}"


def opted_out_lists_are_not_personal(night: Night) -> Iterator[str]:
    users, lists = night.by("users", "user_id"), night.per_user("daily_lists")
    for user, summary in night.by("list_summaries", "user_id").items():
        if not users[user]["personalised"] and summary["personalised"]:
            yield f"{user}: opted out, yet personalised"
        if not summary["personalised"]:
            personal = {s["source"] for s in lists[user]} - {"popular", "popular_near", "fresh"}
            yield from (f"{user}: a song of source {source}" for source in personal)


def every_song_has_evidence(night: Night) -> Iterator[str]:
    listed = {(s["user_id"], s["track_id"]) for s in night.tables["daily_lists"]}
    evidence = group(night.tables["evidence"], lambda e: (e["user_id"], e["track_id"]))
    yield from (f"{pair}: evidence, but not in the list" for pair in evidence.keys() - listed)
    yield from (f"{pair}: no evidence" for pair in listed - evidence.keys())
    for pair, rows in evidence.items():
        if [r["seq"] for r in rows] != list(range(1, len(rows) + 1)):
            yield f"{pair}: evidence is not numbered 1..n"
        yield from (f"{pair}: no table {r['source_table']}" for r in rows if r["source_table"] not in night.tables)


def words_for_every_list(night: Night) -> Iterator[str]:
    """Opener, 2 or 3 hashtags, intro; a reason and a review per song, in the listener's language."""
    users = night.by("users", "user_id")
    for user, payload in night.lists.items():
        language = users[user]["language"]
        if payload["language"] != language:
            yield f"{user}: reads {language}, gets {payload['language']}"
        for field in ("opener", "intro"):
            if not speaks(payload[field] or "", language):
                yield f"{user}: {field} {payload[field]!r}"
        tags = payload["hashtags"]
        if not 2 <= len(set(tags)) == len(tags) <= 3 or not all(re.fullmatch(r"#[^\s#]+", t) for t in tags):
            yield f"{user}: hashtags {tags}"
        for song in payload["songs"]:
            review = night.reviews.get((song["track_id"], language), {"paragraphs": [], "headings": []})
            if not speaks(song["reason"] or "", language, least=1):
                yield f"{user}: {song['track_id']}: reason {song['reason']!r}"
            if not song["has_review"] or not speaks("".join(review["paragraphs"]), language):
                yield f"{user}: {song['track_id']}: review {review['paragraphs']}"
            if len(review["headings"]) != len(review["paragraphs"]):
                yield f"{user}: {song['track_id']}: headings and paragraphs differ in number"


def speaks(text: str, language: str, least: int = 4) -> bool:
    """Whether a text is mostly of that language; titles inside may be of the other."""
    han, latin = len(re.findall(r"[\u4e00-\u9fff]", text)), len(re.findall(r"[A-Za-z]+", text))
    return han >= least and 2 * han >= latin if language == "zh" else latin >= least and latin >= han / 2


def served_as_computed(night: Night) -> Iterator[str]:
    """One payload per user, its songs those of daily_lists in the same order."""
    lists = night.per_user("daily_lists")
    if night.lists.keys() != lists.keys():
        yield f"lists served to {len(night.lists)} users, computed for {len(lists)}"
    tracks = night.by("tracks", "track_id")
    for user, payload in night.lists.items():
        shown = [(s["rank"], s["track_id"], s["title"]) for s in payload["songs"]]
        wanted = [(s["rank"], s["track_id"], tracks[s["track_id"]]["title"]) for s in lists.get(user, [])]
        if shown != wanted:
            yield f"{user}: served songs differ from the list"
        if payload["ds"] != str(night.ds) or payload["serves_on"] != str(night.ds + timedelta(days=1)):
            yield f"{user}: served for {payload['ds']}"


def headers_play(night: Night) -> Iterator[str]:
    """A header per list; its poster decodes, its video too: H.264, 1280×720, 6 to 10 s."""
    rows = night.by("headers", "track_id")
    for user, payload in night.lists.items():
        header, first = payload["header"], payload["songs"][0]["track_id"]
        if header is None or header["track_id"] != first or header["poster_key"] != rows[first]["poster_key"]:
            yield f"{user}: header {header}"
    for track, row in rows.items():
        if row["kind"] == "still" and not (row["reason"] and row["video_key"] is None):
            yield f"{track}: a still without a reason"
        if row["kind"] == "video":
            yield from (f"{track}: {wrong}" for wrong in video_faults(night, row))
        with av.open(str(media(night, row["poster_key"]))) as poster:
            picture = next(poster.decode(video=0))
            if (picture.width, picture.height) != (1280, 720):
                yield f"{track}: poster is {picture.width}×{picture.height}"


def video_faults(night: Night, row: Row) -> Iterator[str]:
    with av.open(str(media(night, row["video_key"]))) as video:
        stream: Any = video.streams.video[0]
        frames = sum(1 for _ in video.decode(stream))
        seconds = frames / float(stream.average_rate)
        if stream.codec_context.name != "h264" or (stream.width, stream.height) != (1280, 720):
            yield f"{stream.codec_context.name} {stream.width}×{stream.height}"
        if not 6 <= seconds <= 10 or abs(seconds - row["duration_s"]) > 0.2:
            yield f"{frames} frames are {seconds:.2f} s, the row says {row['duration_s']:.2f}"


def media(night: Night, key: str) -> Any:
    return night.home / "media" / key[:2] / key


def every_track_heard_or_excused(night: Night) -> Iterator[str]:
    heard, failed = night.by("audio_features", "track_id"), night.by("audio_failures", "track_id")
    tracks = night.by("tracks", "track_id")
    if heard.keys() & failed.keys() or heard.keys() | failed.keys() != tracks.keys():
        yield f"{sorted((heard.keys() ^ failed.keys()) ^ tracks.keys())}"
    yield from (f"{t}: no reason" for t, row in failed.items() if not row["reason"])
    for table in ("emotions", "text_vectors"):
        yield from (f"{t} lacks {table}" for t in tracks.keys() ^ night.by(table, "track_id").keys())


def accounts_add_up(night: Night) -> Iterator[str]:
    """Rows delivered, counted here, are the rows read; each was kept, repeated, refused or is of later days."""
    refused = Counter(q["table_name"] for q in night.tables["quarantine"])
    for name, counts in night.by("ingest_counts", "table_name").items():
        doors = ("rows_kept", "rows_duplicate", "rows_alias", "rows_quarantined", "rows_later")
        told = {
            "rows_read": sum(counts[d] for d in doors),
            "rows_kept": len(night.tables["track_aliases" if name == "aliases" else name]) - counts["rows_withdrawn"],
            "rows_quarantined": refused[name],
        } | {"rows_read (counted)": delivered_rows(night, name)}
        for door, rows in told.items():
            if counts[door.split()[0]] != rows:
                yield f"{name}: {door} is {counts[door.split()[0]]}, found {rows}"


def delivered_rows(night: Night, table: str) -> int:
    import polars as pl

    root = night.home / "landing"
    if table == "lyrics":
        return sum(1 for p in (root / "lyrics").rglob("*.lrc"))
    paths = [*root.glob(f"{table}.*"), *(p for p in (root / table).rglob("*") if p.is_file())]
    return sum(
        pl.read_parquet(p, hive_partitioning=False).height
        if p.suffix == ".parquet"
        else len(p.read_text("utf-8").splitlines()) - (p.suffix == ".csv")
        for p in paths
    )


def _rec(night: Night) -> dict[str, str]:
    return night.recordings()


def _featured(track: Row) -> list[str]:
    return track["featured_artist_ids"] or []


def _lists(night: Night) -> Iterator[tuple[str, list[Row], set[str]]]:
    summaries = night.by("list_summaries", "user_id")
    for user, songs in night.per_user("daily_lists").items():
        yield user, songs, set(summaries[user]["relaxations"])


RULES: tuple[Rule, ...] = (
    thirty_distinct_recordings,
    artists_capped,
    albums_capped,
    nothing_forbidden,
    nothing_played_today,
    nothing_played_out,
    nothing_of_the_last_14_nights,
    relaxations_in_the_stated_order,
    opted_out_lists_are_not_personal,
    every_song_has_evidence,
    words_for_every_list,
    served_as_computed,
    headers_play,
    every_track_heard_or_excused,
    accounts_add_up,
)
