"""What the next night would make of the landing with a delivery in it: the ingest's own rules and gates, dry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from features.ingest.gates import IngestParams, Judged, Stop, stops
from features.ingest.inputs import IngestInputs
from features.night import Night
from jobs.ingest import judge
from jobs.run.landing import newest_local_date
from schemas import TABLES
from schemas.catalogue import LAST_TRACKS
from schemas.delivery import LANDING, REQUIRED_TABLES
from schemas.errors import ContractError
from warehouse.lake.reader import Lake
from warehouse.lake.store import LakeStore
from warehouse.landing.delivery import count_rows, read_delivery
from warehouse.landing.files import delivered_files, relative_name
from warehouse.landing.limits import Limits
from warehouse.landing.lyrics import read_lyrics

Frames = Mapping[str, Sequence[pl.DataFrame]]  # per landing table, one frame per file
READ_WHOLE_BYTES = 32 << 20  # plays beyond are taken as sound, or a small delivery would wait for a large landing
_NO_GATE_OF_ITS_OWN = (
    "volume"  # a day that is still thin waits for the rest of it; refusing the part would keep it thin
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a delivery comes to.

    Args:
        night: the night that would run next.
        judged: landing and delivery together.
        new: gates that the delivery would make stop that night.
        left: gates that stop it still, or until more is delivered; not the delivery's doing.
        missing: tables a night needs and nobody delivered yet.
        landing_fault: why the landing itself cannot be read; empty when it can.
    """

    night: Night
    judged: Judged
    new: tuple[Stop, ...]
    left: tuple[Stop, ...]
    missing: tuple[str, ...]
    landing_fault: str = ""


def rehearse(
    home: Path, delivered: Frames, words: Path, replaced: frozenset[str], params: IngestParams, limits: Limits
) -> Verdict:
    """Judge landing and delivery together, as the next night will.

    Args:
        delivered: frames of the delivery; source_file is the name each file gets in the landing.
        words: folder whose ``lyrics/`` comes with the delivery; it need not be there.
        replaced: files of the landing (relative names) that the delivery takes the place of.
    """
    try:
        there, unseen = _landing(home / "landing", replaced, limits)
        fault = ""
    except ContractError as error:
        there, unseen, fault = {}, 0, error.message
    both = _with_lyrics(_inputs(there, delivered), words)
    night = Night(_day(home, both))
    there = {**there, LAST_TRACKS.name: [_earlier_tracks(home, night)]}
    both = replace(both, last_tracks=there[LAST_TRACKS.name][0])
    judged = judge(both, params=params, night=night)
    judged = Judged(judged.outcomes, judged.read, judged.known, unseen)
    missing = tuple(t for t in REQUIRED_TABLES if not judged.read[t] + (unseen if t == "plays" else 0))
    after = [s for s in stops(judged, night, params) if s.table not in missing and not _waits(s, missing)]
    own = [s for s in after if s.gate != _NO_GATE_OF_ITS_OWN]
    before = _stops_before(there, unseen, night, params) if own and not fault else set()
    new = tuple(s for s in own if (s.gate, s.table) not in before)
    return Verdict(night, judged, new, tuple(s for s in after if s not in new), missing, fault)


def _stops_before(there: Frames, unseen: int, night: Night, params: IngestParams) -> set[tuple[str, str]]:
    """Gates that the landing alone does not pass."""
    judged = judge(_inputs(there, {}), params=params, night=night)
    judged = Judged(judged.outcomes, judged.read, judged.known, unseen)
    return {(s.gate, s.table) for s in stops(judged, night, params)}


def _waits(stop: Stop, missing: Sequence[str]) -> bool:
    """Whether a table cannot be judged before those that its rows refer to are there."""
    return stop.table in ("plays", "feedback", "lyrics", "notes") and bool({"users", "tracks"} & set(missing))


def _landing(root: Path, replaced: frozenset[str], limits: Limits) -> tuple[dict[str, list[pl.DataFrame]], int]:
    """Frames of what lies in the landing, and how many plays of it were not read because they are too many."""
    found: dict[str, list[pl.DataFrame]] = {}
    unseen = 0
    for name in LANDING:
        table = name.removeprefix("landing_")
        if table in ("lyrics", "unreadable") or not root.is_dir():
            continue
        files = [p for p in delivered_files(root, table, required=False) if relative_name(root, p) not in replaced]
        if table == "plays" and sum(p.stat().st_size for p in files) > READ_WHOLE_BYTES:
            unseen = sum(count_rows(p) for p in files)
            continue
        for path in files:
            frame, unreadable = read_delivery(path, table, name=relative_name(root, path), limits=limits)
            found.setdefault(name, []).append(frame)
            found.setdefault("landing_unreadable", []).append(unreadable)
    return found, unseen


def _inputs(there: Frames, delivered: Frames) -> IngestInputs:
    """What stage ``ingest`` would read."""
    tables = {f.name: TABLES[f.name] for f in fields(IngestInputs)}
    return IngestInputs(
        **{n: pl.concat([t.empty(), *there.get(n, ()), *delivered.get(n, ())]) for n, t in tables.items()}
    )


def _with_lyrics(both: IngestInputs, words: Path) -> IngestInputs:
    """The same with the lyrics files of a delivery; those of the landing say nothing new."""
    lyrics, unreadable = read_lyrics(words, both.landing_tracks)
    return replace(both, landing_lyrics=lyrics, landing_unreadable=pl.concat([both.landing_unreadable, unreadable]))


def _earlier_tracks(home: Path, night: Night) -> pl.DataFrame:
    """The catalogue of the newest night before, which the ingest looks back upon."""
    earlier = [date.fromisoformat(ds) for ds in LakeStore(home).nights() if ds < str(night.ds)]
    return LAST_TRACKS.frame(Lake(home).night(earlier[-1]).frame("tracks")) if earlier else LAST_TRACKS.empty()


def _day(home: Path, both: IngestInputs) -> date:
    """The night that would run next: the newest day with plays, else the lake's last, else today."""
    nights = [date.fromisoformat(ds) for ds in LakeStore(home).nights()]
    try:
        return max([newest_local_date(both.landing_plays, both.landing_users), *nights[-1:]])
    except ContractError:
        return nights[-1] if nights else datetime.now(UTC).date()
