"""The mood map: every track by valence (across) and arousal (up), with as many titles as find room."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from features.measurement import MeasurementPolicy
from features.report.charts import Dot, Tick, place
from features.report.labels import Label, placed, shortened, text_width
from features.words.terms import forms
from schemas.vocabulary import MOOD_NAMES

WIDTH, HEIGHT = 1180.0, 660.0
MOST_DOTS = 1_500
MOST_TITLES = 400
_LEAST_REACH = 0.3  # of an axis, either way: a catalogue that all feels alike is not blown up to look diverse
_TITLE_WIDTH = 130.0
_RADIUS = (2.4, 4.0)  # of a point in no list, and what being listed most adds
_PLACE_FONT = 15.0
_QUADRANTS = ("tense", "happy", "sad", "calm")  # upper left, upper right, lower left, lower right
_CORNER = (60.0, 48.0)
_AXIS_NAME = (0.0, 0.0, 240.0, 28.0)  # where the page writes what the upright axis means


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of one axis that holds every track and neutral; ``zero`` and ticks as shares of it."""

    low: float
    high: float
    zero: float
    ticks: list[Tick]

    def place(self, value: float) -> float:
        """A value as a share of the stretch."""
        return place(value, self.low, self.high)


@dataclass(frozen=True, slots=True)
class MoodMap:
    """A laid out map; all places in units of its width and height, y downwards.

    Args:
        dots: places in 0..1 from the lower left, as in other charts.
        radii: of the dots.
        labels: titles; ``point`` counts in ``dots``.
        places: (Chinese, English, x, y): what each quadrant feels like.
        valence, arousal: where the axes begin and end.
    """

    width: float
    height: float
    dots: list[Dot]
    radii: list[float]
    labels: list[Label]
    places: list[tuple[str, str, float, float]]
    valence: Axis
    arousal: Axis
    tracks: int


def mood_map(
    tracks: pl.DataFrame, emotions: pl.DataFrame, daily_lists: pl.DataFrame, policy: MeasurementPolicy
) -> MoodMap:
    """The tracks listed most, most important first; ties by how far they lie from neutral.

    Only tracks whose valence and arousal may be said.
    """
    listed = daily_lists.group_by("track_id").len("lists")
    said = emotions.select("track_id", *(policy.said(measure) for measure in ("valence", "arousal", "mood")))
    told = said.drop_nulls(("valence", "arousal"))
    rows = (
        tracks.select("track_id", "title", "artist_name")
        .join(told, on="track_id")
        .join(listed, on="track_id", how="left")
        .with_columns(pl.col("lists").fill_null(0), far=pl.max_horizontal(pl.col("valence", "arousal").abs()))
        .sort("lists", "far", "track_id", descending=[True, True, False])
        .head(MOST_DOTS)
    )
    most = max(1, int(rows["lists"].max() or 0)) if rows.height else 1  # type: ignore[arg-type]
    valence, arousal = _axis(rows["valence"].to_list()), _axis(rows["arousal"].to_list())
    dots = [_dot(row, most, valence, arousal) for row in rows.iter_rows(named=True)]
    radii = [round(_RADIUS[0] + _RADIUS[1] * dot.r, 1) for dot in dots]
    places = _corners()
    points = [(WIDTH * dot.x, HEIGHT - HEIGHT * dot.y, radius) for dot, radius in zip(dots, radii, strict=True)]
    titles = [shortened(str(title), _TITLE_WIDTH) for title in rows["title"]]
    labels = _titled(points, titles, places)
    return MoodMap(WIDTH, HEIGHT, dots, radii, labels, places, valence, arousal, told.height)


def _axis(values: list[float]) -> Axis:
    """From below the least to above the greatest, in steps of .05."""
    low = max(-1.0, math.floor(min([-_LEAST_REACH, *values]) * 20 - 0.5) / 20)
    high = min(1.0, math.ceil(max([_LEAST_REACH, *values]) * 20 + 0.5) / 20)
    step = 0.25 if high - low > 1.2 else 0.1
    steps = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    marks = [Tick(f"{n * step:+.2g}" if n else "0", place(n * step, low, high)) for n in steps]
    return Axis(low, high, place(0, low, high), marks)


def _titled(
    points: list[tuple[float, float, float]], titles: list[str], places: list[tuple[str, str, float, float]]
) -> list[Label]:
    """Titles of the foremost points; every point is in their way, the words of moods too."""
    taken = [(x - r, y - r, x + r, y + r) for x, y, r in points[MOST_TITLES:]]
    taken.append(_AXIS_NAME)
    for zh, en, x, y in places:
        half = text_width(f"{zh} {en}", _PLACE_FONT) / 2
        taken.append((x - half, y - _PLACE_FONT, x + half, y + 4))
    return placed(points[:MOST_TITLES], titles[:MOST_TITLES], taken, (WIDTH, HEIGHT))


def _dot(row: dict[str, object], most: int, across: Axis, up: Axis) -> Dot:
    valence, arousal, lists = float(row["valence"]), float(row["arousal"]), int(row["lists"])  # type: ignore[arg-type, call-overload]
    mood = str(row["mood"] or "")
    words = f"{forms.mood(mood, 'zh')} {forms.mood(mood, 'en')} · " if mood else ""
    detail = f"{words}valence {valence:+.2f}, arousal {arousal:+.2f} · in {lists} lists"
    size = round((lists / most) ** 0.5, 3)
    title = f"{row['title']} — {row['artist_name'] or 'unknown artist'}"
    return Dot(across.place(valence), up.place(arousal), size, title, detail, _tone(valence, arousal))


def _tone(valence: float, arousal: float) -> str:
    if arousal >= 0:
        return "bright" if valence >= 0 else "tense"
    return "calm" if valence >= 0 else "sad"


def _corners() -> list[tuple[str, str, float, float]]:
    """What each quadrant feels like, in its corner."""
    right, bottom = WIDTH - _CORNER[0], HEIGHT - _CORNER[1] + _PLACE_FONT
    where = ((_CORNER[0], _CORNER[1]), (right, _CORNER[1]), (_CORNER[0], bottom), (right, bottom))
    zh, en = MOOD_NAMES["zh"], MOOD_NAMES["en"]
    return [(zh[mood], en[mood], x, y) for mood, (x, y) in zip(_QUADRANTS, where, strict=True)]
