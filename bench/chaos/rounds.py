"""One round: a home at some point of its night, one fault at some moment, the same command again, what came of it."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.chaos import faults, readers
from bench.chaos.command import Said, ended, started
from bench.chaos.twin import STAGES, Twin, copied, files_of, store_of

POINTS = tuple(STAGES.index(name) + 1 for name in ("headers", "audit", "publish", "source_outcomes"))
EARLY = (0, *(STAGES.index(name) + 1 for name in ("ingest", "embeddings", "choice", "lists", "copy")))
"""Points with most of the night still to come, which costs: one round in ten starts at one of them."""
_FINISHED, _NIGHT_S = len(STAGES), 8.0


@dataclass
class Round:
    """What happened.

    Args:
        outcome: ``same`` (by the command), ``repaired`` (after `daily30 repair`, which earlier nights may need),
            ``told`` (a typed error with its fix), ``wrong``.
        seen: what readers saw, counted.
    """

    number: int
    fault: str = ""
    point: str = ""
    what: str = ""
    outcome: str = "wrong"
    words: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


def undisturbed(twin: Twin, folder: Path) -> list[str]:
    """What the command makes otherwise in a copy to which nothing happens: nothing, or the twin is of other code."""
    folder.mkdir()
    copied(twin, folder / "home", _FINISHED)
    told = folder / "said.json"
    ended(started(folder / "home", twin.command, told), told)
    left = differences(twin, folder / "home")
    shutil.rmtree(folder)
    return left


def run(twin: Twin, folder: Path, seed: int, number: int) -> Round:
    """Play one round in a folder of its own, which is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    chance = Random(f"{seed} {number}")
    played = Round(number)
    home = folder / "home"
    names = [*faults.FILES, *faults.RUNNING]
    played.fault = names[number % len(names)] if chance.random() < 0.7 else chance.choice(names)
    at_rest = played.fault in faults.FILES and chance.random() < 0.7
    early = chance.random() < 0.1
    done = _FINISHED if at_rest and chance.random() < 0.85 else chance.choice(EARLY if early else POINTS)
    played.point = "finished" if done == _FINISHED else f"after {STAGES[done - 1]}" if done else "begin"
    copied(twin, home, done)
    children = readers.start(twin, home, folder, f"{seed} {number}")
    try:
        _disturbed(twin, home, played, chance, done, at_rest)
        _again(twin, home, played)
    finally:
        played.seen = readers.stop(children, folder)
    shutil.rmtree(folder, ignore_errors=True) if played.outcome != "wrong" else None
    return played


def _disturbed(twin: Twin, home: Path, played: Round, chance: Random, done: int, at_rest: bool) -> None:
    """Let the fault happen."""
    said = home.parent / "first.json"
    note = home.parent / "fault.txt"
    fault = faults.FILES.get(played.fault, faults.disk_full)
    mine = Random(chance.random())
    if at_rest:
        played.what = f"at rest: {fault(home, mine)}"
        return
    at = 1 + chance.randrange(max(2, round(twin.moments * (1 - done / _FINISHED) * 0.9)))

    def blow() -> None:
        if played.fault in ("killed", "second_run"):
            os.kill(os.getpid(), signal.SIGKILL if played.fault == "killed" else signal.SIGSTOP)
        note.write_text(fault(home, mine))
        if played.fault in faults.FILES and mine.random() < 0.3:
            os.kill(os.getpid(), signal.SIGKILL)

    if played.fault == "killed_by_clock":
        pause, at = chance.random() * _NIGHT_S * (1 - done / _FINISHED), 0
        child = started(home, twin.command, said, pause=pause)
    else:
        child = started(home, twin.command, said, at=at, blow=blow)
    if played.fault == "second_run":
        _second(twin, home, played, child)
    first = ended(child, said)
    played.what = f"{note.read_text() if note.exists() else played.fault} at touch {at}"
    if first.kind in ("done", "told", "bug") and not note.exists() and played.fault in faults.FILES:
        played.what = f"after the run: {fault(home, mine)}"
    _hear(played, first, "first")


def _second(twin: Twin, home: Path, played: Round, first: int) -> None:
    """The same command while the first run stands still."""
    _, status = os.waitpid(first, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        return
    told = home.parent / "second.json"
    _hear(played, ended(started(home, twin.command, told), told), "second")
    os.kill(first, signal.SIGCONT)


def _hear(played: Round, said: Said, which: str) -> None:
    if said.kind in ("told", "bug"):
        played.words.append(f"{which}: {said.kind}: {said.words} | fix: {said.fix}")


def _again(twin: Twin, home: Path, played: Round) -> None:
    """The same command; where that is not enough, what the house says to do."""
    told = home.parent / "again.json"
    said = ended(started(home, twin.command, told), told)
    _hear(played, said, "again")
    left = differences(twin, home) if said.kind == "done" else ["not done"]
    if not left:
        played.outcome = "same"
        return
    mine = (
        *twin.tonight,
        f"report/ds={twin.ds}",
        f"store: {twin.store['current']}",
        "store: current",
        "not done",
        "unreadable",
    )
    old = not any(path.startswith(mine) for path in left)
    played.words.append(f"left: {left[:4]}{'' if old else ' (of tonight)'}")
    fixed = ended(started(home, ("repair",), told), told)
    _hear(played, fixed, "repair")
    last = ended(started(home, twin.command, told), told)
    _hear(played, last, "last")
    now = differences(twin, home) if last.kind == "done" else ["not done"]
    if now:
        played.words.append(f"still left: {now[:4]}")
    if said.kind == "told" and said.fix:
        played.outcome = "told"
    elif not now and fixed.kind == "done":
        played.outcome = "repaired" if old else "wrong"
    if any(word.split(": ")[1] == "bug" for word in played.words if word.count(": ")):
        played.outcome = "wrong"


def differences(twin: Twin, home: Path) -> list[str]:
    """Files and rows that are not the twin's."""
    try:
        found, store = files_of(home), store_of(home)
    except Exception as error:  # noqa: BLE001 - what cannot be read is a difference
        return [f"unreadable: {error}"]
    wrong = [path for path, sha in twin.files.items() if found.get(path) != sha]
    # A version of before that went with the whole store is not had again: its night was not published a second time.
    needed = {twin.store["current"], "current", *store}
    return wrong + [f"store: {name}" for name in sorted(needed) if store.get(name) != twin.store.get(name)]
