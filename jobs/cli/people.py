"""Commands about one listener: what they see, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit
from schemas.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from features.evidence.proof import Bounds
    from warehouse.lake.reader import NightView
    from warehouse.serving import Snapshot

Language = Literal["zh", "en"]


def show(
    user: Annotated[str, typer.Argument(help="The listener's id.", metavar="USER")],
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    lang: Annotated[Language | None, typer.Option("--lang", help="Language of the labels; the user's own.")] = None,
    review: Annotated[
        int | None, typer.Option("--review", help="Show why this song was chosen and its deep review.", min=1)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """A listener's Daily 30 as it is served: opener, hashtags, intro, header, songs with reasons."""
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
    """Why a song is in a listener's list: its sentences and reasons proved again by SQL over their source tables."""
    from jobs.cli import cards
    from jobs.commands.identity import present_id
    from jobs.commands.proving import sentences
    from jobs.commands.recheck import bounds
    from jobs.run.night import require_home
    from warehouse.lake.reader import Lake

    night = Lake(require_home(home)).night(ds)
    given = bounds(home)
    title, rows = _evidence(night, user, present_id(night, track), given, lang)
    said = sentences(night, user, rows, given)
    data = {"ds": str(night.ds), "user_id": user, "song": title, "sentences": said, "evidence": rows}
    emit(data, as_json, lambda: cards.evidence(title, said, rows, home))


def _evidence(
    night: NightView, user: str, track: str, given: Bounds, language: Language
) -> tuple[str, list[dict[str, Any]]]:
    import polars as pl

    from features.taste.affinity import artist_names
    from schemas import TABLES

    mine = night.frame("daily_lists").filter(pl.col("user_id") == user)
    if mine.is_empty():
        raise _no_list(user, night)
    chosen = mine.filter(pl.col("rank") == int(track)) if track.isdecimal() and len(track) <= 3 else mine.clear()
    song = chosen if chosen.height else mine.filter(pl.col("track_id") == track)
    if song.is_empty():
        raise UsageError(
            f"track {track!r} is not in the list of {user!r} of {night.ds}",
            fix=f"`daily30 show {user}` lists its {mine.height} songs; give a number or a track id.",
        )
    tracks = TABLES["tracks"].frame(night.frame("tracks"))  # of an older night: columns that it lacks are null
    names = dict(artist_names(tracks).rows()) | dict(tracks.select("track_id", "title").rows())
    rank, track_id = song.select("rank", "track_id").row(0)
    found = night.frame("evidence").filter((pl.col("user_id") == user) & (pl.col("track_id") == track_id)).sort("seq")
    credit = tracks.filter(pl.col("track_id") == track_id).select(pl.coalesce("artist_credit", "artist_name"))
    artist = credit.item() or "unknown artist"
    return f"{rank}. {names[track_id]} — {artist} ({track_id})", _proved(found, names, night, given, language)


def _proved(
    found: pl.DataFrame, names: dict[str, str], night: NightView, given: Bounds, language: Language
) -> list[dict[str, Any]]:
    """Each reason of one song in words, with its query, whether that bears it out, and what it was read from."""
    from features.evidence.proof import recheck_sql
    from features.words.facts.claims import claim
    from jobs.commands.recheck import mismatches

    if found.is_empty():
        return []
    user = found["user_id"][0]
    wrong = {row for row, _ in mismatches(night, given, user)}
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
