"""A server with a night to look at: pictures that move, songs that sound, and words that nobody means well."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn

from jobs.serve.app import create_app
from jobs.serve.page.shelf import open_shelf
from jobs.serve.server import listening
from jobs.serve.settings import ServeSettings
from tests.finished_home import finished_home
from tests.sounds import RATE, sine
from warehouse.media.encode import VideoEncoder
from warehouse.media.encode_audio import encode
from warehouse.media.store import open_media_store
from warehouse.serving import open_serving_store

ALWAYS = ServeSettings(demo="always")
HOSTILE = {
    "markup": '<img src=x onerror="document.title=1">',
    "script": "</script><script>document.title=2</script>",
    "template": "${document.title=3}{{constructor.constructor('x')()}}",
    "right_to_left": "أغنية \u202eevil\u202c שיר",
    "long": "长" * 250 + "W" * 250,
    "entities": "&lt;b&gt; &amp; 'quotes' \"double\"",
}


def make_home(home: Path) -> Path:
    """The night of :mod:`tests.published_night` with media: lists move, u-lin's sounds, u-emma's songs are hostile."""
    finished_home(home)
    media, audio = open_media_store(home), home / "landing" / "audio"
    audio.mkdir(parents=True)
    for n in range(3):
        tone = np.stack([sine(6.0, 220.0 * (n + 1))] * 2, axis=1)
        encode(tone, RATE, audio / f"t00{n}.opus", {})
    video = media.put(_video(), ".mp4")
    with open_serving_store(home).reading() as served:
        users = {user: served.user_list(user) for user in ("u-lin", "u-emma", "u-noor", "u-wei")}
        tracks = {s["track_id"]: served.track(s["track_id"]) for u in users.values() if u for s in u["songs"]}
        reviews = {(t, x): served.review(t, x) for t in tracks for x in ("zh", "en")}
        ds = served.ds
    for payload in users.values():
        assert payload
        payload["header"] |= {"video_key": video, "poster_key": None}
        for n, song in enumerate(payload["songs"]):
            song |= {"tempo_bpm": 80.0 + 3 * n, "valence": (n - 15) / 20}
    _spoil(users["u-emma"])
    store = open_serving_store(home, lease_check=lambda: None)
    store.begin("seen", ds)
    store.write_lists("seen", ((u, p) for u, p in users.items() if p))
    store.write_reviews("seen", ((t, x, r) for (t, x), r in reviews.items() if r))
    store.write_tracks("seen", ((t, row) for t, row in tracks.items() if row))
    counts = len(users), sum(len(u["songs"]) for u in users.values() if u), sum(r is not None for r in reviews.values())
    store.seal("seen", lists=counts[0], songs=counts[1], reviews=counts[2], tracks=len(tracks))
    store.flip("seen")
    return home


def _spoil(payload: dict[str, Any] | None) -> None:
    assert payload
    for song, text in zip(payload["songs"], HOSTILE.values(), strict=False):
        song |= {"title": text, "artist": text, "reason": text, "paragraph": text, "album": text}
    payload |= {"opener": HOSTILE["markup"], "intro": HOSTILE["long"], "hashtags": list(HOSTILE.values())}


def _video() -> bytes:
    frames = (np.full((180, 320, 4), (40 * n % 255, 90, 160, 255), np.uint8) for n in range(48))
    return VideoEncoder().encode(frames, size=(320, 180), fps=12, crf=30, metadata={"AIGC": "{}"})


@contextmanager
def running(home: Path, settings: ServeSettings = ALWAYS) -> Iterator[str]:
    """The address of a server of a home, while it runs."""
    app = create_app(
        lambda: open_serving_store(home),
        open_media_store(home),
        settings,
        lambda: datetime.now(UTC),
        home,
        shelf=open_shelf(home, settings),
    )
    with listening("127.0.0.1", 0) as sock:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
