"""Which music folder has which name in the landing: two folders never share one, a moved folder keeps its own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from schemas.errors import ContractError, UsageError
from schemas.terminal import safe
from warehouse.landing.landing_writer import LandingWriter, slug

REGISTER = ".folders.json"


@dataclass(frozen=True, slots=True)
class Folder:
    """A music folder in the landing.

    Args:
        name: of its files there: ``tracks/folder-<name>.jsonl``, ``audio/<name>/``.
        root: where it lies.
        asked: the name a person asked for, exactly; None where it is the folder's own.
        new: whether the register did not have it: of an older home, or never seen.
    """

    name: str
    root: str
    asked: str | None
    new: bool = True


def find_folder(landing: LandingWriter, root: Path, asked: str | None) -> Folder:
    """The folder as the landing knows it, or a name for it that no other folder has."""
    if asked is not None and safe(asked) != asked:
        raise UsageError(f"--name {asked!r} is no name", fix="give a name of printable letters.")
    here, known = str(root.resolve()), _read(landing)
    mine = [f for f in known if f.asked == asked and (asked is not None or f.root == here)]
    moved = [f for f in known if asked is None and f.asked is None and f.name == slug(Path(here).name)]
    if not mine and moved and not Path(moved[0].root).is_dir():
        mine = moved
    if mine and asked is not None and mine[0].root != here and Path(mine[0].root).is_dir():
        raise UsageError(
            f"--name {asked!r}: the landing calls {mine[0].root} by this name already", fix="choose another --name."
        )
    if mine:
        return Folder(mine[0].name, here, asked, new=False)
    name = slug(asked or Path(here).name)
    if name.casefold() in {f.name.casefold() for f in known}:
        name += "-" + hashlib.blake2b((asked or here).encode(), digest_size=4).hexdigest()
    return Folder(name, here, asked)


def remember_folder(landing: LandingWriter, folder: Folder) -> None:
    """Keep the folder in the register."""
    others = [f for f in _read(landing) if f.name != folder.name]
    rows = sorted((asdict(f) for f in [*others, folder]), key=lambda row: str(row["name"]))
    for row in rows:
        row.pop("new")
    landing.put_text(REGISTER, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def _read(landing: LandingWriter) -> list[Folder]:
    """The register; without one there are no folders. Guessed anew, two folders might come to share a name."""
    path = landing.root / REGISTER
    if not path.is_file():
        return []
    try:
        folders = [Folder(**row, new=False) for row in json.loads(path.read_text("utf-8"))]
        if not all(isinstance(f.name, str) and isinstance(f.root, str) for f in folders):
            raise TypeError("a name or a place is no text")
    except (ValueError, TypeError) as error:
        raise ContractError(
            f"{path}: the register of music folders cannot be read ({error})",
            fix="put it back from a copy; or remove it and give each folder, by --name, the name that its file "
            "landing/tracks/folder-NAME.jsonl has.",
        ) from error
    return folders
