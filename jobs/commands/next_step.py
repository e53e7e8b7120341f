"""Where a home stands, and what its person does next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jobs.run.landing import newest_day, open_home
from jobs.run.settings import load_section
from schemas.errors import ContractError
from schemas.terminal import command
from warehouse.lake.reader import Lake
from warehouse.lake.store import LakeStore
from warehouse.landing import Landing
from warehouse.landing.files import delivered_files
from warehouse.serving import open_serving_store

_NEEDS = {
    "tracks": "the catalogue is missing: bring music, or the tracks that the plays are of",
    "users": "plays are here, but not whose they are: deliver the listeners",
}
_BRING = {"tracks": "daily30 ingest folder MUSIC", "users": "daily30 ingest delivery USERS.csv"}


@dataclass(frozen=True, slots=True)
class Step:
    """The state of a home by name, what that means, and the command that goes on from there."""

    state: str
    words: str
    command: str


def next_step(home: Path) -> Step:
    """The state of a home and its next command. Reads files, writes nothing that matters."""
    root = home / "landing"
    try:
        there = _delivered(root)
        if step := _unfinished(there):
            return step
        landing = open_home(home)
        delivered = landing.digest()
    except ContractError as error:
        return Step("broken_landing", f"{error.message} ({error.fix})", "daily30 nightly")
    return _of_nights(home, landing, delivered)


def _delivered(root: Path) -> dict[str, bool]:
    """Whether each table that a night may need is there."""
    tables = ("tracks", "users", "plays")
    return {t: root.is_dir() and bool(delivered_files(root, t, required=False)) for t in tables}


def _unfinished(there: Mapping[str, bool]) -> Step | None:
    """The state of a landing in which something is still to come; None when a night has what it needs."""
    if not any(there.values()):
        words = "nothing has been delivered yet: bring your own music, or try `daily30 sample`"
        return Step("empty", words, _BRING["tracks"])
    if not there["tracks"]:
        return Step("no_tracks", _NEEDS["tracks"], _BRING["tracks"])
    if there["users"]:
        return None
    if there["plays"]:
        return Step("no_users", _NEEDS["users"], _BRING["users"])
    return Step("only_folder", "music is here; the first night makes a listener 'me' for it", "daily30 nightly")


def _of_nights(home: Path, landing: Landing, delivered: Mapping[str, str]) -> Step:
    """The state of a home whose landing can be read."""
    store = LakeStore(home)
    current, run = store.current(), _last_run(home)
    if current and _made_of(store, current[0], delivered):
        return _published(home, landing, date.fromisoformat(current[0]))
    failed = run.get("failed")
    if failed and _changed(landing.root) <= datetime.fromisoformat(run["started"]):
        return _stopped(run["ds"], failed)
    if current or failed:
        return Step("new_landing", "something has been delivered since the last night", "daily30 nightly")
    if nights := store.nights("OPEN"):
        words = f"the night of {nights[-1]} is not finished: it runs just now, or was cut short"
        return Step("interrupted", words, f"daily30 nightly --ds {nights[-1]}")
    tracks = landing.frame("landing_tracks")
    if tracks.height and tracks.get_column("audio_path").null_count() == tracks.height:
        words = "listening is here, but no song has audio: a folder of music brings it; `daily30 nightly` runs without"
        return Step("only_listens", words, _BRING["tracks"])
    return Step("ready", "everything that a night needs is here", "daily30 nightly")


def _published(home: Path, landing: Landing, ds: date) -> Step:
    if not landing.files("plays") and newest_day(home) > ds:
        return Step("new_day", f"the newest lists are those of {ds}", "daily30 nightly")
    night, page = Lake(home).night(ds), home / "report" / f"ds={ds}" / "index.html"
    if "list_summaries" not in night.tables:  # a night of other stages than ours
        return Step("published", f"the night of {ds} is published", "daily30 show")
    if "publication" in night.tables and open_serving_store(home, load_section(home, "serving")).current() is None:
        words = f"the night of {ds} is made, but the serving store holds nothing: it is lost, or was not copied along"
        return Step("not_served", words, f"daily30 nightly --ds {ds}")
    listener = str(night.frame("list_summaries").get_column("user_id").min())
    return Step("published", f"the night of {ds} is published; its report is {page}", command("show", of=[listener]))


def _stopped(ds: str, failed: Mapping[str, str]) -> Step:
    kind, _, said = failed["error"].partition(": ")
    if kind == "AuditRefused":
        return Step("refused", f"the night of {ds} was not published: {said}", f"daily30 audit --ds {ds}")
    return Step("failed", f"the night of {ds} stopped at stage {failed['stage']}: {said}", f"daily30 nightly --ds {ds}")


def _made_of(store: LakeStore, ds: str, delivered: Mapping[str, str]) -> bool:
    """Whether a finished night is made of exactly what is delivered now."""
    night = store.night(ds, "DONE")
    inputs = night.stages["ingest"].inputs if night and "ingest" in night.stages else {}
    return all(inputs.get(name) == content for name, content in delivered.items())


def _last_run(home: Path) -> dict[str, Any]:
    """The newest run's log; empty when nothing ran."""
    logs = [log for p in (home / "runs").glob("ds=*/*.json") if (log := _log(p))]
    return max(logs, key=lambda log: str(log["started"]), default={})


def _log(path: Path) -> dict[str, Any]:
    """A run's log; empty where it cannot be read."""
    try:
        log: dict[str, Any] = json.loads(path.read_bytes())
        return {"ds": log["ds"], **log, "started": log["started"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _changed(root: Path) -> datetime:
    """When a file was last put into the landing."""
    return datetime.fromtimestamp(max((p.stat().st_mtime for p in root.rglob("*")), default=0.0), UTC)
