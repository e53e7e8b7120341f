"""``daily30 analyse``: what any file or folder of music sounds like; needs no home."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import JsonOption, console, json_text, progress
from schemas.errors import UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table
    from rich.text import Text

    from features.measurement import Said

_SHOWN = 60
_MOODS = 3


def analyse(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of music.", metavar="PATH...")],
    out: Annotated[
        Path | None,
        typer.Option(help="Parquet file for all features and emotions, one row per file.", metavar="X.parquet"),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes; one per core if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tempo, key, loudness, feeling and the rest of any audio; what cannot be heard is told with a reason."""
    from jobs.commands.analyse import analyse as hear
    from jobs.commands.analyse import find, frame

    _check(out)
    found = find(paths)
    rows: list[dict[str, Any]] = []
    with progress(quiet=as_json) as shown:
        shown.start("analyse", len(found))
        for row in hear(found, workers or os.cpu_count() or 1):
            rows.append(row)
            shown.advance("analyse", detail=row.get("reason") or Path(row["path"]).name)
        failed = sum("reason" in row for row in rows)
        shown.finish("analyse", f"{len(rows) - failed:,} heard, {failed:,} not")
    made = frame(rows)
    if out is not None:
        _write(made, out)
    if as_json:
        typer.echo(json_text({"files": made.to_dicts()}, allow_nan=False))
    else:
        console.print(_table(made))


def _check(out: Path | None) -> None:
    """The output can be written, before any file is heard."""
    if out is None:
        return
    if out.suffix != ".parquet":
        raise UsageError(f"--out {out}: not a Parquet file", fix="give it a name that ends in .parquet.")
    if not out.parent.is_dir():
        raise UsageError(f"--out {out}: the folder {out.parent} does not exist", fix="make it, or name another.")


def _write(made: pl.DataFrame, out: Path) -> None:
    aside = out.with_name(f".{out.name}.part")
    made.write_parquet(aside)
    aside.replace(out)


def _table(made: pl.DataFrame) -> Table:
    from rich import box
    from rich.table import Table

    failed = Counter(made["reason"].drop_nulls().sort().to_list())
    caption = ", ".join(f"{count:,} {reason}" for reason, count in failed.most_common())
    if made.height > _SHOWN:
        caption = f"{made.height - _SHOWN:,} more files; {caption}".rstrip("; ")
    drawn = Table(caption=caption or None, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    drawn.add_column("File", overflow="fold", ratio=2)
    for heading in ("Length", "BPM", "Key", "Bar", "LUFS", "Valence", "Arousal"):
        drawn.add_column(heading, no_wrap=True)
    drawn.add_column("Moods", overflow="fold", ratio=1)
    shown = made.head(_SHOWN)
    folder = _common_folder(shown["path"].to_list())
    for row in shown.iter_rows(named=True):
        drawn.add_row(os.path.relpath(row["path"], folder or None), *_cells(row))
    drawn.title = folder or None
    return drawn


def _common_folder(paths: list[str]) -> str:
    """The folder all lie in; empty when there is none, or when some are absolute and some are not."""
    if not paths or len({Path(path).is_absolute() for path in paths}) > 1:
        return ""
    return os.path.commonpath([Path(path).parent for path in paths])


def _cells(row: dict[str, Any]) -> list[str | Text]:
    from rich.text import Text

    from features.measurement import MeasurementPolicy

    if row["reason"]:
        return [*[""] * 7, Text(row["reason"], style="red")]
    policy = MeasurementPolicy()  # a folder of music has no home, so no settings

    def marked(measure: Said, text: str) -> str | Text:
        """What may not be said as a fact is marked as a guess."""
        return text if policy.row_may_say(measure, row) else Text(f"{text}?", style="dim")

    minutes, seconds = divmod(round(row["duration_s"]), 60)
    return [
        f"{minutes}:{seconds:02d}",
        marked("tempo", f"{row['tempo_bpm']:.0f}") if row["tempo_bpm"] else "",
        marked("key", f"{row['key']} {row['mode']}") if row["key"] else "",
        marked("metre", str(row["beats_per_bar"])) if row["beats_per_bar"] else "",
        f"{row['loudness_lufs']:.1f}" if row["loudness_lufs"] is not None else "",
        marked("valence", f"{row['valence']:+.2f}"),
        marked("arousal", f"{row['arousal']:+.2f}"),
        ", ".join(policy.row_said_moods(row)[:_MOODS]),
    ]


def register(app: typer.Typer) -> None:
    app.command()(analyse)
