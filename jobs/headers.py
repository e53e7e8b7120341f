"""Header videos: plan over all users which first songs get one tonight, then draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import polars as pl

from features.headers.animate import Animation
from features.headers.brief import Brief, briefs
from features.headers.inputs import HeaderInputs, HeaderPlanInputs
from features.headers.plan import HeaderParams, content_key
from features.headers.plan import plan as plan_headers
from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from schemas import TABLES

MADE_BY = "daily30 scene engine: drawn by code from lyrics, mood and beat; no generative model"
_KEYS = ("poster_key", "video_key")


class Media(Protocol):
    """Where finished media go."""

    def put(self, data: bytes, suffix: str) -> str: ...

    def has(self, key: str) -> bool: ...


class Encoder(Protocol):
    """What turns frames into a video."""

    @property
    def font_path(self) -> str: ...

    def encode(
        self, frames: Iterable[np.ndarray], *, size: tuple[int, int], fps: int, crf: int, metadata: Mapping[str, str]
    ) -> bytes: ...


def plan(inputs: HeaderPlanInputs, *, header_rules: HeaderParams, policy: MeasurementPolicy) -> dict[str, pl.DataFrame]:
    """HEADER_PLAN: one row per distinct first song; most-needed first within the ceiling."""
    needs = inputs.daily_lists.filter(pl.col("rank") == 1).group_by("track_id").agg(need=pl.len())
    first = inputs.tracks.join(needs, on="track_id", how="semi")
    known = briefs(first, inputs.audio_features, inputs.emotions, inputs.lyrics, policy)
    keys = {track_id: content_key(brief, header_rules) for track_id, brief in known.items()}
    videos = inputs.header_history.filter(pl.col("kind") == "video")
    kept = dict(videos.select("track_id", "content_key").iter_rows())
    return {"header_plan": plan_headers(needs, keys, kept, header_rules)}


def run(
    inputs: HeaderInputs,
    *,
    media: Media,
    video_encoder: Encoder,
    params: HeaderParams,
    policy: MeasurementPolicy,
    seeds: Seeds,
) -> dict[str, pl.DataFrame]:
    """HEADERS: a video, a kept video or a still per first song."""
    first = inputs.tracks.join(inputs.header_plan, on="track_id", how="semi")
    known = briefs(first, inputs.audio_features, inputs.emotions, inputs.lyrics, policy)
    earlier = {row["track_id"]: row for row in inputs.header_history.iter_rows(named=True)}
    rows = []
    for row in inputs.header_plan.sort("track_id").iter_rows(named=True):
        track_id, action = row["track_id"], row["action"]
        if action == "keep" and _has_all(media, earlier[track_id]):
            rows.append(earlier[track_id])
            continue
        drawn = _draw(known[track_id], action != "still", media, video_encoder, params, seeds)
        rows.append({**drawn, "track_id": track_id, "content_key": row["content_key"], "reason": row["reason"]})
    return {"headers": TABLES["headers"].frame(rows)}


def still_there(headers: pl.DataFrame, *, media: Media) -> bool:
    """Whether every poster and video lies in the media store."""
    return all(_has_all(media, row) for row in headers.select(_KEYS).iter_rows(named=True))


def _has_all(media: Media, row: Mapping[str, Any]) -> bool:
    return all(media.has(row[key]) for key in _KEYS if row[key] is not None)


def _draw(
    brief: Brief, moving: bool, media: Media, encoder: Encoder, params: HeaderParams, seeds: Seeds
) -> dict[str, Any]:
    """Draw one song's header and put it into the media store."""
    animation = Animation(brief, params, encoder.font_path, seeds)
    row: dict[str, Any] = {
        "kind": "video" if moving else "still",
        "poster_key": media.put(animation.poster(), ".jpg"),
        "video_key": None,
        "duration_s": 0.0,
        "width": params.width,
        "height": params.height,
        "scene": animation.scene.name,
        "notice": None,  # nothing here is made by a generative model
    }
    if moving:
        metadata = {"title": brief.title, "artist": brief.artist, "comment": MADE_BY}
        video = encoder.encode(
            animation.frames(), size=animation.size, fps=params.fps, crf=params.crf, metadata=metadata
        )
        row |= {"video_key": media.put(video, ".mp4"), "duration_s": animation.loop.seconds}
    return row
