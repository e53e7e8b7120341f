"""Commands about one listener: what they see, and why."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit
from schemas.errors import ContractError, UsageError
from schemas.terminal import command

if TYPE_CHECKING:
    from features.evidence.proof import Bounds
    from jobs.commands.recheck import Row
    from warehouse.lake.reader import NightView
    from warehouse.serving import Snapshot

Language = Literal["zh", "en"]
Form = Literal["m3u", "jspf"]


def show(
    user: Annotated[str, typer.Argument(help="The listener's id.", metavar="USER")],
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    lang: Annotated[Language | None, typer.Option("--lang", help="Language of the labels; the user's own.")] = None,
    review: Annotated[
        int | None, typer.Option("--review", help="Show why this song was chosen and its deep review.", min=1)
    ] = None,
    form: Annotated[Form | None, typer.Option("--format", help="Print it as a playlist for players.")] = None,
    as_json: JsonOption = False,
) -> None:
    """A listener's Daily 30 as it is served: opener, hashtags, intro, header, songs with reasons."""
    if form and (as_json or review is not None):
        raise UsageError("--format prints the list alone", fix="leave out --json and --review.")
    from jobs.cli import cards
    from jobs.run.night import require_home
    from warehouse.serving import open_serving_store

    store = open_serving_store(require_home(home), _serving_section(home))
    with store.reading(ds=ds) as served:
        payload = served.user_list(user)
        if payload is None:
            raise _unknown_user(user, served)
        language = lang or payload["language"] or "en"
        if review is not None:
            text = _review(served, payload, review, language)
            emit({"version": served.version, **text}, as_json, lambda: cards.review(text))
            return
        version = served.version
    if form:
        typer.echo(_playlist(home, payload, version, form), nl=False)
        return
    header = _header_path(home, payload)
    data = {"version": version, "header_path": header, **payload}
    emit(data, as_json, lambda: cards.daily30(payload, language, version=version, header=header))


