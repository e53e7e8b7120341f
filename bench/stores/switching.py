"""Reads of a store while its pointer moves: ``python -m bench.stores.switching --url unix:///run/redis.sock``.

Readers are processes; each visit reads a list, a review and a song and holds all of them to the version that it was
told. A writer publishes nights, takes each back, publishes it again and prunes, until the readers have read enough.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import date, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from queue import Empty
from typing import Any

from schemas.errors import Daily30Error
from warehouse.serving import ServingStore, open_serving_store

_DAY = date(2026, 1, 1)
_USERS = 200
_PUT_S = 0.5


def published(store: ServingStore, number: int) -> None:
    """A version of which every row says the version's name."""
    name = f"v{number}"
    if store.begin(name, _DAY + timedelta(days=number)):
        row: dict[str, Any] = {"made_in": name, "songs": [f"{name} {rank}" for rank in range(30)]}
        lists = store.write_lists(name, ((f"u{n}", row | {"user_id": f"u{n}"}) for n in range(_USERS)))
        store.write_reviews(name, [("t", "zh", row)])
        store.write_tracks(name, [("t", row)])
        store.seal(name, lists=lists, songs=30 * lists, reviews=1, tracks=1)
    store.flip(name)


def read(home: Path, url: str, seed: int, done: Event, told: Any) -> None:
    """Read until told to stop; counts of what was met go to ``told`` now and then."""
    chance, found, last = random.Random(seed), Counter[str](), time.monotonic()
    with closing(open_serving_store(home, {"url": url})) as store:
        store.stay_open()
        while not done.is_set():
            try:
                found[_visit(store, f"u{chance.randrange(_USERS)}")] += 3
            except Daily30Error as error:
                found[f"error: {error.message}"] += 1
            if time.monotonic() - last > _PUT_S:
                told.put(found)
                found, last = Counter(), time.monotonic()
    told.put(found)


def _visit(store: ServingStore, user: str) -> str:
    with store.reading() as served:
        rows = served.user_list(user), served.review("t", "zh"), served.track("t")
        mixed = any(row is None or row["made_in"] != served.version for row in rows)
    return "mixed" if mixed else "whole"


def main() -> None:
    """Print reads, flips, and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="setting `[serving] url`")
    for name, default in (("reads", 1_000_000), ("flips", 200), ("readers", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(_measured(Path(name), args))


def _measured(home: Path, args: argparse.Namespace) -> str:
    started = get_context("spawn")
    done, told = started.Event(), started.Queue()
    found, flips, slowest = Counter[str](), 0, 0.0
    with closing(open_serving_store(home, {"url": args.url}, lease_check=lambda: None)) as store:
        if store.versions():
            raise SystemExit("this store holds versions: name one of the bench's own")
        published(store, 0)
        readers = [
            started.Process(target=read, args=(home, args.url, n, done, told), daemon=True) for n in range(args.readers)
        ]
        for reader in readers:
            reader.start()
        number = 0
        while flips < args.flips or found.total() < args.reads:
            number += 1
            published(store, number)
            since = time.monotonic()
            back = store.rollback()
            assert store.current() == back
            slowest = max(slowest, time.monotonic() - since)
            store.restore(f"v{number}")
            published(store, number)
            store.prune()
            flips += 3
            with suppress(Empty):
                while True:
                    found += told.get(timeout=0.1)
        done.set()
        for _ in readers:
            found += told.get(timeout=60)
        for reader in readers:
            reader.join()
    wrong = {what: n for what, n in found.items() if what != "whole"}
    return f"{found.total():,} reads over {flips} flips; wrong: {wrong or 0}; slowest rollback {slowest * 1000:.1f} ms"


if __name__ == "__main__":
    main()
