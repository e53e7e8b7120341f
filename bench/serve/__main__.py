"""Answers a second and their delays: ``python -m bench.serve --users 2000 --readers 8 --seconds 5``.

Rounds of both apps take turns, so that other load on the machine falls on both; readers ask for users in random order,
each over one connection that stays open, and wait for an answer before they ask again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np

from bench.serve.apps import published, serve_constant, serve_store, user
from jobs.serve.server import listening
from tests.worlds import postgres_server, redis_server


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, more: str = "") -> bytes:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n{more}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    if " 200 " not in f"{status} ":
        raise AssertionError(status)
    length = next(int(x.split(":")[1]) for x in lines if x.lower().startswith("content-length"))
    return await reader.readexactly(length)


async def _one(port: int, users: int, until: float, chance: random.Random, more: str) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took = []
    while (started := time.perf_counter()) < until:
        await _ask(reader, writer, f"/v1/users/{user(chance.randrange(users))}/daily30", more)
        took.append(time.perf_counter() - started)
    writer.close()
    return took


async def _round(port: int, args: argparse.Namespace, seed: int, more: str) -> list[float]:
    until = time.perf_counter() + args.seconds
    asked = (_one(port, args.users, until, random.Random(f"{seed} {n}"), more) for n in range(args.readers))
    return [delay for delays in await asyncio.gather(*asked) for delay in delays]


def _started(target: Callable[..., None], what: Any) -> tuple[BaseProcess, int]:
    with listening("127.0.0.1", 0) as sock:
        child = get_context("spawn").Process(target=target, args=(what, sock), daemon=True)
        child.start()
        return child, int(sock.getsockname()[1])


async def _first(port: int) -> bytes:
    """The first body, once the server answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = await _ask(reader, writer, f"/v1/users/{user(0)}/daily30")
    writer.close()
    return body


@contextmanager
def _serving(store: str) -> Iterator[dict[str, str]]:
    """Section ``[serving]`` of a store that holds nothing."""
    if store == "postgresql":
        with postgres_server.running() as server:
            yield {"url": server.url()}
    elif store == "redis":
        with redis_server.serving() as url:
            yield {"url": url}
    else:
        yield {}


def main() -> None:
    """Print p50, p99 and answers a second of both, and their ratios."""
    parser = argparse.ArgumentParser()
    for name, default in (("users", 2000), ("readers", 8), ("seconds", 5), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--store", choices=("sqlite", "postgresql", "redis"), default="sqlite", help="on a server here")
    parser.add_argument("--gzip", action="store_true", help="let the read API compress; the constant body stays plain")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _serving(args.store) as serving:
        published(Path(name), serving, args.users)
        ours, at = _started(serve_store, (name, serving))
        body = asyncio.run(_first(at))
        constant, beside = _started(serve_constant, body)
        asyncio.run(_first(beside))
        delays: dict[str, list[float]] = {"read API": [], "constant": []}
        more = "Accept-Encoding: gzip\r\n" if args.gzip else ""
        for seed in range(args.rounds):
            delays["constant"] += asyncio.run(_round(beside, args, seed, ""))
            delays["read API"] += asyncio.run(_round(at, args, seed, more))
        for child in (ours, constant):
            child.terminate()
            child.join()
    _print(delays, args, len(body))


def _print(delays: dict[str, list[float]], args: argparse.Namespace, size: int) -> None:
    figures = {}
    for name, found in delays.items():
        p50, p99 = np.percentile(found, (50, 99)) * 1000
        figures[name] = (p50, p99, len(found) / (args.seconds * args.rounds))
        print(f"{name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {figures[name][2]:.0f} answers a second")
    times = [ours / beside for ours, beside in zip(figures["read API"], figures["constant"], strict=True)]
    print(f"{size:,} bytes: p50 {times[0]:.2f} times, p99 {times[1]:.2f} times, answers a second {times[2]:.2f} times")


if __name__ == "__main__":
    main()
