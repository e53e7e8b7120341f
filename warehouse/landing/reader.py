"""The landing folder as tables: every delivered row, with the file and row it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import polars as pl

from schemas.catalogue import LANDING_UNREADABLE
from schemas.delivery import DELIVERED, LANDING
from schemas.errors import ContractError
from warehouse.erasure.register import NOBODY, USER, Erased, erased_of
from warehouse.landing.audio import AudioHashes
from warehouse.landing.coerce import delivered_key
from warehouse.landing.delivery import read_delivery
from warehouse.landing.files import delivered_files, file_sha256, landing_root, relative_name
from warehouse.landing.limits import DEFAULT, Limits, check_files
from warehouse.landing.lyrics import lyrics_files, missing_files, read_lyrics


def open_landing(home: Path, limits: Limits = DEFAULT) -> Landing:
    """The landing of ``home``; raises :class:`ContractError` when a needed file or folder is missing."""
    landing = Landing(landing_root(home), limits, erased_of(home))
    for table in DELIVERED:
        landing.files(table)
    return landing


class Landing:
    """Reader of one landing folder.

    Args:
        root: the landing folder.
        limits: how large its files, rows and cells may be.
        erased: users whose rows are not read, whoever delivers them.
    """

    def __init__(self, root: Path, limits: Limits = DEFAULT, erased: Erased = NOBODY) -> None:
        self.root, self.limits, self.erased = root, limits, erased
        self._audio = AudioHashes(root / "audio")
        self._unreadable: dict[str, pl.DataFrame] = {}

    def files(self, table: str) -> list[Path]:
        """Files that hold ``table`` (``"tracks"``, ...), in reading order."""
        if table == "lyrics":
            return lyrics_files(self.root)
        found = delivered_files(self.root, table)
        check_files(found, self.limits, where=self.root / table)
        return found

    def digest(self) -> dict[str, str]:
        """SHA-256 per landing table over names and contents of everything it is read from.

        Tracks include the audio files they name, lyrics the tracks that name them; what may not be read follows
        the limits.
        """
        found = {table: self.digest_of(table) for table in DELIVERED}
        paths = self.frame("landing_tracks").get_column("audio_path").drop_nulls().unique().sort()
        found["tracks"] = _digest([("", found["tracks"]), *((p, self._audio.of(p) or "") for p in paths)])
        found["lyrics"] = _digest([("", found["tracks"]), ("", found["lyrics"])])
        found["unreadable"] = _digest([*sorted(found.items()), ("limits", str(self.limits))])
        return {f"landing_{table}": value for table, value in found.items()}

    def digest_of(self, table: str) -> str:
        """SHA-256 over names and contents of the files that hold ``table``, without what they name, and of who was
        erased where that bears on its rows."""
        files = [(relative_name(self.root, p), file_sha256(p)) for p in self.files(table)]
        of_users = self.erased.digest if USER in LANDING[f"landing_{table}"].names else ""
        return _digest([*files, ("erased", of_users)] if of_users else files)

    def frame(self, name: str) -> pl.DataFrame:
        """All delivered rows of ``name`` (``"landing_tracks"``, ...) that could be read.

        Rows that could not are those of ``frame("landing_unreadable")``.
        """
        if name not in LANDING:
            raise KeyError(f"{name} is no landing table")
        if name == LANDING_UNREADABLE.name:
            return self._all_unreadable()
        table = name.removeprefix("landing_")
        frame, unreadable = self._read(table)
        self._unreadable[table] = unreadable
        return frame

    def _all_unreadable(self) -> pl.DataFrame:
        for table in DELIVERED:
            if table not in self._unreadable:
                self._unreadable[table] = self._read(table)[1]
        return pl.concat([self._unreadable[t] for t in DELIVERED])

    def _read(self, table: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        if table == "lyrics":
            tracks = self.frame("landing_tracks")
            rows, refused = read_lyrics(self.root, tracks)
            return rows, pl.concat([refused, missing_files(self.root, tracks)])
        read = partial(read_delivery, table=table, limits=self.limits)
        parts = [read(path, name=relative_name(self.root, path)) for path in self.files(table)]
        contract = LANDING[f"landing_{table}"]
        frame = self.erased.kept(pl.concat([contract.empty(), *(p[0] for p in parts)]))
        unreadable = self.erased.readable(pl.concat([LANDING_UNREADABLE.empty(), *(p[1] for p in parts)]))
        if table == "tracks":
            frame, escaping = self._with_audio(frame)
            unreadable = pl.concat([unreadable, escaping])
        return frame, unreadable

    def _with_audio(self, tracks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Tracks with the hash of their audio file; those whose path leaves the folder by a link apart."""
        folder = self.root / "audio"
        if folder.exists() and not folder.is_dir():
            raise ContractError(f"{folder}: is a file, not a folder", fix="put audio files into a folder audio/.")
        paths = tracks.get_column("audio_path").to_list()
        hashed = tracks.with_columns(pl.Series("audio_sha256", [self._audio.of(p) for p in paths], dtype=pl.String))
        escaping = pl.Series([p is not None and self._audio.escapes(p) for p in paths], dtype=pl.Boolean)
        refused = hashed.filter(escaping).select(
            pl.lit("tracks").alias("table_name"),
            "source_file",
            "source_row",
            delivered_key(hashed, "tracks").alias("row_key"),
            pl.lit("unsafe_path").alias("reason"),
            pl.format("audio_path '{}' leads out of landing/audio through a link", "audio_path").alias("detail"),
        )
        return hashed.filter(~escaping), LANDING_UNREADABLE.frame(refused)


def _digest(parts: Iterable[tuple[str, str]]) -> str:
    whole = hashlib.sha256()
    for name, value in parts:
        whole.update(f"{len(name)}:{name}{value}\n".encode())
    return whole.hexdigest()
