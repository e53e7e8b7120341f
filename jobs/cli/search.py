"""``daily30 search``: songs by feeling, words or name, and songs like another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit
from schemas.errors import UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from warehouse.lake import NightView

# Beyond k, so that withdrawn tracks leave no gap.
_MARGIN = 500


def search(
    text: Annotated[
        str | None, typer.Argument(help="What the song should be like, Chinese or English.", metavar="TEXT")
    ] = None,
    like: Annotated[
        str | None, typer.Option("--like", metavar="TRACK_ID", help="Songs that sound and read like this one.")
    ] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="How many songs.")] = 10,
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Songs that a text describes ("quiet songs for a rainy day", 适合开车的歌), or songs like another."""
    from jobs.run.night import require_home
    from warehouse.lake import Lake

    if (text is None or not text.strip()) == (like is None):
        raise UsageError("say either a TEXT or --like TRACK_ID", fix='e.g. daily30 search "quiet songs for rain".')
    night = Lake(require_home(home)).night(ds)
    found = similar(night, like, k) if like is not None else described(night, home, str(text), k)
    rows = _with_moods(night, home, found)
    asked = f"like {like}" if like is not None else str(text)
    emit({"ds": str(night.ds), "asked": asked, "songs": rows}, as_json, lambda: _draw(asked, rows))


def described(night: NightView, home: Path, text: str, k: int) -> pl.DataFrame:
    """Songs by name and by meaning."""
    import polars as pl

    from features.embeddings import index, lookup
    from jobs.run.settings import load_settings
    from jobs.tools.text_encoder import open_text_encoder

    stored = night.frame("search_index").row(by_predicate=pl.col("name") == "text", named=True)
    encoder = open_text_encoder(home, load_settings(home).section("text_encoder"))
    if stored["model"] != encoder.name:
        raise UsageError(
            f"the night of {night.ds} was indexed with {stored['model']}, the settings say {encoder.name}",
            fix="run the night again, or set [text_encoder] as it was.",
        )
    asked = min(k + _MARGIN, len(stored["track_ids"]))
    similarity, rows = index.search(stored["payload"], encoder.encode([text]), asked)
    lawful = rows[0] >= 0
    ids = pl.Series(stored["track_ids"]).gather(rows[0][lawful])
    near = pl.DataFrame({"track_id": ids, "similarity": similarity[0][lawful]})
    return lookup.rank(text, near, night.frame("tracks"), k)


def similar(night: NightView, track: str, k: int) -> pl.DataFrame:
    """Songs like this one, as the night found them."""
    import polars as pl

    tracks = night.frame("tracks")
    if track not in tracks["track_id"]:
        raise UsageError(f"no track {track!r} in the night of {night.ds}", fix="daily30 search TITLE shows track ids.")
    near = night.frame("neighbours").filter(pl.col("track_id") == track).select(track_id="neighbour_id", at="rank",
        similarity="similarity", audio_similarity="audio_similarity", text_similarity="text_similarity")  # fmt: skip
    found = near.join(tracks.filter("available"), on="track_id").sort("at").head(k)
    return found.select(
        pl.int_range(1, pl.len() + 1).cast(pl.Int32).alias("rank"),
        "track_id",
        "title",
        "artist_name",
        "similarity",
        "audio_similarity",
        "text_similarity",
    )


def _with_moods(night: NightView, home: Path, found: pl.DataFrame) -> list[dict[str, Any]]:
    """The songs found, each with the ``moods`` that may be said of it."""
    from features.measurement import MeasurementPolicy
    from jobs.run.settings import load_settings
    from jobs.run.stage import MEASUREMENTS

    policy: MeasurementPolicy = load_settings(home).params(MEASUREMENTS)
    felt = night.frame("emotions").select("track_id", "moods", "mood_probabilities", "valence_confidence")
    rows = found.join(felt, on="track_id", how="left", maintain_order="left").to_dicts()
    return [{**{name: row[name] for name in found.columns}, "moods": policy.row_said_moods(row)} for row in rows]


def _draw(asked: str, rows: list[dict[str, Any]]) -> Table:
    from rich.table import Table

    table = Table("", "song", "artist", "moods", "similarity", "track", title=asked, title_justify="left")
    for row in rows:
        near = "by name" if row["similarity"] is None else f"{row['similarity']:.2f}"
        named = f" ({row['matched']})" if row.get("matched") in ("title", "artist") else ""
        moods = ", ".join(row["moods"][:3])
        cells = (
            str(row["rank"]),
            row["title"],
            row["artist_name"] or "unknown artist",
            moods,
            near + named,
            row["track_id"],
        )
        table.add_row(*cells)
    return table


def register(app: typer.Typer) -> None:
    app.command()(search)
