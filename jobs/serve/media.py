"""Header videos and posters by their key, whole or in parts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathPart

from jobs.serve.answers import FOR_EVER
from jobs.serve.parts import file_answer
from jobs.serve.problems import Problem, described
from schemas.errors import OutsideServiceError
from warehouse.media.store import MediaStore

_TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_Form = tuple[int, int, int]
Key = Annotated[
    str,
    PathPart(description="`video_key` or `poster_key` of a header.", examples=["1cb8a003fbc0a63ef8694418f4421e62.mp4"]),
]


class Media:
    """Media of a store; a file is held against its key before it is first served, and again once it changed."""

    def __init__(self, store: MediaStore) -> None:
        self._store = store
        self._whole: dict[str, _Form] = {}

    def routes(self) -> APIRouter:
        """The one path."""
        router = APIRouter(tags=["media"])
        router.add_api_route(
            "/v1/media/{key}",
            self.media,
            methods=["GET"],
            summary="A header's video or poster",
            description="Bytes never change under a key. Ranges of bytes are served (one at a time).",
            response_class=Response,
            responses={
                200: {"description": "The file", "content": {kind: {} for kind in _TYPES.values()}},
                206: {"description": "The part asked for"},
                304: {"description": "The caller has it"},
                **described("unknown-media", "range-not-satisfiable", "damaged"),
            },
        )
        return router

    def media(self, request: Request, key: Key) -> Response:
        """The file of a key, or a part of it."""
        path = self._path(key)
        try:
            return self._answer(request, path, key)
        except FileNotFoundError:  # it goes just now, to be drawn again
            raise _unknown(key) from None

    def _answer(self, request: Request, path: Path, key: str) -> Response:
        size = self._require_whole(path, key)
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        return file_answer(request, path, f'"{key}"', size=size, kind=kind, cache=FOR_EVER)

    def _path(self, key: str) -> Path:
        try:
            path = self._store.path(key)
        except OutsideServiceError:
            raise _unknown(key) from None
        if not path.is_file():
            raise _unknown(key)
        return path

    def _require_whole(self, path: Path, key: str) -> int:
        """Size in bytes of a file that has the bytes that name it."""
        found = path.stat()
        form = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._whole.get(key) != form:
            if not self._store.has(key):
                raise Problem("damaged", "its bytes are not those of its key", "ask again once it is repaired.")
            self._whole[key] = form
        return found.st_size


def _unknown(key: str) -> Problem:
    return Problem("unknown-media", f"no media of key {key[:60]!r}", "take keys from `header` of a list.")
