"""Labelled recordings in a folder: which layout, which labels, which groups belong together.

A corpus is a folder with ``labels.csv`` or ``manifest.csv`` beside its recordings, or with these in
its only sub-folder. The columns tell the layout:

- ``path, valence, arousal[, group]``: our own, any scale;
- ``file, game, valence_sign, arousal_sign``: VGMIDI, signs only, pieces of a game belong together;
- ``path`` and the nine GEMS shares: Emotify;
- ``song_id, mean_valence, mean_arousal``: DEAM, 1 to 9;
- ``path, va_hint, group``: weak hints such as ``A+``, ``A-V+``, ``V-`` from the scene a piece is used in.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import ContractError, UsageError

Row = Mapping[str, str]
NAN = math.nan


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled recording; NaN where an axis is not labelled.

    Args:
        path: the recording.
        group: recordings that must not be split between training and judging.
        valence, arousal: on the corpus's own scale, higher = more.
    """

    path: Path
    group: str
    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """All labelled recordings of one folder; ``signs`` when labels only say plus or minus."""

    name: str
    signs: bool
    clips: tuple[Labelled, ...]


def find(folder: Path) -> list[Corpus]:
    """Every corpus under a folder, by name."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", fix="name the folder that holds the labelled recordings.")
    tables = sorted((*folder.rglob("labels.csv"), *folder.rglob("manifest.csv")))
    corpora = [corpus for table in tables if (corpus := read(table)) is not None]
    if not corpora:
        fix = "put a labels.csv with the columns path, valence, arousal beside the recordings."
        raise UsageError(f"no labelled recordings under {folder}", fix=fix)
    return corpora


def read(table: Path) -> Corpus | None:
    """The corpus a table describes; None when its columns are of no known layout."""
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = set(rows[0]) if rows else set()
    for needed, signs, parse in _LAYOUTS:
        if needed <= columns:
            root = _recordings(table.parent)
            try:
                clips = tuple(clip for row in rows if (clip := parse(row, root)) is not None)
            except ValueError as error:
                raise ContractError(f"{table}: {error}", fix="labels must be numbers.") from None
            name = "scenes" if table.name == "manifest.csv" else table.parent.name
            return Corpus(name, signs, tuple(sorted(clips, key=lambda c: str(c.path))))
    return None


def _recordings(folder: Path) -> Path:
    """The folder itself, or its only sub-folder when recordings lie there."""
    inner = [p for p in sorted(folder.iterdir()) if p.is_dir()]
    return inner[0] if len(inner) == 1 else folder


def _own(row: Row, root: Path) -> Labelled:
    return Labelled(
        root / row["path"], row.get("group") or row["path"], _number(row["valence"]), _number(row["arousal"])
    )


def _vgmidi(row: Row, root: Path) -> Labelled:
    return Labelled(root / row["file"], row["game"], _number(row["valence_sign"]), _number(row["arousal_sign"]))


def _emotify(row: Row, root: Path) -> Labelled:
    gems = {name: float(row[name]) for name in _GEMS}
    arousal = gems["power"] + gems["joyful_activation"] + gems["tension"] - gems["calmness"] - gems["tenderness"]
    pleasant = gems["joyful_activation"] + gems["tenderness"] + gems["calmness"]
    return Labelled(root / row["path"], row["path"], pleasant - gems["sadness"] - gems["tension"], arousal)


def _deam(row: Row, root: Path) -> Labelled:
    name = row["song_id"].strip()
    return Labelled(root / f"{name}.mp3", name, _number(row["mean_valence"]), _number(row["mean_arousal"]))


def _scene(row: Row, root: Path) -> Labelled | None:
    hint = row["va_hint"]
    return Labelled(root / row["path"], row["group"], _sign(hint, "V"), _sign(hint, "A")) if hint else None


def _sign(hint: str, axis: str) -> float:
    return 1.0 if f"{axis}+" in hint else -1.0 if f"{axis}-" in hint else NAN


def _number(text: str) -> float:
    return float(text) if text.strip() else NAN


_GEMS = ("power", "joyful_activation", "tension", "calmness", "tenderness", "sadness")
_LAYOUTS: tuple[tuple[set[str], bool, Callable[[Row, Path], Labelled | None]], ...] = (
    ({"path", "valence", "arousal"}, False, _own),
    ({"file", "game", "valence_sign", "arousal_sign"}, True, _vgmidi),
    ({"path", *_GEMS}, False, _emotify),
    ({"song_id", "mean_valence", "mean_arousal"}, False, _deam),
    ({"path", "va_hint", "group"}, True, _scene),
)


def present(corpora: list[Corpus]) -> Iterator[Corpus]:
    """The corpora without the clips whose recording is missing, and without those that have none."""
    for corpus in corpora:
        clips = tuple(c for c in corpus.clips if c.path.is_file())
        if clips:
            yield Corpus(corpus.name, corpus.signs, clips)
