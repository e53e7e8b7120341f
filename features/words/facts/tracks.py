"""Numbered facts per track: what a text about the song may say, and how sure we are.

A fact id means the same kind for every track (``f12`` is always the tempo), so a prompt or
a stored review that names ``f12`` stays readable.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from features.measurement import MeasurementPolicy, tapped
from features.released import release_told
from features.words.facts.inputs import FactInputs
from features.words.facts.links import LINKS
from features.words.facts.slot_registry import slot_id
from features.words.facts.sung import sung_rows
from features.words.params import FactParams


def fact_rows(inputs: FactInputs, params: FactParams, policy: MeasurementPolicy) -> pl.DataFrame:
    """One row per track and fact, columns as in the contract of ``facts``."""
    known = inputs.tracks.select("track_id")
    parts = [
        *_catalogue(inputs.tracks),
        *_sound(inputs.audio_features.join(known, on="track_id", how="semi"), policy),
        *_felt(inputs.emotions.join(known, on="track_id", how="semi"), params, policy),
        sung_rows(inputs.lyrics.join(known, on="track_id", how="semi"), params, policy),
        *_voiced(inputs.tracks, inputs.audio_features, policy),
        *_linked(inputs.song_links.join(known, on="track_id", how="semi")),
    ]
    return pl.concat(parts).sort("track_id", "fact_id")


def _rows(
    frame: pl.DataFrame,
    kind: str,
    source: str,
    *,
    value: pl.Expr | None = None,
    text: pl.Expr | None = None,
    subject: pl.Expr | None = None,
    unit: str | None = None,
    confidence: pl.Expr | None = None,
    said: pl.Expr | None = None,
) -> pl.DataFrame:
    """Rows of one kind; tracks where both value and text are null get none.

    Args:
        said: whether a text may say it; always, where nothing is given.
    """
    sure = pl.lit(1.0) if confidence is None else confidence
    made = frame.select(
        "track_id",
        pl.lit(slot_id("song", kind)).alias("fact_id"),
        pl.lit(kind).alias("kind"),
        (pl.lit(None) if value is None else value).cast(pl.Float64).alias("value"),
        (pl.lit(None) if text is None else text).cast(pl.String).alias("text"),
        (pl.lit(None) if subject is None else subject).cast(pl.String).alias("subject"),
        pl.lit(unit, dtype=pl.String).alias("unit"),
        pl.lit(None, dtype=pl.Float32).alias("at_s"),
        sure.cast(pl.Float32).alias("confidence"),
        (pl.lit(True) if said is None else said).alias("assertable"),
        pl.lit(source).alias("source_table"),
    )
    return made.filter(pl.col("value").is_not_null() | pl.col("text").is_not_null())


def _catalogue(tracks: pl.DataFrame) -> list[pl.DataFrame]:
    columns = {
        "title": "title", "artist": "artist_name", "album": "album_title", "genre": "genre", "language": "language",
        "label": "label", "producer": "producer", "composer": "composer", "lyricist": "lyricist", "version": "version",
    }  # fmt: skip
    parts = [_rows(tracks, kind, "tracks", text=_present(column)) for kind, column in columns.items()]
    parts.append(_rows(tracks, "release", "tracks", text=release_told()))
    return parts


def _present(column: str) -> pl.Expr:
    value = pl.col(column)
    return pl.when(value.str.strip_chars() != "").then(value)


def _sound(audio: pl.DataFrame, policy: MeasurementPolicy) -> list[pl.DataFrame]:
    source = "audio_features"
    key = pl.col("key") + " " + pl.col("mode")
    shapes = pl.Series("shape", [energy_shape(c) for c in audio["energy_curve"].to_list()], dtype=pl.String)
    shaped = audio.with_columns(shapes)
    brightness = _worded(pl.col("spectral_centroid_hz"), ((1200.0, "warm"), (2400.0, "balanced")), "bright")
    dynamics = _worded(pl.col("loudness_range_lu"), ((4.0, "even"), (9.0, "breathing")), "wide")
    energy = _worded(pl.col("energy"), ((0.33, "low"), (0.66, "middling")), "high")
    dance = _worded(pl.col("danceability"), ((1.0, "loose"), (1.4, "steady")), "danceable")
    return [
        _rows(audio, "tempo", source, value=sane_tempo(pl.col("tempo_bpm")), unit="BPM",
              confidence=pl.col("tempo_confidence"), said=policy.may_say("tempo")),
        _rows(audio, "key", source, text=key, confidence=pl.col("key_confidence"), said=policy.may_say("key")),
        _rows(audio, "metre", source, value=pl.col("beats_per_bar"), unit="beats",
              confidence=pl.col("metre_confidence"), said=policy.may_say("metre")),
        _rows(audio, "length", source, value=pl.col("duration_s"), unit="s"),
        _rows(audio, "loudness", source, value=pl.col("loudness_lufs").round(1), unit="LUFS"),
        _rows(audio, "dynamics", source, value=pl.col("loudness_range_lu").round(1), text=dynamics, unit="LU"),
        _rows(audio, "energy", source, value=pl.col("energy").round(2), text=energy),
        _rows(audio, "danceability", source, value=pl.col("danceability").round(2), text=dance),
        _rows(audio, "brightness", source, value=pl.col("spectral_centroid_hz").round(0), text=brightness, unit="Hz"),
        _rows(shaped, "energy_shape", source, text=pl.col("shape")),
    ]  # fmt: skip


def _worded(value: pl.Expr, steps: Sequence[tuple[float, str]], last: str) -> pl.Expr:
    """The word of the first step the value stays below; null stays null."""
    found = pl.lit(last)
    for limit, word in reversed(steps):
        found = pl.when(value < limit).then(pl.lit(word)).otherwise(found)
    return pl.when(value.is_not_null()).then(found)


def sane_tempo(bpm: pl.Expr) -> pl.Expr:
    """Whole BPM, folded by octaves into what a foot can tap (40..220 BPM)."""
    return (tapped(bpm) + 0.5).floor()


def energy_shape(curve: Sequence[float] | None) -> str | None:
    """'rises', 'falls', 'late_peak', 'early_peak' or 'steady' from a loudness curve [4 values/s].

    Means of the five fifths are compared; differences under 0.12 of the track's own range
    count as steady. Fewer than five seconds say nothing.
    """
    if curve is None or len(curve) < 20:
        return None
    size = len(curve) / 5
    fifths = [sum(part) / len(part) for part in (curve[int(i * size) : int((i + 1) * size)] for i in range(5))]
    start, end, top = fifths[0], fifths[4], max(fifths)
    if top - min(fifths) < 0.12:
        return "steady"
    if fifths.index(top) == 3 and top - end >= 0.06 and top - start >= 0.12:
        return "late_peak"
    if end - start >= 0.12 and end >= top - 0.06:
        return "rises"
    if start - end >= 0.12 and start >= top - 0.06:
        return "falls"
    return "early_peak" if fifths.index(top) == 1 and top - end >= 0.12 else None


def _felt(emotions: pl.DataFrame, params: FactParams, policy: MeasurementPolicy) -> list[pl.DataFrame]:
    parts = [
        _rows(emotions, "valence", "emotions", value=pl.col("valence").round(2),
              confidence=pl.col("valence_confidence"), said=policy.may_say("valence")),
        _rows(emotions, "arousal", "emotions", value=pl.col("arousal").round(2),
              confidence=pl.col("arousal_confidence"), said=policy.may_say("arousal")),
    ]  # fmt: skip
    for place in range(params.max_moods):
        tag = pl.col("moods").list.get(place, null_on_oob=True)
        probability = pl.col("mood_probabilities").list.get(place, null_on_oob=True).fill_null(0.0)
        rows = _rows(emotions, "mood", "emotions", text=tag, value=probability.cast(pl.Float64).round(2),
                     confidence=probability, said=policy.may_say("mood", mood_probability=probability))  # fmt: skip
        parts.append(rows.filter(pl.col("text").is_not_null()).with_columns(_nth("mood", place)))
    return parts


def _nth(kind: str, place: int) -> pl.Expr:
    return pl.lit(slot_id("song", kind, place)).alias("fact_id")


def _voiced(tracks: pl.DataFrame, audio: pl.DataFrame, policy: MeasurementPolicy) -> list[pl.DataFrame]:
    """Sung or instrumental, and acoustic or electric, as far as the sound tells.

    Both are modest heuristics: said only where they are sure, and a voice only where the
    catalogue does not say otherwise. A song that the catalogue calls instrumental is one.
    """
    heard = tracks.select("track_id", "language").join(audio, on="track_id")
    voice = pl.col("voice_probability")
    sung = voice >= 0.5
    agrees = sung == (pl.col("language") != "instrumental")
    alone = pl.when(sung).then(voice).otherwise(1 - voice)
    sure = pl.when(agrees).then(alone).otherwise(pl.min_horizontal(alone, 0.5))
    acoustic = pl.col("acoustic_probability")
    either = pl.max_horizontal(acoustic, 1 - acoustic)
    named = tracks.filter(pl.col("language") == "instrumental")
    told = audio.join(named.select("track_id"), on="track_id", how="anti")
    return [
        _rows(named, "voice", "tracks", text=pl.lit("instrumental")),
        _rows(heard.join(told.select("track_id"), on="track_id", how="semi"), "voice", "audio_features",
              text=pl.when(sung).then(pl.lit("sung")).otherwise(pl.lit("instrumental")), value=voice.round(2),
              confidence=sure, said=policy.may_say("voice", voice_confidence=sure)),
        _rows(audio, "acoustic", "audio_features", value=acoustic.round(2),
              text=pl.when(acoustic >= 0.5).then(pl.lit("acoustic")).otherwise(pl.lit("electric")),
              confidence=either, said=policy.may_say("acoustic", acoustic_confidence=either)),
    ]  # fmt: skip


def _linked(links: pl.DataFrame) -> list[pl.DataFrame]:
    """Other songs that share the album or the people behind it."""
    return [
        _rows(links.filter(pl.col("kind") == kind), kind, "tracks", text=pl.col("subject_title"), unit="songs",
              value=pl.col("count"), subject=pl.col("subject"))
        for kind in LINKS
    ]  # fmt: skip
