"""Weather: moods that suit the day."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.evidence.context import EvidenceContext
from features.evidence.kind import EvidenceKind, EvidenceRow, Found, SlotWriter, Texts
from features.evidence.pairs import numbered
from features.evidence.sql import MOODS, Proof, any_of
from features.lists.weather import MOODS_OF
from schemas.vocabulary import MOOD_IDS


def _suits_weather(ctx: EvidenceContext) -> Found:
    """Of the moods that may be said of the song, the one that suits the weather best."""
    weather = numbered(ctx.listeners.frame["weather"])[ctx.listener]
    names = ctx.listeners.frame["weather"].drop_nulls().unique().sort()
    mood = np.full(len(ctx.song), -1)
    for number, name in enumerate(names):
        for suited in reversed(MOODS_OF[name]):  # the most fitting last, so that it stands
            column = MOOD_IDS.index(suited)
            mood = np.where((weather == number) & (ctx.said_moods[ctx.song, column] > 0), column, mood)
    rows = np.flatnonzero(mood >= 0)
    felt = Texts(pl.Series(MOOD_IDS), mood[rows])
    return Found(rows, np.full(len(rows), 0.3), Texts(names, weather[rows]), song_text=felt)


def _tell(slots: SlotWriter, row: EvidenceRow) -> None:
    slots.weather("weather", row.subject)
    slots.song_mood(row.song_text)


KINDS = (
    EvidenceKind(
        name="weather_fit",
        doc="It has a mood, with confidence, that suits the weather of the day.",
        source="contexts",
        find=_suits_weather,
        proof=Proof(
            f"users u JOIN contexts c USING (city), {MOODS} e WHERE u.user_id = {{user}} AND c.local_date = {{ds}} + 1 "
            "AND c.weather = {subject} AND e.track_id = {track} AND e.item = {song_text} "
            f"AND {any_of('e.item', 'c.weather', MOODS_OF)}",
        ),
        support=("mood_said_from", "feeling_said_from"),
        subject="weather",
        slots=("weather", "felt", "also", "main"),
        tell=_tell,
    ),
)
