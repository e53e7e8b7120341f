"""The report writer: writes the page and its media under ``home/report/ds=…/``, and the analysts' views.

The page depends on the night's tables alone, so the same night gives the same bytes. Clock values
(durations, memory) come from the run log and go into ``run.js`` beside it, which the page reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from features.night import Night
from features.report.inputs import ReportInputs
from jobs.report import WrittenFile, run
from schemas import TABLES
from schemas.errors import UsageError
from schemas.expectations import data_docs, validate_with_gx
from warehouse.duck import build_warehouse, sound_warehouse
from warehouse.lake.atomic import write_bytes
from warehouse.lake.reader import Lake
from warehouse.media.store import open_media_store
from warehouse.pages import render

_PAGE = "report.html.j2"
_OWN = ("report_files",)
"""Tables that are written after the page."""


class FolderReportWriter:
    """A :class:`jobs.report.ReportWriter` that writes into a home folder.

    Args:
        home: the folder that holds landing, lake and results.
        ds: the night.
    """

    def __init__(self, home: Path, ds: date) -> None:
        self.home, self.ds = home, ds
        self.folder = home / "report" / f"ds={ds}"
        self._written: list[WrittenFile] = []

    def copy_media(self, keys: Sequence[str]) -> Mapping[str, str]:
        store = open_media_store(self.home)
        copied = {}
        for key in keys:
            if store.has(key):
                self._put(f"media/{key}", store.path(key).read_bytes())
                copied[key] = f"media/{key}"
        return copied

    def write_data_docs(self, tables: Mapping[str, pl.DataFrame]) -> None:
        results = [validate_with_gx(frame, TABLES[name]) for name, frame in tables.items()]
        self._put("expectations/index.html", data_docs(results).encode("utf-8"))

    def write(self, page: Mapping[str, Any]) -> list[WrittenFile]:
        self._put("index.html", render(_PAGE, page).encode("utf-8"))
        self._write(self.folder / "run.js", run_log(self.home, self.ds))
        build_warehouse(self.home, self.ds, unmade=_OWN)
        written, self._written = sorted(self._written, key=lambda f: f.path), []
        return written

    def has(self, file: WrittenFile) -> bool:
        """Whether a file is there as it was written."""
        path = self.home / file.path
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256

    def has_views(self) -> bool:
        return (self.folder / "run.js").is_file() and sound_warehouse(self.home)

    def _put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        self._write(path, data)
        relative = path.relative_to(self.home).as_posix()
        self._written.append(WrittenFile(relative, hashlib.sha256(data).hexdigest(), len(data)))

    def _write(self, path: Path, data: bytes) -> None:
        if not path.is_file() or path.read_bytes() != data:
            write_bytes(path, data, aside=self.home / "lake" / "_aside")


def run_log(home: Path, ds: date) -> bytes:
    """``run.js``: per stage the latest run that did work, from ``home/runs/ds=…/<n>.json``."""
    logs = sorted((home / "runs" / f"ds={ds}").glob("*.json"), key=lambda p: (len(p.stem), p.stem))
    merged: dict[str, Any] = {"engine": "", "workers": 0}
    stages: dict[str, Any] = {}
    for path in logs:
        with suppress(OSError, ValueError, LookupError, TypeError):  # a damaged log is one run less to tell of
            log = json.loads(path.read_bytes())
            stages |= {s["stage"]: s for s in log["stages"] if s["ran"] or s["stage"] not in stages}
            merged |= {name: log[name] for name in merged}
    text = json.dumps({**merged, "stages": list(stages.values())}, ensure_ascii=True, sort_keys=True)
    return f"window.DAILY30_RUN = {text};\n".encode()


def open_report_writer(home: Path, settings: Any = None, ds: date | None = None, **_: Any) -> FolderReportWriter:
    """The report writer of a night."""
    del settings
    if ds is None:
        raise UsageError("the report needs a night", fix="give --ds.")
    return FolderReportWriter(Path(home), ds)


def write_report(home: Path, ds: date | None) -> list[str]:
    """Write the report of a finished night anew; the paths of its files, relative to home."""
    from jobs.run.settings import load_settings
    from jobs.run.stage import MEASUREMENTS

    view = Lake(home).night(ds)
    inputs = ReportInputs(**{field.name: view.frame(field.name) for field in fields(ReportInputs)})
    policy = load_settings(home).params(MEASUREMENTS)
    made = run(inputs, report_writer=open_report_writer(home, ds=view.ds), policy=policy, night=Night(view.ds))
    return made["report_files"]["path"].to_list()
