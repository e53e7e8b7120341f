"""The versions that are kept, and the nights behind them: what the audit found, and where the time went."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response

from jobs.serve import models
from jobs.serve.answers import OF_ALL, answer
from jobs.serve.page.shelf import Shelf, rows_of
from jobs.serve.paging import CURSOR, Cursor, Limit, link, part_of, shown_cursor
from jobs.serve.problems import described
from jobs.serve.reads import told
from warehouse.serving import ServingStore, State, VersionInfo

_STAGE = ("stage", "seconds", "tasks", "ran", "peak_mb")
_CHECK = ("check", "severity", "passed", "observed", "bound")
_VersionsCursor = Annotated[str | None, shown_cursor("versions"), CURSOR]
_NightsCursor = Annotated[str | None, shown_cursor("nights"), CURSOR]


class Nights:
    """Two paths. They tell figures of nights, nothing of anybody: checks come without what they say of whom."""

    def __init__(self, store: ServingStore, shelf: Shelf | None) -> None:
        self._store, self._shelf = store, shelf

    def routes(self) -> APIRouter:
        """Paths, and what OpenAPI says of them."""
        router = APIRouter()
        newest = "Newest first; further parts by `next`."
        router.add_api_route(
            "/v1/versions",
            self.versions,
            methods=["GET"],
            tags=["published"],
            summary="The versions that are kept",
            description=newest,
            response_class=Response,
            responses=told(models.Versions, "cursor-gone"),
        )
        router.add_api_route(
            "/v1/nights",
            self.nights,
            methods=["GET"],
            tags=["operations"],
            summary="The versions that are kept, each with its night's audit and durations",
            description=newest,
            response_class=Response,
            responses={
                200: {"model": models.Nights},
                **described("bad-request", "damaged", "store-out-of-reach", "cursor-gone"),
            },
        )
        return router

    def versions(self, request: Request, limit: Limit = 100, cursor: _VersionsCursor = None) -> Response:
        """Versions that were announced, newest first: what a day may be asked for."""
        kept = [v for v in self._kept() if v.announced]
        current = next((v.version for v in kept if v.current), None)
        part, following = _part(kept, "versions", request, limit, cursor)
        body = msgspec.json.encode({"current": current, "versions": [asdict(v) for v in part], "next": following})
        return answer(request.headers, body, version=current, cache=OF_ALL)

    def nights(self, request: Request, limit: Limit = 100, cursor: _NightsCursor = None) -> Response:
        """Complete versions, newest first; null where the home holds nothing of their night."""
        part, following = _part(self._kept(), "nights", request, limit, cursor)
        rows = [{**asdict(v), "audit": self._audit(v.ds, v.version), "run": self._run(v.ds)} for v in part]
        body = msgspec.json.encode({"nights": rows, "next": following})
        return answer(request.headers, body, version=None, cache=OF_ALL)

    def _kept(self) -> list[VersionInfo]:
        return [v for v in self._store.versions() if v.state is not State.WRITING]

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


def _part(
    kept: Sequence[VersionInfo], collection: str, request: Request, limit: int, cursor: str | None
) -> tuple[Sequence[VersionInfo], str | None]:
    """Some of the versions, and where the next are: after the last of these, whatever is published meanwhile."""
    part, last = part_of(kept, lambda v: v.version, Cursor.read(cursor, collection), limit)
    return part, link(request, limit, Cursor(collection, last, "", last) if last is not None else None)


def _number(value: float | None) -> float:
    return float(f"{value or 0.0:.6g}")
