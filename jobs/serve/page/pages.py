"""The pages themselves: plain files, their texts in both languages, and what the server lets them do."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from importlib.resources import files
from urllib.parse import urlsplit

import msgspec
from fastapi import APIRouter, Request, Response

from features.headers.cover import Shown, cover_svg
from jobs.serve.answers import holds
from jobs.serve.page.shelf import Shelf
from jobs.serve.problems import Problem
from jobs.serve.settings import ServeSettings
from schemas.text_files import LANGUAGES, texts

_PAGES = {"/": "index.html", "/nights": "nights.html"}
_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_TEXTS = ("page", "nights")
_ICON = Shown("daily30", "guofeng", 0.5, 0.1)
_OWN_AUDIO = "/v1/tracks/{track_id}/audio"


class Pages:
    """Pages and their parts; nothing of them comes from elsewhere, and nothing that is delivered becomes markup."""

    def __init__(self, settings: ServeSettings, shelf: Shelf | None) -> None:
        shows = shelf is not None and shelf.shows
        audio = settings.audio_url or (_OWN_AUDIO if shows else None)
        own = msgspec.json.encode({"lists_users": shows, "audio": audio})
        self._parts = {"settings.json": (own, "application/json"), "icon.svg": _icon()} | _files() | _words()
        self._policy = _policy(audio)

    def routes(self) -> APIRouter:
        """Paths; they are for people, so OpenAPI says nothing of them."""
        router = APIRouter(include_in_schema=False)
        for path, name in _PAGES.items():
            router.add_api_route(path, self._page(name), methods=["GET"], response_class=Response)
        router.add_api_route("/page/{name}", self.part, methods=["GET"], response_class=Response)
        return router

    def _page(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def page(request: Request) -> Response:
            return self.part(request, name)

        return page

    def part(self, request: Request, name: str) -> Response:
        """A page, or something that one is made of."""
        if name not in self._parts:
            raise Problem("no-such-path", "no part of the pages", "open / or /nights.")
        content, kind = self._parts[name]
        tag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
        headers = {
            "ETag": tag,
            "Cache-Control": "public, no-cache",
            "Content-Security-Policy": self._policy,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if holds(request.headers.get("if-none-match"), tag):
            return Response(None, 304, headers)
        return Response(content, 200, headers, kind)


def _files() -> dict[str, tuple[bytes, str]]:
    here = files("jobs.serve.page").iterdir()
    return {f.name: (f.read_bytes(), _TYPES[kind]) for f in here if (kind := f.name.rpartition(".")[2]) in _TYPES}


def _words() -> dict[str, tuple[bytes, str]]:
    """A page's texts in a language, and what each language calls itself."""
    found = {}
    for name in _TEXTS:
        written = texts("jobs.serve.page", name)
        own = {language: written[language]["page"]["own_name"] for language in LANGUAGES}
        for language in LANGUAGES:
            told = {section: dict(said) for section, said in written[language].items()} | {"languages": own}
            found[f"{name}.{language}.json"] = (msgspec.json.encode(told), "application/json")
    return found


def _icon() -> tuple[bytes, str]:
    return cover_svg(_ICON).encode(), "image/svg+xml"


def _policy(audio: str | None) -> str:
    """What a page may load and run: its own files; sounds also from where the setting has them."""
    at = urlsplit(audio or "")
    sounds = f" {at.scheme}://{at.netloc}" if at.netloc else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"media-src 'self'{sounds}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
