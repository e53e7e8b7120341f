"""Facts: worked examples, thresholds, quotable lines, energy shapes."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.words.facts import tracks as track_facts
from features.words.facts.inputs import FactInputs
from features.words.facts.sung import sung_rows
from features.words.params import FactParams
from features.words.terms import lyrics
from tests.frames import rows

P = FactParams()
POLICY = MeasurementPolicy()


def facts_of(**audio: object) -> dict[str, dict[str, object]]:
    made = track_facts.fact_rows(FactInputs(
        rows("tracks", [{"track_id": "t", "title": "雨", "release_date": date(2026, 3, 1), "label": " "}]),
        rows("audio_features", [{"track_id": "t", "duration_s": 200.0, **audio}]),
        rows("emotions", [{"track_id": "t", "moods": ["sad", "calm"], "mood_probabilities": [0.6, 0.2],
                           "valence_confidence": 0.7}]),
        rows("lyrics", [{"track_id": "t", "lines": ["雨落在旧屋檐", "我撑着伞等你", "雨落在旧屋檐"],
                         "line_start_s": [1.0, 5.0, 9.0]}]),
        rows("song_links", [{"track_id": "t", "kind": "same_label", "subject": "o", "subject_title": "云",
                             "count": 4}])),
        P, POLICY,
    )  # fmt: skip
    return {row["fact_id"]: row for row in made.iter_rows(named=True)}


def test_ids_are_unique_and_stable_per_kind() -> None:
    found = facts_of(tempo_bpm=71.6, tempo_confidence=0.8, key="D", mode="major", key_confidence=0.8)
    assert found["f12"]["kind"] == "tempo"
    assert found["f12"]["value"] == 72.0
    assert found["f13"]["text"] == "D major"
    assert found["f04"]["text"] == "2026-03-01"
    assert found["f22"]["text"] == "sad"
    assert found["f22"]["assertable"]
    assert found["f23"]["text"] == "calm"
    assert not found["f23"]["assertable"]
    assert found["f32"]["text"] == "rain"
    assert found["f42"]["text"] == "雨落在旧屋檐"
    assert found["f42"]["at_s"] == 1.0
    assert "f07" not in found  # a blank label is no label


def test_the_form_of_the_words_is_counted_and_only_lines_that_may_be_quoted_are_kept() -> None:
    lines = ["雨落在旧屋檐", "雨", "我撑着伞等你", "回家吧回家", "茶还热着呢", "旧街长又长", "你提着灯走",
             "我撑着伞等你", "茶还热着呢", "我撑着伞等你", "茶还热着呢"]  # fmt: skip
    made = sung_rows(rows("lyrics", [{"track_id": "t", "lines": lines, "language": "zh"}]), P, POLICY)
    found = {r["kind"]: (r["text"], r["value"]) for r in made.iter_rows(named=True) if r["kind"] not in ("quote",)}
    assert found["lines"] == (None, 11)
    assert found["refrain"] == ("我撑着伞等你", 2)
    assert found["refrain_lines"] == (None, 2)
    assert found["often"] == ("我撑着伞等你", 3)
    assert found["person"] == ("i_you", None)
    assert found["first_line"] == ("雨落在旧屋檐", None)
    assert made["assertable"].all()


def test_what_may_not_be_quoted_is_no_fact() -> None:
    lines = ["http://a.b", "one two three", "two three four", "see www.a.b now"]
    made = sung_rows(rows("lyrics", [{"track_id": "t", "lines": lines, "language": "en"}]), P, POLICY)
    assert made.filter(pl.col("kind").is_in(["first_line", "last_line", "often"])).is_empty()


@pytest.mark.parametrize(("confidence", "said"), [(POLICY.tempo_said_from, True), (0.59, False), (0.0, False)])
def test_a_weak_tempo_is_kept_but_not_asserted(confidence: float, said: bool) -> None:
    assert facts_of(tempo_bpm=100.0, tempo_confidence=confidence)["f12"]["assertable"] is said


@pytest.mark.parametrize(("bpm", "told"), [(71.5, 72), (244.0, 122), (30.0, 60), (220.0, 220)])
def test_tempo_is_folded_by_octaves(bpm: float, told: int) -> None:
    frame = pl.DataFrame({"bpm": [bpm]})
    assert frame.select(track_facts.sane_tempo(pl.col("bpm"))).item() == told


@pytest.mark.parametrize(
    ("curve", "shape"),
    [
        ([i / 100 for i in range(100)], "rises"),
        ([1 - i / 100 for i in range(100)], "falls"),
        ([0.5] * 100, "steady"),
        ([0.3] * 60 + [0.9] * 20 + [0.4] * 20, "late_peak"),
        ([0.3] * 20 + [0.9] * 20 + [0.4] * 60, "early_peak"),
        ([0.1] * 5, None),
        (None, None),
    ],
)
def test_energy_shape(curve: list[float] | None, shape: str | None) -> None:
    assert track_facts.energy_shape(curve) == shape


def test_quotes_prefer_the_chorus_and_refuse_links_credits_and_long_lines() -> None:
    lines = ["作词：某人", "see www.example.com now", "一句很长很长很长很长很长很长很长很长很长的歌词它不该被引用",
             "月亮照着回家的路", "风很轻也很远", "风很轻也很远"]  # fmt: skip
    assert [q.text for q in lyrics.quotes(lines, [], P)] == ["风很轻也很远", "月亮照着回家的路"]


def test_themes_need_two_lines() -> None:
    assert lyrics.themes(["rain on the roof", "rain again", "one moon"], P) == [("rain", 2, 0.5)]


def test_empty_tables_give_no_facts() -> None:
    empty = [rows(t, []) for t in ("tracks", "audio_features", "emotions", "lyrics", "song_links")]
    assert track_facts.fact_rows(FactInputs(*empty), P, POLICY).is_empty()


def test_a_link_names_the_other_song_and_how_many_there_are() -> None:
    link = facts_of()["f64"]
    assert (link["kind"], link["text"], link["subject"], link["value"]) == ("same_label", "云", "o", 4.0)


def test_a_voice_is_said_only_where_it_is_sure_and_the_catalogue_agrees() -> None:
    def voice(language: str, probability: float) -> tuple[str, bool]:
        made = track_facts.fact_rows(FactInputs(
            rows("tracks", [{"track_id": "t", "language": language}]),
            rows("audio_features", [{"track_id": "t", "voice_probability": probability}]),
            *(rows(t, []) for t in ("emotions", "lyrics", "song_links"))), P, POLICY,
        )  # fmt: skip
        row = made.row(by_predicate=pl.col("kind") == "voice", named=True)
        return row["text"], row["assertable"]

    assert voice("zh", 0.8) == ("sung", True)
    assert voice("zh", 0.7) == ("sung", False)
    assert voice("zh", 0.1) == ("instrumental", False)
    assert voice("instrumental", 0.9) == ("instrumental", True)
