"""A small made-up world for the words: tracks, taste, lists and evidence that agree with one another."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import polars as pl

from features.evidence.kind import EvidenceRow
from features.measurement import MeasurementPolicy
from features.night import Night
from features.words.facts import links
from features.words.facts import tracks as track_facts
from features.words.facts.inputs import FactInputs
from features.words.facts.reader import Entry
from features.words.params import FactParams
from jobs.run.body import gather
from schemas import TABLES
from schemas.vocabulary import EVIDENCE_KINDS, KEYS, MODES, MOOD_IDS, SCENE_IDS, WEATHER
from tests.frames import rows

__all__ = ["NIGHT", "Entry", "EvidenceRow", "catalogue", "listeners"]
NIGHT = Night(date(2026, 11, 21))
CITIES = ("上海", "北京", "London", "New York")
_GENRES = ("ballad", "folk", "city_pop", "jazz", "lofi", "rock", "electronic", "guofeng", "waltz", "ambient", "rnb",
           "bossa_nova", "orchestral", "playful", "shoegaze", None)  # fmt: skip
_ZH = ("雨落在旧屋檐", "我撑着伞等你", "月亮照着回家的路", "风吹过夏天的操场", "再见也说得很轻", "海浪记得我们")
_EN = (
    "rain on the roof tonight",
    "I keep a light for you",
    "the moon walks me home",
    "we said goodbye in the sea wind",
)
_TITLES = ("晚风", "Seven Lamps", "雨 {n}", "1989", "Paper {boat}", "😀 Hello", "“Quoted”", "回家 (Live)", "99 Bridges")


def catalogue(size: int = 60, titles: tuple[str, ...] = _TITLES, seed: int = 1) -> dict[str, pl.DataFrame]:
    """Tracks with audio features, emotions, lyrics and the facts made of them; a few lack each."""
    draw = random.Random(seed)
    tracks, audio, emotions, lyrics = [], [], [], []
    for n in range(size):
        track_id, language = f"t{n:03d}", ("zh", "en", "instrumental")[n % 3]
        tracks.append({
            "track_id": track_id, "title": f"{titles[n % len(titles)]}" + (f" {n}" if n >= len(titles) else ""),
            "artist_id": f"a{n % 17}",
            "artist_name": ("夏炎", "The Lanterns", "M83", "林 7", "Bo")[n % 5] + f"{n % 17}",
            "album_title": f"Album {n % 9}" if n % 4 else None, "genre": _GENRES[n % len(_GENRES)],
            "release_date": NIGHT.serves_on - timedelta(days=n * n), "language": language, "composer": "周 行",
            "label": "North Pier" if n % 2 else None, "lyricist": "Mei" if n % 5 else None, "available": True,
        })  # fmt: skip
        if n % 11:
            audio.append({
                "track_id": track_id, "tempo_bpm": draw.uniform(55, 180), "tempo_confidence": draw.random(),
                "key": draw.choice(KEYS), "mode": draw.choice(MODES), "key_strength": 0.9,
                "key_confidence": draw.random(),
                "loudness_lufs": -14.0, "loudness_range_lu": draw.uniform(2, 12), "energy": draw.random(),
                "danceability": draw.uniform(0.8, 1.8), "spectral_centroid_hz": draw.uniform(800, 3500),
                "duration_s": draw.uniform(28, 290), "energy_curve": [draw.random() for _ in range(40)],
            })  # fmt: skip
        sure = sorted((draw.random() for _ in range(3)), reverse=True)
        emotions.append({
            "track_id": track_id, "valence_confidence": draw.random(), "moods": draw.sample(MOOD_IDS, 3),
            "mood_probabilities": sure, "scenes": draw.sample(SCENE_IDS, 2), "scene_probabilities": sure[:2],
        })  # fmt: skip
        if language != "instrumental":
            lines = [draw.choice(_ZH if language == "zh" else _EN) for _ in range(8)]
            starts = [4.0 * i for i in range(8)] if n % 2 else []
            lyrics.append({"track_id": track_id, "language": language, "lines": lines, "line_start_s": starts})
    made = {name: rows(name, given) for name, given in (
        ("tracks", tracks), ("audio_features", audio), ("emotions", emotions), ("lyrics", lyrics))}  # fmt: skip
    return made | _derived(made)


def _derived(made: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Links, facts and neighbours of the songs."""
    song_links = TABLES["song_links"].frame(links.links(made["tracks"]))
    facts = track_facts.fact_rows(
        gather(FactInputs, made | {"song_links": song_links}), FactParams(), MeasurementPolicy()
    )
    size = made["tracks"].height
    near = [{"track_id": f"t{n:03d}", "rank": r, "neighbour_id": f"t{(n + r) % size:03d}", "similarity": 0.9 - r / 10,
             "audio_similarity": 0.9 - r / 10}
            for n in range(size) for r in (1, 2, 3)]  # fmt: skip
    return {"song_links": song_links, "facts": TABLES["facts"].frame(facts), "neighbours": rows("neighbours", near)}


