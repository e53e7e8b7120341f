"""Loading, size and reads of every store: ``python -m bench.stores --lists 5000 --rounds 3 --reads 5000``.

Rounds of a store and of its best tool take turns, so that other load on the machine falls on both. The store makes JSON
and checksums and seals; the tool gets rows that have both, and a second ratio counts the JSON for it too.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench.serve.apps import listed, user
from bench.stores.best import Kind, Row, kinds
from warehouse.serving import ServingStore, open_serving_store
from warehouse.serving.checksums import checksum
from warehouse.serving.payloads import to_json

_VERSION = "bench"
Lists = list[tuple[str, dict[str, Any]]]


def main() -> None:
    """Print one block per store."""
    parser = argparse.ArgumentParser()
    for name, default in (("lists", 5_000), ("rounds", 3), ("reads", 5_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--home", type=Path, help="take the lists of this home's store, under other ids")
    parser.add_argument("--only", default="", help="stores whose name begins so")
    args = parser.parse_args()
    lists = _served(args.home, args.lists) if args.home else list(listed(args.lists))
    texts = [(of, to_json(payload)) for of, payload in lists]
    rows: list[Row] = [(1, of, text, checksum(_VERSION, of, text)) for of, text in texts]
    bytes_each = sum(len(row[2].encode()) for row in rows) / len(rows)
    print(f"{args.lists:,} lists of {bytes_each:,.0f} bytes of JSON")
    with tempfile.TemporaryDirectory() as name, kinds(Path(name)) as found:
        for kind in found:
            if kind.name.startswith(args.only):
                _measured(kind, lists, rows, args)


def _served(home: Path, number: int) -> Lists:
    """So many lists as they were served, over and over under new ids."""
    with closing(open_serving_store(home)) as store, store.reading() as served:
        found = [served.user_list(of) for of in served.near_user_ids("u", number)]
    return [(user(n), (found[n % len(found)] or {}) | {"user_id": user(n)}) for n in range(number)]


def _measured(kind: Kind, lists: Lists, rows: list[Row], args: argparse.Namespace) -> None:
    ours, best, json = [], [], []
    for _ in range(args.rounds):
        json.append(_made(lists))
        best.append(kind.best(rows))
        store = kind.opened()
        ours.append(_loaded(store, lists))
    took, beside, making = min(ours), min(best), min(json)
    store.stay_open()
    delays = [_read(store, args.lists, random.Random(n)) for n in range(args.reads)]
    store.close()
    p50, p99 = np.percentile(delays, (50, 99)) * 1000
    print(
        f"{kind.name}: in {took:.2f} s ({args.lists / took:,.0f} lists a second), the tool alone {beside:.2f} s, "
        f"{beside / took:.2f} of its speed ({(beside + making) / took:.2f} where it makes the JSON too); "
        f"{kind.size() / args.lists:,.0f} bytes a list; a read p50 {p50:.2f} ms, p99 {p99:.2f} ms"
    )


def _loaded(store: ServingStore, lists: Lists) -> float:
    """Seconds from the first row to the flip."""
    store.begin(_VERSION, date(2026, 11, 21))
    started = time.perf_counter()
    written = store.write_lists(_VERSION, lists)
    store.seal(_VERSION, lists=written, songs=30 * written, reviews=0)
    store.flip(_VERSION)
    return time.perf_counter() - started


def _made(lists: Lists) -> float:
    """Seconds that their JSON takes alone."""
    started = time.perf_counter()
    for _, payload in lists:
        to_json(payload)
    return time.perf_counter() - started


def _read(store: ServingStore, number: int, chance: random.Random) -> float:
    """Seconds of one visit."""
    of = user(chance.randrange(number))
    started = time.perf_counter()
    with store.reading() as served:
        assert served.list_json(of)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
