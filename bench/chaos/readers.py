"""Readers of the store in processes of their own: what they were served has to be what the twin serves."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections import Counter
from pathlib import Path
from random import Random

from bench.chaos.twin import Twin
from schemas.errors import Daily30Error
from warehouse.serving import open_serving_store
from warehouse.serving.payloads import to_json

READERS = 4
_PAUSE_S = 0.2


def start(twin: Twin, home: Path, folder: Path, seed: str) -> list[int]:
    """Fork the readers; their process ids."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # one may be told to stop before it knows how
    try:
        return [_forked(twin, home, folder / f"reader-{n}.json", Random(f"{seed} {n}")) for n in range(READERS)]
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def stop(children: list[int], folder: Path) -> Counter[str]:
    """End them; what they saw, counted: ``read``, ``refused``, ``nothing``, ``wrong``, ``mixed``, ``bug: ...``.

    One may be ended by SIGBUS: the faults cut short files that SQLite has mapped into memory.
    """
    seen: Counter[str] = Counter()
    for child in children:
        os.kill(child, signal.SIGTERM)
    for n, child in enumerate(children):
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            seen[f"ended by {signal.Signals(os.WTERMSIG(status)).name}"] += 1
            continue
        seen.update(json.loads((folder / f"reader-{n}.json").read_text()))
    return seen


def _forked(twin: Twin, home: Path, told: Path, chance: Random) -> int:
    child = os.fork()
    if child:
        return child
    try:
        stopped: list[int] = []
        signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        seen: Counter[str] = Counter()
        keys = sorted({key for _, key in twin.served})
        while not stopped:
            _look(twin, home, chance.sample(keys, 3), seen)
            time.sleep(_PAUSE_S)
        told.write_text(json.dumps(seen))
    finally:
        os._exit(0)


def _look(twin: Twin, home: Path, keys: list[str], seen: Counter[str]) -> None:
    """One visit: some listeners' lists and reviews, out of one version."""
    try:
        store = open_serving_store(home)
        with store.reading() as version:
            for key in keys:
                track, _, language = key.partition(" ")
                payload = version.review(track, language) if language else version.user_list(key)
                known = twin.served.get((version.version, key))
                if payload is None:
                    seen["nothing" if known else "read"] += 1
                    continue
                found = hashlib.sha256(to_json(payload).encode()).hexdigest()
                if found == known:
                    seen["read"] += 1
                else:
                    other = any(found == sha for (_, k), sha in twin.served.items() if k == key)
                    seen["mixed" if other else "wrong"] += 1
    except Daily30Error:
        seen["refused"] += 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the bench looks for
        seen[f"bug: {type(error).__name__}: {error}"[:200]] += 1