def listeners(
    world: dict[str, pl.DataFrame], count: int = 24, length: int = 30, seed: int = 2
) -> dict[str, pl.DataFrame]:
    """Users with taste, a list each and evidence of every kind; some new, some opted out."""
    draw, why_draw = random.Random(seed), random.Random(seed + 100)
    ids = world["tracks"]["track_id"].to_list()
    artist_of = dict(world["tracks"].select("track_id", "artist_id").iter_rows())
    users, taste, lists, summaries, evidence, affinity = [], [], [], [], [], []
    for n in range(count):
        user_id, kind = f"u{n:03d}", ("regular", "heavy", "new", "regular")[n % 4]
        opted_out, personal = n % 7 == 3, n % 7 != 3 and kind != "new"
        users.append({"user_id": user_id, "language": "zh" if n % 2 else "en", "city": CITIES[n % 4] if n % 5 else None,
                      "personalised": not opted_out})  # fmt: skip
        taste.append(_taste(user_id, kind, ids, draw))
        affinity += _affinity(user_id, ids, taste[-1], random.Random(seed * 1000 + n)) if kind != "new" else []
        chosen = draw.sample(ids, min(length, len(ids)))
        for rank, track_id in enumerate(chosen, 1):
            lists.append({"user_id": user_id, "rank": rank, "track_id": track_id, "artist_id": artist_of[track_id],
                          "recording_id": track_id, "discovery": draw.random() < 0.3})  # fmt: skip
            kinds = why_draw.sample(EVIDENCE_KINDS, 3) if personal else ["popular"]
            for seq, why in enumerate(kinds, 1):
                evidence.append(_evidence(user_id, track_id, seq, why, ids, artist_of, why_draw))
        summaries.append({"user_id": user_id, "songs": len(chosen), "personalised": personal, "history_class": kind})
    made = {
        "users": users,
        "taste": taste,
        "affinity": affinity,
        "daily_lists": lists,
        "list_summaries": summaries,
        "evidence": evidence,
        "recent_plays": _recent(taste),
    }  # fmt: skip
    frames = {name: rows(name, given) for name, given in made.items()}
    sky = [{"city": c, "local_date": NIGHT.serves_on, "weather": w} for c, w in zip(CITIES[:3], WEATHER, strict=False)]
    frames["contexts"] = rows("contexts", sky)
    frames |= {name: TABLES[name].empty() for name in ("copy_history", "snippets")}
    return frames


def _taste(user_id: str, kind: str, ids: list[str], draw: random.Random) -> dict[str, Any]:
    if kind == "new":
        return {"user_id": user_id, "history_class": kind, "daypart_plays": [0, 0, 0, 0]}
    parts = draw.sample([60, 10, 5, 2], 4)
    return {
        "user_id": user_id, "history_class": kind, "plays": 77, "plays_7d": 33, "distinct_tracks": 30,
        "tempo_low_bpm": 61.2, "tempo_median_bpm": 80.0, "tempo_high_bpm": 104.7, "genres": ["folk", "jazz"],
        "genre_shares": [0.41, 0.22], "moods": ["calm", "sad"], "mood_shares": [0.3, 0.2], "daypart_plays": parts,
        "looped_track_ids": draw.sample(ids, 3), "looped_plays": [7, 5, 3], "artist_ids": ["a1", "a2"],
        "artist_plays": [12, 4],
    }  # fmt: skip


