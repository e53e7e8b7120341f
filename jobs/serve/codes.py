"""What the codes of songs are called, for who shows them: the same words as the lists use."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from features.words.terms import forms, genres
from jobs.serve import models
from jobs.serve.answers import OF_ALL, answer
from schemas.vocabulary import KEYS, MODES, MOOD_IDS

_DESCRIPTION = """Every key with its mode, mood and genre that daily30 has a word for, in both languages.

They change with daily30 alone, not with a version. A song's `genre` may also be a word of the catalogue's own.
"""


class Codes:
    """The one path; it asks nothing of the store."""

    def __init__(self) -> None:
        self._body = codes().model_dump_json().encode()

    def routes(self) -> APIRouter:
        """The path, and what OpenAPI says of it."""
        router = APIRouter(tags=["published"])
        router.add_api_route(
            "/v1/codes",
            self.codes,
            methods=["GET"],
            summary="What codes are called",
            description=_DESCRIPTION,
            response_class=Response,
            responses={200: {"model": models.Codes}, 304: {"description": "The caller has it (`If-None-Match`)"}},
        )
        return router

    async def codes(self, request: Request) -> Response:
        """All of them."""
        return answer(request.headers, self._body, version=None, cache=OF_ALL)


def codes() -> models.Codes:
    """The vocabulary, in its own order."""
    return models.Codes(
        keys=[
            models.KeyName(key=key, mode=mode, names=_named(forms.key_name, f"{key} {mode}"))
            for mode in MODES
            for key in KEYS
        ],
        moods=[models.CodeName(code=code, names=_named(forms.mood, code)) for code in MOOD_IDS],
        genres=[models.CodeName(code=code, names=_named(genres.called, code)) for code in genres.GENRE_IDS],
    )


def _named(called: Callable[[str, str], str | None], code: str) -> models.InBoth:
    return models.InBoth(zh=called(code, "zh") or code, en=called(code, "en") or code)
