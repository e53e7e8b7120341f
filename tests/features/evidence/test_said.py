"""No evidence and no payload states a tempo, key, mood or feeling that the measurement policy forbids to say."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl
import pytest

from features.measurement import MeasurementPolicy, Said
from features.serving.inputs import ServedTables
from features.serving.payload import song_cards
from jobs.run.body import gather
from schemas import TABLES
from tests.features.evidence.test_proof import RULES, replayed
from tests.features.lists.night import run_night
from tests.features.lists.weekends import weekending
from tests.features.lists.world import World, world

Tables = dict[str, pl.DataFrame]
POLICY = MeasurementPolicy()
RECKLESS = MeasurementPolicy(
    tempo_said_from=0.0, key_said_from=0.0, mood_said_from=0.0, feeling_said_from=0.0, scene_said_from=0.0
)
# What each kind of evidence states of the song itself.
STATES: dict[str, tuple[Said, ...]] = {
    "tempo_band": ("tempo",),
    "looped_tempo": ("tempo",),
    "same_pace": ("tempo",),
    "key_match": ("key",),
    "mood_match": ("mood",),
    "weather_fit": ("mood",),
    "hour_habit": ("scene",),
    "daypart_mood": ("valence", "arousal"),
    "calmer_days_off": ("arousal",),
    "livelier_days_off": ("arousal",),
}


@pytest.fixture(scope="module")
def unsure() -> World:
    """A world whose measurements are of every confidence."""
    made = world(7, users=40, songs=160, plays=90)
    rng = np.random.default_rng(3)
    emotions = made.tables["emotions"]
    size = emotions.height
    doubts = {
        "valence_confidence": rng.uniform(0.2, 1, size),
        "arousal_confidence": rng.uniform(0.2, 1, size),
        "mood_probabilities": -np.sort(-rng.uniform(0.2, 0.9, (size, 3)), axis=1),
        "scene_probabilities": -np.sort(-rng.uniform(0.2, 0.9, (size, 2)), axis=1),
    }
    schema = TABLES["emotions"].schema()
    felt = emotions.with_columns(pl.Series(name, v.tolist(), dtype=schema[name]) for name, v in doubts.items())
    people = made.tables["users"]["user_id"].to_list()
    plays = weekending(made.tables["plays"], felt, people[::3], people[1::3])
    return World(made.tables | {"emotions": felt} | replayed(made, plays), made.truth)


def _forbidden(out: Tables, policy: MeasurementPolicy) -> Counter[str]:
    """Rows of evidence that state what the policy forbids, by kind; read without any code of the evidence."""
    audio = {row["track_id"]: row for row in out["audio_features"].iter_rows(named=True)}
    felt = {row["track_id"]: row for row in out["emotions"].iter_rows(named=True)}
    found: Counter[str] = Counter()
    for row in out["evidence"].iter_rows(named=True):
        if row["kind"] in STATES:
            known = _of_tag(row, felt.get(row["track_id"], {})) | audio.get(row["track_id"], {})
            found[row["kind"]] += not all(policy.row_may_say(measure, known) for measure in STATES[row["kind"]])
    return +found


def _of_tag(row: dict[str, Any], felt: dict[str, Any]) -> dict[str, Any]:
    """What was felt, with the probability of the very mood or scene that the row names."""
    moods = dict(zip(felt["moods"], felt["mood_probabilities"], strict=True))
    scenes = dict(zip(felt["scenes"], felt["scene_probabilities"], strict=True))
    return felt | {"mood_probability": moods.get(row["song_text"]), "scene_probability": scenes.get(row["subject"])}


def test_every_kind_that_states_a_measurement_is_asked_about(unsure: World) -> None:
    told = run_night(unsure.tables, unsure.night, RULES)["evidence"]
    assert set(STATES) <= set(told["kind"])
    sounds = told.filter(pl.col("song_value").is_not_null())["kind"].unique()
    assert set(sounds) <= set(STATES)


def test_no_evidence_states_what_the_policy_forbids_to_say(unsure: World) -> None:
    """A published reason once named a key of confidence .24 that the fact sheet forbids."""
    assert _forbidden(run_night(unsure.tables, unsure.night, RULES), POLICY) == Counter()


def test_the_same_night_found_under_a_reckless_policy_would_be_caught(unsure: World) -> None:
    found = _forbidden(run_night(unsure.tables, unsure.night, RULES, policy=RECKLESS), POLICY)
    assert set(found) == set(STATES)


@pytest.mark.parametrize("policy", [POLICY, MeasurementPolicy(tempo_said_from=0.95, key_said_from=0.95)])
def test_no_payload_states_what_the_policy_forbids_to_say(unsure: World, policy: MeasurementPolicy) -> None:
    empty = {name: TABLES[name].empty() for name in TABLES}
    cards = song_cards(gather(ServedTables, empty | unsure.tables), policy)
    audio = {row["track_id"]: row for row in unsure.tables["audio_features"].iter_rows(named=True)}
    felt = {row["track_id"]: row for row in unsure.tables["emotions"].iter_rows(named=True)}
    stated: Counter[str] = Counter()
    for card in cards.iter_rows(named=True):
        own = felt[card["track_id"]]
        known = own | {"mood_probability": own["mood_probabilities"][0]} | audio.get(card["track_id"], {})
        for column, measure in _COLUMNS.items():
            may = known.get(column if column != "mood" else "moods") is not None and policy.row_may_say(measure, known)
            assert (card[column] is not None) == may, (card["track_id"], column)
            stated[column] += may
    assert all(0 < stated[column] < cards.height for column in _COLUMNS)


_COLUMNS: dict[str, Said] = {
    "tempo_bpm": "tempo", "key": "key", "mode": "key", "mood": "mood", "valence": "valence", "arousal": "arousal",
}  # fmt: skip
