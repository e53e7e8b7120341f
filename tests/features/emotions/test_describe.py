"""The emotions row: sources, confidence, moods and scenes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.emotions import moods, priors, scenes, sound
from features.emotions.describe import describe
from features.emotions.fusion import SourceEstimate, fuse
from features.emotions.moods import PlanePoint
from schemas.vocabulary import MOOD_IDS, MOODS, SCENE_IDS

# Pitch classes from A: a triad of A major (A C# E) with its sixth, and of A minor (A C E).
MAJOR = [1, 0, 0.3, 0, 0.8, 0.3, 0, 0.8, 0, 0.4, 0, 0.2]
MINOR = [1, 0, 0.3, 0.8, 0, 0.3, 0, 0.8, 0.3, 0, 0.2, 0]


def heard(**changes):
    """A plain song in the middle of everything."""
    return {
        "loudness_lufs": -15.0, "loudness_range_lu": 6.0, "tempo_bpm": 110.0, "onset_rate_hz": 4.5,
        "spectral_flux": 0.09, "danceability": 1.1, "dynamic_complexity_db": 3.8,
        "hpcp_mean": MAJOR, "key": "A", "mode": "major",
        "key_strength": 0.85, "chord_change_rate_hz": 0.8,
    } | changes  # fmt: skip


QUIET = heard(loudness_lufs=-26.0, onset_rate_hz=1.5, spectral_flux=0.03, tempo_bpm=66.0)
DRIVING = heard(loudness_lufs=-8.0, onset_rate_hz=7.5, spectral_flux=0.25, tempo_bpm=150.0)
SAD = {**QUIET, "hpcp_mean": MINOR, "mode": "minor"}


def song(**changes):
    return {"track_id": "t", "genre": None, "language": None, "listener_tags": []} | changes


def test_arousal_rises_with_loudness_density_and_tempo():
    levels = [sound.valence_and_arousal(f)[1] for f in (QUIET, heard(), DRIVING)]
    assert levels == sorted(levels)
    assert levels[0] < -0.4
    assert levels[2] > 0.4


def test_valence_is_higher_in_major():
    minor = heard(hpcp_mean=MINOR, mode="minor")
    assert sound.valence_and_arousal(heard())[0] > 0.2 > -0.1 > sound.valence_and_arousal(minor)[0]


def test_unknown_features_sit_in_the_middle_and_silence_is_calm():
    blank = heard(tempo_bpm=None, key=None, mode=None, key_strength=0.0, loudness_lufs=None, loudness_range_lu=None,
                  hpcp_mean=[0.0] * 12)  # fmt: skip
    valence, arousal = sound.valence_and_arousal(blank)
    assert -1 <= valence <= 1
    assert arousal < sound.valence_and_arousal(heard())[1]


def test_the_formulas_do_not_depend_on_the_key():
    for shift in range(12):
        keys = ("A", "Bb", "B", "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab")
        moved = heard(key=keys[shift], hpcp_mean=MAJOR[-shift:] + MAJOR[:-shift] if shift else MAJOR)
        assert sound.valence_and_arousal(moved) == pytest.approx(sound.valence_and_arousal(heard()))


def test_agreement_is_surer_than_one_voice_and_disagreement_less_sure():
    audio = SourceEstimate("audio", 0.5, 0.35)
    alone = fuse([audio])
    agreed = fuse([audio, SourceEstimate("lyrics", 0.5, 0.4)])
    torn = fuse([audio, SourceEstimate("lyrics", -0.6, 0.4)])
    assert torn.confidence < alone.confidence < agreed.confidence
    assert abs(torn.value) < agreed.value
    assert 0 < alone.value < 0.5  # drawn to neutral


def test_knowing_nothing_is_neutral_and_least_sure():
    nothing = fuse([])
    assert nothing.value == 0
    assert nothing.confidence < fuse([SourceEstimate("catalogue", 0.2, 0.4)]).confidence


def test_disagreement_of_sound_and_words_is_kept():
    row = describe(song(), heard(), ["心碎 眼泪 哭泣 离别 孤独 难过 绝望 遗憾 伤口"])
    assert row["audio_valence"] > 0.2
    assert row["lyrics_valence"] < -0.4
    agreeing = describe(song(), heard(), ["快乐 幸福 微笑 阳光 希望 歌唱 美好 开心 灿烂"])
    assert row["valence"] < agreeing["valence"]
    assert row["valence_confidence"] < agreeing["valence_confidence"]


def test_a_song_that_sounds_bright_and_reads_sad_has_moods_of_both_sides():
    bright = heard(
        key_strength=0.95, onset_rate_hz=6.5, tempo_bpm=140.0, hpcp_mean=[1, 0, 0, 0, 0.9, 0, 0, 0.9, 0, 0.6, 0, 0]
    )
    row = describe(song(), bright, ["眼泪 哭泣 悲伤 痛苦 心碎 绝望 黑暗 死亡 伤口 离别 分手 孤独 寂寞"] * 2)
    assert row["disagreement"] == pytest.approx(row["audio_valence"] - row["lyrics_valence"])
    sides = dict(zip(row["moods"], row["mood_sources"], strict=True))
    assert {"sad", "lonely", "heartbroken", "dark"} & set(sides)
    assert {"happy", "playful", "energetic", "triumphant", "inspiring", "carefree", "groovy", "hopeful"} & set(sides)
    assert {"lyrics", "audio"} <= set(sides.values())


def test_each_tag_names_who_says_so():
    row = describe(song(listener_tags=["治愈"]), QUIET, None)
    sides = dict(zip(row["moods"], row["mood_sources"], strict=True))
    assert "tags" in sides["healing"].split("+")
    assert any("audio" in who.split("+") for who in sides.values())
    assert len(row["scenes"]) == len(row["scene_sources"])
    assert describe(song(), None, None)["mood_sources"] == ["catalogue"] * len(describe(song(), None, None)["moods"])


@pytest.mark.parametrize(
    ("track", "features", "lines", "sources"),
    [
        (song(genre="rock", listener_tags=["热血"]), DRIVING, ["fight on"], ["audio", "lyrics", "tags", "catalogue"]),
        (song(), heard(), None, ["audio"]),
        (song(), None, ["快乐"], ["lyrics"]),
        (song(listener_tags=["治愈"]), None, None, ["tags"]),
        (song(genre="ambient"), None, None, ["catalogue"]),
        (song(), None, None, ["catalogue"]),
        (song(listener_tags=["xyz"], genre="nonesuch"), heard(), ["xyz"], ["audio"]),
    ],
)
def test_sources_say_what_it_rests_on(track, features, lines, sources):
    row = describe(track, features, lines)
    assert row["sources"] == sources
    assert row["moods"]
    assert row["scenes"]


def test_less_evidence_is_less_sure():
    sound_only = describe(song(), SAD, None)
    genre_only = describe(song(genre="ballad"), None, None)
    nothing = describe(song(), None, None)
    for column in ("valence_confidence", "arousal_confidence"):
        ordered = [r[column] for r in (sound_only, genre_only, nothing)]
        assert ordered == sorted(ordered, reverse=True)
    tops = [max(r["mood_probabilities"]) for r in (sound_only, nothing)]
    assert tops == sorted(tops, reverse=True)


def test_songs_get_the_moods_and_scenes_a_listener_would_expect():
    sad = describe(song(language="zh"), SAD, ["夜里流下眼泪 孤独 心碎 离别"])
    assert {"sad", "lonely", "melancholic"} & set(sad["moods"][:3])
    assert {"late_night", "rainy_day"} & set(sad["scenes"])
    loud = describe(song(genre="electronic", language="en"), DRIVING, ["dance tonight, feel alive"])
    assert {"energetic", "rousing", "happy"} & set(loud["moods"][:3])
    assert "workout" in loud["scenes"] or "party" in loud["scenes"]
    calm = describe(song(genre="ambient", language="instrumental"), QUIET, None)
    assert {"calm", "quiet", "relaxing", "tender", "healing"} & set(calm["moods"][:3])
    assert {"sleep", "meditation", "study"} & set(calm["scenes"])


def likely(*points):
    return {tag.id: tag.probability for tag in moods.probabilities(points, points)}


def test_a_tag_raises_its_mood_and_its_scene():
    plain = likely(PlanePoint("tags", 0.5, -0.5, 0.3))
    tagged = likely(PlanePoint("tags", 0.5, -0.5, 0.3, {"healing": 0.4}))
    assert tagged["healing"] > plain["healing"]
    asked = describe(song(listener_tags=["下雨天"]), heard(), None)
    assert "rainy_day" in asked["scenes"]
    assert priors.scenes_named(["Rainy day", "train"]) == {"commute"}  # whole words: no "rain" in "train"


def test_scenes_heed_tempo_evenness_and_singing():
    def study(**changes):
        given_ = {"tempo_bpm": 80.0, "loudness_range_lu": 5.0, "instrumental": True, "named": ()} | changes
        place = [PlanePoint("audio", 0.2, -0.4, 0.2)]
        return {tag.id: tag.probability for tag in scenes.probabilities(place, place, **given_)}.get("study", 0)

    assert study() > study(tempo_bpm=170.0)
    assert study() > study(loudness_range_lu=20.0)
    assert study() > study(instrumental=False)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))
def test_everywhere_on_the_circumplex_there_is_a_mood_and_a_scene(valence, arousal, uncertainty):
    place = [PlanePoint("audio", valence, arousal, uncertainty)]
    found = moods.probabilities(place, place)
    assert 1 <= len(found) <= 6
    assert [t.probability for t in found] == sorted((t.probability for t in found), reverse=True)
    assert all(0 <= t.probability <= 1 and t.id in MOOD_IDS and t.sources == "audio" for t in found)
    fitting = scenes.probabilities(place, place, tempo_bpm=None, loudness_range_lu=None, instrumental=False, named=())
    assert 1 <= len(fitting) <= 4
    assert all(0 <= t.probability <= 1 and t.id in SCENE_IDS for t in fitting)


def test_at_its_own_place_a_mood_is_among_the_first():
    for mood in MOODS:
        place = [PlanePoint("audio", mood.valence, mood.arousal, 0.2)]
        assert mood.id in [tag.id for tag in moods.probabilities(place, place)][:2]


def test_genres_are_found_by_their_longest_name():
    assert priors.of_genre("Indie Pop-Rock") == priors.of_genre("rock")
    assert priors.of_genre("city_pop") == priors.of_genre("City Pop") != priors.of_genre("pop")
    assert priors.of_genre("中国风") is not None
    assert priors.of_genre(None) is None
    assert priors.of_genre("nonesuch") is None


def test_every_scene_has_a_rule():
    assert set(scenes.FITS) == set(SCENE_IDS)


def test_the_order_of_sources_does_not_matter():
    estimates = [
        SourceEstimate("audio", 0.5, 0.3),
        SourceEstimate("lyrics", -0.2, 0.4),
        SourceEstimate("tags", 0.1, 0.5),
    ]
    values = {round(fuse(order).value, 12) for order in itertools.permutations(estimates)}
    assert len(values) == 1
