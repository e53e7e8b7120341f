"""Songs like a song, as the night found them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response

from jobs.serve import models
from jobs.serve.answers import OF_ALL, answer
from jobs.serve.edge import decoded
from jobs.serve.paging import CURSOR, Cursor, Limit, link, part_of, part_snapshot, shown_cursor
from jobs.serve.problems import Problem
from jobs.serve.reads import TrackId, Version, told, unknown_track
from warehouse.serving import ServingStore, Snapshot

_DESCRIPTION = """By sound and words together, the most similar first; never a copy or another version of it.

They are songs that lists or reviews of the same version show, twenty at most, each as `/v1/tracks/{track_id}` tells it.
"""
_Cursor = Annotated[str | None, shown_cursor("similar"), CURSOR]


class Similar:
    """The one path.

    Args:
        store: read by many threads at once.
    """

    def __init__(self, store: ServingStore) -> None:
        self._store = store

    def routes(self) -> APIRouter:
        """The path, and what OpenAPI says of it."""
        router = APIRouter(tags=["published"])
        router.add_api_route(
            "/v1/tracks/{track_id}/similar",
            self.similar,
            methods=["GET"],
            summary="Songs like a song",
            description=_DESCRIPTION,
            response_class=Response,
            responses=told(models.SimilarTracks, "unknown-track", "version-not-held", "cursor-gone"),
        )
        return router

    def similar(
        self,
        request: Request,
        track_id: TrackId,
        limit: Limit = 20,
        cursor: _Cursor = None,
        version: Version = None,
    ) -> Response:
        """What the row of the track names, each with its own row, from one snapshot."""
        track, before = decoded(track_id), Cursor.read(cursor, "similar")
        with part_snapshot(self._store, before, version) as served:
            found = served.track(track)
            if found is None:
                raise unknown_track(track, served.version)
            if before is not None and before.of != track:
                raise Problem(
                    "bad-request", "the cursor is of another track", "take it from `next` of the part before."
                )
            near: list[dict[str, Any]] = found.get("similar", [])  # none in rows from before they were published
            ranked = [row | {"rank": rank} for rank, row in enumerate(near, start=1)]
            part, last = part_of(ranked, lambda row: str(row["track_id"]), before, limit)
            told = [_with_card(row, served) for row in part]
            version = served.version
        following = Cursor("similar", version, track, last) if last is not None else None
        body = {"version": version, "track_id": track, "similar": told, "next": link(request, limit, following)}
        return answer(request.headers, msgspec.json.encode(body), version=version, cache=OF_ALL)


def _with_card(row: dict[str, Any], served: Snapshot) -> dict[str, Any]:
    found = served.track(row["track_id"])
    if found is None:  # the version names only songs that it has
        raise Problem(
            "damaged", f"version {served.version} lacks a song that it names", "ask again once it is repaired."
        )
    return {name: value for name, value in row.items() if name != "track_id"} | {"track": found["track"]}
