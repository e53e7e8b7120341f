"""How well the client keeps an endpoint busy: mean requests in flight as a share of the configured concurrency.

An own server in another process answers after a fixed time. ``python -m bench.asking [--asks 500] [--concurrency 16]
[--latency 0.2]``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

from features.words.model.asking import Ask
from jobs.clients.llm.client import open_llm
from tests.worlds.endpoint import said, serving

SCHEMA = {"type": "object", "properties": {"opener": {"type": "string"}, "intro": {"type": "string"}}}


def serve(pipe: Connection, latency_s: float) -> None:
    """The endpoint; says its URL, then, when asked, how busy it was."""
    text = json.dumps({"opener": "x" * 40, "intro": "y" * 400})
    with serving(lambda *_: said(text, tokens=900), delay_s=latency_s) as endpoint:
        pipe.send(endpoint.url)
        pipe.recv()
        pipe.send((endpoint.busy_s, endpoint.busiest, len(endpoint.requests)))


def measure(asks: int, concurrency: int, latency_s: float) -> None:
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=(there, latency_s), daemon=True)
    server.start()
    settings = {"base_url": here.recv(), "api_key": "k", "model": "m", "concurrency": concurrency,
                "night_tokens": 10**9}  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        client = open_llm(Path(home), settings)
        assert client is not None
        wanted = [Ask("Write. " * 300, f"<data>{n}</data>" + "z" * 2000, 400, SCHEMA) for n in range(asks + 1)]
        client.ask_all(wanted[:1])  # finds out what the endpoint understands, and loads the library
        cpu, began = time.process_time(), time.monotonic()
        answers = client.ask_all(wanted[1:])
        took, cpu = time.monotonic() - began, time.process_time() - cpu
        client.close()
    here.send(None)
    busy_s, busiest, requests = here.recv()
    server.join()
    busy = (busy_s - latency_s) / took
    assert all(a.found for a in answers)
    assert threading.active_count() == 1
    print(f"{asks} asks, {concurrency} at once, {latency_s} s each: {took:.2f} s, {requests - 1} requests")
    print(f"in flight: mean {busy:.2f}, most {busiest}; {busy / concurrency:.1%} of the concurrency kept busy")
    print(f"{asks / took:.1f} asks/s; client's own time {cpu / asks * 1e3:.2f} ms of CPU per ask")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asks", type=int, default=500)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--latency", type=float, default=0.2)
    given = parser.parse_args()
    measure(given.asks, given.concurrency, given.latency)


if __name__ == "__main__":
    main()
