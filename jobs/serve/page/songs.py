"""What a song looks and sounds like: its cover, its colours, its recording."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from features.headers.cover import Shown, colours, cover_svg
from jobs.serve import models
from jobs.serve.answers import OF_ALL, VERSION_HEADER, answer, holds
from jobs.serve.edge import decoded
from jobs.serve.page.shelf import Shelf
from jobs.serve.parts import file_answer
from jobs.serve.problems import STORE_PROBLEMS, Problem, described
from jobs.serve.reads import TrackId, snapshot, unknown_track
from warehouse.media.probe import MediaError, sniff
from warehouse.serving import ServingStore

_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"RIFF": "image/webp"}
_SOUNDS = {
    "mp3": "audio/mpeg", "flac": "audio/flac", "wav": "audio/wav", "ogg": "audio/ogg", "mov": "audio/mp4",
    "aac": "audio/aac",
}  # fmt: skip
_COVER = (
    "The picture that its file or folder brought, else one drawn as SVG in the colours of its mood: the same for the "
    "same song."
)
_COLOURS = "What a page around it may be tinted in, `#rrggbb`; header videos mix theirs by the same rule."
_AUDIO = "Only where `[serve] demo` lets it be played; ranges of bytes are served (one at a time)."
_PART = {"description": "The part asked for"}
_AN_HOUR = "max-age=3600"
_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # where the picture itself is opened


class Songs:
    """The paths of a song that are not words.

    Args:
        shelf: pictures and recordings; None where only the store is served.
    """

    def __init__(self, store: ServingStore, shelf: Shelf | None) -> None:
        self._store, self._shelf = store, shelf

    def routes(self) -> APIRouter:
        """Paths, and what OpenAPI says of them."""
        router = APIRouter(tags=["media"])
        covers = {
            "description": "The picture",
            "content": {kind: {} for kind in ("image/svg+xml", *_PICTURES.values())},
        }
        sounds = {"description": "The file", "content": {kind: {} for kind in _SOUNDS.values()}}
        unheard = described("unknown-track", "no-recording", "range-not-satisfiable", *STORE_PROBLEMS)
        unknown = described("unknown-track", *STORE_PROBLEMS)
        paths: tuple[tuple[str, Callable[..., Response], str, str, dict[int | str, dict[str, Any]]], ...] = (
            ("cover", self.cover, "The cover of a song", _COVER, {200: covers, **unknown}),
            ("colours", self.colours, "The colours of a song", _COLOURS, {200: {"model": models.Colours}, **unknown}),
            ("audio", self.audio, "The recording of a song", _AUDIO, {200: sounds, 206: _PART, **unheard}),
        )
        for name, asked, summary, description, responses in paths:
            router.add_api_route(
                f"/v1/tracks/{{track_id}}/{name}",
                asked,
                methods=["GET"],
                summary=summary,
                description=description,
                response_class=Response,
                responses=responses,
            )
        return router

    def cover(self, request: Request, track_id: TrackId) -> Response:
        """The file's picture, or ours."""
        version, _, card = self._card(decoded(track_id))
        name = card.get("cover")
        path = self._shelf.picture(name) if self._shelf is not None and name else None
        content, kind = _picture(path) or (cover_svg(_shown(card)).encode(), "image/svg+xml")
        tag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
        headers = {"ETag": tag, "Cache-Control": f"public, {_AN_HOUR}", VERSION_HEADER: version}
        if holds(request.headers.get("if-none-match"), tag):
            return Response(None, 304, headers)
        return Response(content, 200, headers | {"Content-Security-Policy": _NOTHING_RUNS}, kind)

    def colours(self, request: Request, track_id: TrackId) -> Response:
        """The palette of its mood."""
        version, _, card = self._card(decoded(track_id))
        body = {"version": version, "track_id": card["track_id"], **colours(_shown(card))}
        return answer(request.headers, msgspec.json.encode(body), version=version, cache=OF_ALL)

    def audio(self, request: Request, track_id: TrackId) -> Response:
        """The file in the landing."""
        track = decoded(track_id)
        _, ds, card = self._card(track)
        path = self._shelf.recording(card["track_id"], ds) if self._shelf is not None else None
        try:
            if path is None:
                raise FileNotFoundError
            kind, form = _SOUNDS[sniff(path)], path.stat()
            tag = f'"{form.st_mtime_ns:x}-{form.st_size:x}"'
            return file_answer(request, path, tag, size=form.st_size, kind=kind, cache=f"private, {_AN_HOUR}")
        except (OSError, MediaError, KeyError):
            fix = "`[serve] demo` says whether recordings of this home are played, `audio_url` where else they lie."
            raise Problem("no-recording", f"track {track[:80]!r} is not played here", fix) from None

    def _card(self, track_id: str) -> tuple[str, date, dict[str, Any]]:
        """Version, its day, and what it says of a track."""
        with snapshot(self._store) as served:
            found, version, ds = served.track(track_id), served.version, served.ds
        if found is None:
            raise unknown_track(track_id, version)
        return version, ds, {"track_id": track_id, **found.get("track", {})}


def _shown(card: dict[str, Any]) -> Shown:
    return Shown(card["track_id"], card.get("genre"), card.get("valence"), card.get("arousal"))


def _picture(path: Path | None) -> tuple[bytes, str] | None:
    """Bytes and media type of a picture of a known kind; None without one."""
    try:
        content = path.read_bytes() if path is not None else b""
    except OSError:
        return None
    return next(((content, kind) for start, kind in _PICTURES.items() if content.startswith(start)), None)