def _affinity(user_id: str, ids: list[str], taste: dict[str, Any], draw: random.Random) -> list[dict[str, Any]]:
    """A third of the catalogue heard, loops and their plays as the taste has them."""
    looped = dict(zip(taste["looped_track_ids"], taste["looped_plays"], strict=True))
    heard = sorted({*looped, *draw.sample(ids, len(ids) // 3)})
    return [
        {"user_id": user_id, "track_id": track_id, "weight": draw.uniform(0.1, 9),
         "plays": looped.get(track_id, 0) + draw.randint(1, 12), "plays_7d": looped.get(track_id, 0),
         "liked": draw.random() < 0.2, "blocked": False, "first_played": NIGHT.ds - timedelta(days=40),
         "last_played": NIGHT.ds}
        for track_id in heard
    ]  # fmt: skip


def _recent(taste: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the last days of those who play held."""
    counted = (("genre", "folk", 17), ("mood", "calm", 9), ("tempo", "77", 21))
    return [
        {"user_id": row["user_id"], "measure": measure, "item": item, "plays": plays, "known": 40, "total": 60}
        for row in taste
        if row["history_class"] != "new"
        for measure, item, plays in counted
    ]


def _evidence(user_id: str, track_id: str, seq: int, kind: str, ids: list[str], artist_of: dict[str, str],
              draw: random.Random) -> dict[str, Any]:  # fmt: skip
    row: dict[str, Any] = {"user_id": user_id, "track_id": track_id, "seq": seq, "kind": kind, "source_table": "taste"}
    given: dict[str, dict[str, Any]] = {
        "tempo_band": {"value": 61.2, "value_high": 104.7, "song_value": draw.uniform(61, 104), "unit": "BPM"},
        "key_match": {"value": 21.0, "value_high": 60.0, "song_text": draw.choice(KEYS) + " major"},
        "mood_match": {"subject": "calm", "value": 9.0, "value_high": 40.0, "song_text": "calm"},
        "genre_share": {"subject": "folk", "value": 17.0, "value_high": 40.0},
        "daypart_mood": {"subject": "evening", "value": 0.1, "value_high": 0.2, "song_value": 0.2},
        "artist_rotation": {"subject": artist_of[track_id], "value": float(draw.randint(1, 20))},
        "liked_artist": {"subject": artist_of[track_id], "value": float(draw.randint(1, 4))},
        "resting": {"value": float(draw.randint(14, 90)), "value_high": float(draw.randint(2, 30))},
        "loved_tracks_together": {"subject": ids[0], "subject_too": draw.choice([None, *ids[1:]]), "value": 7.0,
                                  "value_high": 6.0},
        "album_played": {"subject": draw.choice(ids), "value": float(draw.randint(1, 7))},
        "same_pace": {"subject": draw.choice(ids), "value": 3.0, "value_high": 91.0, "song_value": 92.0},
        "similar_track": {"subject": draw.choice(ids), "value": 0.8},
        "fresh_release": {"value": float(draw.randint(0, 20)), "unit": "days"},
        "popular_near": {"subject": "上海", "value": float(draw.randint(1, 40))},
        "popular": {"value": float(draw.randint(1, 40))},
        "weather_fit": {"subject": "rain", "song_text": "calm"},
        "calmer_days_off": {"value": -0.3, "value_high": 0.2, "song_value": -0.4},
        "livelier_days_off": {"value": 0.4, "value_high": 0.1, "song_value": 0.5},
        "looped_tempo": {"subject": "60-79", "value": float(draw.randint(2, 9)), "song_value": draw.uniform(60, 79)},
        "hour_habit": {"subject": draw.choice(("morning", "commute", "study")), "value": 8.0, "value_high": 23.0,
                       "song_value": 0.7, "unit": "local hour"},
        "featured_artist": {"subject": draw.choice(sorted(artist_of.values())), "value": float(draw.randint(3, 20))},
        "same_album": {"subject": draw.choice(ids), "value": float(draw.randint(1, 4))},
        "same_composer": {"subject": draw.choice(ids), "value": 3.0, "song_text": "姚望舒"},
        "same_producer": {"subject": draw.choice(ids), "value": 2.0, "song_text": "Dana Okonjo"},
        "same_lyricist": {"subject": draw.choice(ids), "value": 2.0, "song_text": "Marlow Grey"},
        "same_label": {"subject": draw.choice(ids), "value": 11.0, "song_text": "北岸唱片"},
        "discovery": {"subject": artist_of[track_id]},
        "catalogue_pick": {"subject": "jazz"},
    }  # fmt: skip
    return row | given.get(kind, {"value": float(draw.randint(3, 12)), "unit": "plays"})
