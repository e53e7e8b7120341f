"""What may be set of the read API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# What a Content-Security-Policy can name: an origin, then a path with the id in it.
_AUDIO_URL = re.compile(r"(https?://[A-Za-z0-9.-]+(:\d{1,5})?)?/[^\s{}\"'<>;,]*\{track_id\}[^\s{}\"'<>;,]*")


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """Settings section ``[serve]``.

    Args:
        host: address to listen at; ``0.0.0.0`` for all of the machine's.
        port: to listen at; 0 for any that is free.
        hosts: names it is asked by, as a request's ``Host`` has them, beside this machine's own; ``*`` for any. Without
            some, a server that listens to this machine alone has no other, and one that others reach takes any.
        demo: whether recordings of the landing are played and listeners listed to everyone who asks: ``sample`` where
            `daily30 sample` made them up and ``host`` is this machine's own, ``always``, or ``never``.
        audio_url: where pages and playlists find recordings, with ``{track_id}`` for the id: a path of this server or
            an address; empty for the landing's, where ``demo`` lets them be played.
        suggest_users: tell who asks for an unknown user which ids are like it; false where that tells too much.
        token_to_read: whether lists, songs, reviews and versions need a token of scope ``read``.
        requests_per_s: what one caller (a token; without one, an address) may ask in the long run; 0 for no limit.
        burst: requests that a caller who was silent may make at once.
    """

    host: str = "127.0.0.1"
    port: int = 8030
    hosts: tuple[str, ...] = ()
    suggest_users: bool = True
    demo: Literal["sample", "always", "never"] = "sample"
    audio_url: str = ""
    token_to_read: bool = False
    requests_per_s: float = 0.0
    burst: int = 100

    def __post_init__(self) -> None:
        if self.audio_url and not _AUDIO_URL.fullmatch(self.audio_url):
            raise ValueError(f"audio_url {self.audio_url!r} is none; write it as https://host/path/{{track_id}}")
        if not 0 <= self.port <= 65535:
            raise ValueError(f"there is no port {self.port}; set port to a number from 0 to 65535")
        if not 0 <= self.requests_per_s < float("inf"):
            raise ValueError(f"requests_per_s {self.requests_per_s} is no rate; 0 sets no limit")
        if self.burst < 1:
            raise ValueError(f"a burst of {self.burst} lets nobody ask; set burst to 1 or more")
