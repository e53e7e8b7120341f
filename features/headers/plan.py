"""Which first songs get a new video tonight."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

import polars as pl

from features.headers.brief import Brief
from schemas import TABLES

ENGINE_VERSION = "daily30-scenes-2"
# Two beats of the slowest tempo drawn (50 BPM): so much room a loop of whole beats may need.
_LEAST_ROOM_S = 2.4


@dataclass(frozen=True, slots=True)
class HeaderParams:
    """What a header looks like and how many are drawn a night.

    Args:
        ceiling: new videos a night, at most.
        width, height: size of the picture, px.
        fps: frames per second.
        min_s, max_s: bounds of the loop's length, s; at least 2.4 s apart, for loops are whole beats.
        crf: x264 quality, lower is better and larger.
    """

    ceiling: int = 24
    width: int = 1280
    height: int = 720
    fps: int = 24
    min_s: float = 6.0
    max_s: float = 9.0
    crf: int = 24

    def __post_init__(self) -> None:
        if self.max_s - self.min_s < _LEAST_ROOM_S:
            raise ValueError(f"max_s must be at least {_LEAST_ROOM_S} s above min_s, so that whole beats fit")


def content_key(brief: Brief, params: HeaderParams) -> str:
    """Hash of everything a header is drawn from."""
    picture = {k: v for k, v in asdict(params).items() if k != "ceiling"}
    text = json.dumps([ENGINE_VERSION, asdict(brief), picture], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def plan(needs: pl.DataFrame, keys: dict[str, str], kept: dict[str, str], params: HeaderParams) -> pl.DataFrame:
    """HEADER_PLAN: most-needed first; what an earlier night rendered is kept.

    Args:
        needs: one row per first song: track_id, need (lists that open with it).
        keys: content key of each of those tracks.
        kept: content key of the video each track already has.
    """
    rows = []
    left = params.ceiling
    for track_id, need in needs.sort(["need", "track_id"], descending=[True, False]).select("track_id", "need").rows():
        if kept.get(track_id) == keys[track_id]:
            action = "keep"
        elif left > 0:
            action, left = "render", left - 1
        else:
            action = "still"
        reason = f"more first songs than the nightly ceiling of {params.ceiling} videos" if action == "still" else None
        rows.append(
            {"track_id": track_id, "need": need, "content_key": keys[track_id], "action": action, "reason": reason}
        )
    return TABLES["header_plan"].frame(rows)
