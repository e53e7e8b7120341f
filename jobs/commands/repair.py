"""Whether a home is what it says, and making it so again: the lake, and what the newest night left outside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from jobs.publish import let_go
from jobs.run.planner import Planner
from jobs.run.runner import Runner
from jobs.run.stage import Stage
from schemas.errors import DamagedFile
from schemas.terminal import command
from warehouse.lake.verify import find_damage
from warehouse.media.store import open_media_store
from warehouse.serving import ServingStore, open_serving_store

_OTHER_BYTES = "its bytes are no longer those that name it"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    Args:
        where: ``lake``, ``store``, ``media``, or the stage whose work outside the lake is gone (``publish``, ...).
        path: of the file, relative to the lake where it lies there; a version of the store; empty for a stage's work.
        what: in words.
        mended: whether a repair has made it again; None where none was tried.
        fix: what else to do.
    """

    where: str
    path: str
    what: str
    mended: bool | None = None
    fix: str = ""


def verify(planner: Planner, *, ds: date | None = None, deep: bool = False) -> list[Finding]:
    """What is damaged of a home.

    Args:
        planner: of the newest finished night, whose store, media and report are looked at too.
        ds: look at this night of the lake alone.
        deep: compare the hashes of all bytes.
    """
    damages = find_damage(planner.store, planner.pipeline.names, ds=None if ds is None else str(ds), deep=deep)
    found = [Finding("lake", d.path, d.message, fix=d.fix) for d in damages]
    fix = f"run `{command('repair', '--home', planner.home)}`: it is made again from the lake."
    media = open_media_store(planner.home)
    if deep:
        found += [Finding("store", d.version or "", d.what, fix=fix) for d in serving_store(planner).damaged()]
    found += [Finding("media", str(media.path(key)), _OTHER_BYTES, fix=fix) for key in media.damaged() if deep]
    if damages:
        return found
    return found + [
        Finding(stage.name, "", f"what stage {stage.name} of {night.ds} left outside the lake is gone", fix=fix)
        for night in _nights(planner, ds, deep=deep)
        for stage in outside_gone(night)
    ]


def outside_gone(planner: Planner) -> list[Stage]:
    """Stages of the planner's night that are done, but of whose work outside the lake something is missing."""
    night = planner.store.night(str(planner.ds), "DONE")
    if night is None:
        return []
    plans = [planner.plan(s, night) for s in planner.pipeline.stages if s.outside]
    newest = str(planner.ds) == max(planner.store.nights())
    # Work of an earlier night that would be other work by now is left as it is.
    return [p.stage for p in plans if p.missing and (newest or night.stages[p.stage.name] == p.entry)]


def _nights(planner: Planner, ds: date | None, *, deep: bool = True) -> list[Planner]:
    """Planners of the nights whose work outside the lake is looked at: all when deep, else the newest."""
    days = [date.fromisoformat(day) for day in planner.store.nights()] if deep else [planner.ds]
    return [planner.of(day) for day in days if ds in (None, day)]


def serving_store(planner: Planner) -> ServingStore:
    """The store of the planner's home."""
    return open_serving_store(planner.home, planner.settings.section("serving"), planner.ds)


def _store_mended(store: ServingStore) -> list[Finding]:
    """Let go of what the store has that is damaged; the newest night is published again after this."""
    found = let_go(store)
    store.close()
    return [Finding("store", damage.version or "", damage.what, True) for damage in found]


def repair(planner: Planner, runner: Callable[[date], Runner], *, ds: date | None = None) -> list[Finding]:
    """Make again what is damaged of a home; every finding with what became of it.

    Args:
        planner: of the newest finished night.
        runner: makes a runner of a night.
        ds: mend this night of the lake alone.
    """
    night = None if ds is None else str(ds)
    found: list[Finding] = []
    left: Sequence[DamagedFile] = find_damage(planner.store, planner.pipeline.names, ds=night, deep=True)
    if left:
        lost = {d.path: d for d in runner(planner.ds).mend(left)}
        for damage in left:
            still = lost.get(damage.path)
            found.append(Finding("lake", damage.path, damage.message, still is None, still.fix if still else ""))
    found += _store_mended(serving_store(planner))
    media = open_media_store(planner.home)
    for key in media.damaged():
        media.drop(key)
        found.append(Finding("media", str(media.path(key)), _OTHER_BYTES, True))
    if any(f.mended is False for f in found):
        return found
    for made in _nights(planner, ds):
        if gone := outside_gone(made):
            runner(made.ds).run(gone)
            told = "what stage {} of {} left outside the lake was gone"
            found += [Finding(s.name, "", told.format(s.name, made.ds), True) for s in gone]
    return found
