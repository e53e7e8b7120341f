"""The Batch API of a local endpoint: files, batches, and the ways they end."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.worlds.endpoint import Reply, error

Line = dict[str, Any]


class Batches:
    """Routes for ``serving(route=…)``.

    Args:
        answer: a line's completion payload, or None where it is not answered.
        looks: how often a batch is looked at before it ends.
        ends: the status it ends with.
    """

    def __init__(
        self, answer: Callable[[Line], dict[str, Any] | None], looks: int = 1, ends: str = "completed"
    ) -> None:
        self.answer, self.looks, self.ends = answer, looks, ends
        self.files: dict[str, bytes] = {}
        self.made: dict[str, dict[str, Any]] = {}
        self.lines: list[Line] = []
        self.fail: dict[str, Callable[[], Reply | None]] = {}
        self.delay_s, self.busy = 0.0, threading.Lock()

    def __call__(self, method: str, path: str, body: bytes) -> Reply | None:
        place = path.partition("?")[0].removeprefix("/v1")
        with self.busy:
            failed = next((made() for name, made in self.fail.items() if re.fullmatch(name, f"{method} {place}")), None)
            if failed is not None:
                return failed
            reply = self._route(method, place, body)
        if method == "POST" and place == "/batches":
            time.sleep(self.delay_s)
        return reply

    def _route(self, method: str, place: str, body: bytes) -> Reply | None:
        if (method, place) == ("POST", "/files"):
            return self._upload(body)
        if (method, place) == ("POST", "/batches"):
            return self._create(json.loads(body))
        if (method, place) == ("GET", "/batches"):
            return _ok({"object": "list", "data": list(self.made.values()), "has_more": False})
        if found := re.fullmatch(r"/batches/(.+)", place):
            return self._look(found[1])
        if found := re.fullmatch(r"/files/(.+)/content", place):
            return 200, {"Content-Type": "application/octet-stream"}, self.files[found[1]]
        return None

    def _upload(self, body: bytes) -> Reply:
        name = f"file-{len(self.files)}"
        self.files[name] = b"\n".join(line for line in body.splitlines() if line.startswith(b'{"custom_id"'))
        return _ok({"id": name, "object": "file", "bytes": 1, "created_at": 0, "filename": "f", "purpose": "batch",
                    "status": "processed"})  # fmt: skip

    def _create(self, given: dict[str, Any]) -> Reply:
        name = f"batch-{len(self.made)}"
        self.made[name] = given | {"id": name, "object": "batch", "created_at": 0, "status": "in_progress", "looks": 0}
        self.lines += [json.loads(line) for line in self.files[given["input_file_id"]].splitlines()]
        return _ok(self.made[name])

    def _look(self, name: str) -> Reply:
        if name not in self.made:
            return error(404, "no such batch")
        batch = self.made[name]
        batch["looks"] += 1
        if batch["looks"] >= self.looks and batch["status"] == "in_progress":
            batch["status"] = self.ends
            batch["output_file_id"] = f"out-{name}"
            self.files[f"out-{name}"] = self._results(batch["input_file_id"])
        return _ok(batch)

    def _results(self, given: str) -> bytes:
        made = []
        for line in reversed(self.files[given].splitlines()):  # results come in any order
            asked = json.loads(line)
            payload = self.answer(asked["body"])
            if payload is not None:
                response = {"status_code": 200, "request_id": "r", "body": payload}
                made.append(
                    json.dumps({"id": "x", "custom_id": asked["custom_id"], "response": response, "error": None})
                )
        return "\n".join(made).encode()


def _ok(body: dict[str, Any]) -> Reply:
    return 200, {}, json.dumps(body).encode()
