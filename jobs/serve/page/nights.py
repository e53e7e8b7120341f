"""The nights behind the versions that are kept: what the audit found, and where the time went."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from jobs.serve import models
from jobs.serve.answers import OF_ALL, answer
from jobs.serve.page.shelf import Shelf, rows_of
from jobs.serve.problems import described
from warehouse.serving import ServingStore, State

_STAGE = ("stage", "seconds", "tasks", "ran", "peak_mb")
_CHECK = ("check", "severity", "passed", "observed", "bound")


class Nights:
    """The one path. It tells figures of nights, nothing of anybody: checks come without what they say of whom."""

    def __init__(self, store: ServingStore, shelf: Shelf | None) -> None:
        self._store, self._shelf = store, shelf

    def routes(self) -> APIRouter:
        """The path, and what OpenAPI says of it."""
        router = APIRouter(tags=["operations"])
        router.add_api_route(
            "/v1/nights",
            self.nights,
            methods=["GET"],
            summary="The versions that are kept, each with its night's audit and durations",
            response_class=Response,
            responses={200: {"model": models.Nights}, **described("damaged", "store-out-of-reach")},
        )
        return router

    def nights(self, request: Request) -> Response:
        """Complete versions, newest first; null where the home holds nothing of their night."""
        kept = [v for v in self._store.versions() if v.state is not State.WRITING]
        told = [{**asdict(v), "audit": self._audit(v.ds, v.version), "run": self._run(v.ds)} for v in kept]
        return answer(request.headers, msgspec.json.encode({"nights": told}), version=None, cache=OF_ALL)

    def _audit(self, ds: date, version: str) -> list[dict[str, Any]] | None:
        """Each check of the night that made a version; None when its night is gone, damaged, or was made anew since."""
        rows = rows_of(self._shelf.night(ds) if self._shelf is not None else None, "audit", "publication")
        if rows is None or version not in rows["publication"]["version"].to_list():
            return None
        checks = rows["audit"].select(_CHECK).sort("passed", "check").to_dicts()
        return [c | {"observed": _number(c["observed"]), "bound": _number(c["bound"])} for c in checks]

    def _run(self, ds: date) -> dict[str, Any] | None:
        """The newest run of a night of which a log is kept."""
        folder = self._shelf.home / "runs" / f"ds={ds}" if self._shelf is not None else None
        logs = [p for p in folder.glob("*.json") if p.stem.isdigit()] if folder is not None else []
        try:
            log = json.loads(max(logs, key=lambda p: int(p.stem)).read_bytes())
            stages = [{k: s[k] for k in _STAGE} | {"rows_out": sum(s["rows_out"].values())} for s in log["stages"]]
            run = {name: log[name] for name in ("started", "engine", "workers")}
            return {**run, "failed": log.get("failed", {}).get("stage"), "stages": stages}
        except (OSError, ValueError, LookupError, TypeError):  # none is kept, or it is torn
            return None


def _number(value: float | None) -> float:
    return float(f"{value or 0.0:.6g}")