def explain(
    user: Annotated[str, typer.Argument(help="The listener's id.", metavar="USER")],
    track: Annotated[str, typer.Argument(help="A track of the list: its id, or its number in the list.")],
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the claims.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Why a song is in a listener's list: what was published of it, sentence by sentence, and its reasons, each proved
    again from plays and measurements; exit 3 when a sentence is false or a reason does not hold.
    """
    from jobs.cli import cards
    from jobs.commands.identity import present_id
    from jobs.commands.proving import Asked, sentences
    from jobs.commands.recheck import bounds, mismatches
    from jobs.run.night import require_home
    from jobs.run.settings import load_settings
    from warehouse.lake.reader import Lake
    from warehouse.serving import open_serving_store

    night = Lake(require_home(home)).night(ds)
    given = bounds(home)
    track_id, title = _listed(night, user, present_id(night, track))
    wrong = {row for row, _ in mismatches(night, given, user)}
    rows = _reasons(night, user, track_id, wrong, given, lang)
    settings = load_settings(home)
    store = open_serving_store(home, settings.section("serving"))
    said = sentences(night, Asked(user, track_id, wrong), settings, given, store)
    data = {"ds": str(night.ds), "user_id": user, "song": title, "sentences": said, "evidence": rows}
    emit(data, as_json, lambda: cards.evidence(title, said, rows, home))
    if any(one["verdict"] == "false" for one in said) or not all(row["holds"] for row in rows):
        raise typer.Exit(ContractError.exit_code)


def _listed(night: NightView, user: str, track: str) -> tuple[str, str]:
    """The id of a song of the list, and how it is headed."""
    import polars as pl

    from schemas import TABLES

    mine = night.frame("daily_lists").filter(pl.col("user_id") == user)
    if mine.is_empty():
        raise _no_list(user, night)
    chosen = mine.filter(pl.col("rank") == int(track)) if track.isdecimal() and len(track) <= 3 else mine.clear()
    song = chosen if chosen.height else mine.filter(pl.col("track_id") == track)
    if song.is_empty():
        raise UsageError(
            f"track {track!r} is not in the list of {user!r} of {night.ds}",
            fix=f"`{command('show', of=[user])}` lists its {mine.height} songs; give a number or a track id.",
        )
    tracks = TABLES["tracks"].frame(night.frame("tracks"))  # of an older night: columns that it lacks are null
    rank, track_id = song.select("rank", "track_id").row(0)
    known = tracks.filter(pl.col("track_id") == track_id)
    name, artist = known.select("title", pl.coalesce("artist_credit", "artist_name")).row(0)
    return track_id, f"{rank}. {name} — {artist or 'unknown artist'} ({track_id})"


def _reasons(
    night: NightView, user: str, track_id: str, wrong: Collection[Row], given: Bounds, language: Language
) -> list[dict[str, Any]]:
    """Each reason of one song in words, with its query, whether that bears it out, and what it was read from."""
    import polars as pl

    from features.evidence.proof import recheck_sql
    from features.taste.affinity import artist_names
    from features.words.facts.claims import claim
    from schemas import TABLES

    tracks = TABLES["tracks"].frame(night.frame("tracks"))
    names = dict(artist_names(tracks).rows()) | dict(tracks.select("track_id", "title").rows())
    found = night.frame("evidence").filter((pl.col("user_id") == user) & (pl.col("track_id") == track_id)).sort("seq")
    return [
        {
            **row,
            "claim": claim(row, names, language),
            "holds": (user, row["track_id"], row["seq"]) not in wrong,
            "source_version": night.table_version(row["source_table"]),
            "sql": recheck_sql(row, user, night.ds, given),
        }
        for row in found.to_dicts()
    ]


def _playlist(home: Path, payload: dict[str, Any], version: str, form: Form) -> str:
    """The list for players, with the addresses that `[serve] audio_url` gives, else the files that are there."""
    from features.serving.playlist import jspf, m3u

    tracks = [song["track_id"] for song in payload["songs"]]
    if at := _audio_url(home):
        found = {track: at.replace("{track_id}", quote(track, safe="").replace(".", "%2E")) for track in tracks}
        return jspf(payload, version, found) if form == "jspf" else m3u(payload, found)
    files = _recordings(home, date.fromisoformat(payload["ds"]), tracks)
    if form == "jspf":
        return jspf(payload, version, {track: path.as_uri() for track, path in files.items()})
    return m3u(payload, {t: str(p) if str(p).isprintable() else p.as_uri() for t, p in files.items()})


def _audio_url(home: Path) -> str | None:
    """The template of addresses; None where there is none, or it leads to this server alone."""
    from jobs.run.settings import load_section
    from jobs.serve.settings import ServeSettings

    url = ServeSettings(**load_section(home, "serve")).audio_url
    return url if "://" in url else None


def _recordings(home: Path, ds: date, tracks: list[str]) -> dict[str, Path]:
    """The files in the landing of these tracks, as the night of ``ds`` knew them."""
    from warehouse.lake.reader import Lake
    from warehouse.media.probe import MediaError, locate

    try:
        rows = Lake(home).night(ds).frame("tracks")
    except (UsageError, ContractError):  # the night is gone from the lake: what was served of it is still here
        return {}
    named = dict(rows.select("track_id", "audio_path").drop_nulls().iter_rows())
    files = {}
    for track in tracks:
        with suppress(MediaError):
            files[track] = locate(home / "landing" / "audio", named.get(track, ""))
    return files


def _serving_section(home: Path) -> dict[str, Any]:
    from jobs.run.settings import load_section

    return load_section(home, "serving")


def _review(served: Snapshot, payload: dict[str, Any], rank: int, language: str) -> dict[str, Any]:
    song = next((s for s in payload["songs"] if s["rank"] == rank), None)
    if song is None:
        raise UsageError(f"the list has no song number {rank}", fix=f"choose 1 to {len(payload['songs'])}.")
    text = served.review(song["track_id"], language)
    if text is None:
        raise UsageError(f"there is no {language} review of {song['title']!r}", fix="try the other --lang.")
    own = song["paragraph"] if language == payload["language"] else None
    return {**text, "paragraph": own}


def _header_path(home: Path, payload: dict[str, Any]) -> str | None:
    """Where the header's video (or poster) lies, as a path a person can open."""
    from warehouse.media.store import open_media_store

    header = payload["header"]
    key = header and (header["video_key"] or header["poster_key"])
    return str(open_media_store(home).path(key)) if key else None


def _unknown_user(user: str, served: Snapshot) -> UsageError:
    near = served.near_user_ids(user)
    return UsageError(
        f"version {served.version} has no list for user {user!r}",
        fix=f"did you mean {', '.join(near)}?" if near else "the version holds no users.",
    )


def _no_list(user: str, night: NightView) -> UsageError:
    import difflib

    ids = sorted(night.frame("list_summaries")["user_id"])
    near = difflib.get_close_matches(user, ids, n=5, cutoff=0.0)
    return UsageError(f"the night of {night.ds} has no list for user {user!r}", fix=f"did you mean {', '.join(near)}?")


def register(app: typer.Typer) -> None:
    app.command()(show)
    app.command()(explain)
