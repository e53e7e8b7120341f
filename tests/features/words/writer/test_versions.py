"""A line says which version of its song is listed; of the plain recording it says nothing."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
import pytest

import jobs.facts
from features.audit.recount import of_songs
from features.evidence.kind import EvidenceRow
from features.measurement import MeasurementPolicy
from features.words.facts.reader import Entry
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.params import FactParams, WordParams
from features.words.proving import texts
from features.words.proving.judging import judged
from features.words.writer.frames import Draws
from features.words.writer.reasons import Lines
from features.words.writer.song_slots import Teller
from jobs.commands.fact_sheets import brief_of
from schemas.vocabulary import LANGUAGES, VERSION_NAMES, VERSIONS
from tests.oracles.words.published import ungrounded
from tests.worlds.night import night, staged, words

LISTED = ("live", "remaster", "edit", "acoustic", "instrumental", "cover", None)


def _line(language: str, version: str | None, most: int = 45) -> str:
    song = Song("t", title="雨", tempo=92, version=version)
    reason = EvidenceRow("heard_before", None, 12.0, 40.0, None, None)
    lines = Lines(Teller({"t": song}, {}), WordParams(reason_max=(most, most)))
    return lines.line(Entry(1, song, "a", False), [reason], Slots(language), {}, {}, Draws([0.3]))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_version_has_a_word_of_its_own(language: str) -> None:
    assert set(VERSION_NAMES[language]) == set(VERSIONS)
    assert len(set(VERSION_NAMES[language].values())) == len(VERSIONS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_line_ends_with_the_version(language: str, version: str) -> None:
    plain, line = _line(language, None), _line(language, version)
    word = VERSION_NAMES[language][version]
    assert word not in plain
    assert line.endswith((f"{word}。", f"{word}."))
    assert line != word
    assert len(line) > len(plain) / 2


def test_a_line_with_its_version_is_no_longer_than_a_line_may_be() -> None:
    assert len(_line("en", "live", 14).split()) <= 14
    assert len(_line("zh", "live", 24)) <= 24


@lru_cache(maxsize=1)
def _night() -> tuple[dict[str, pl.DataFrame], dict[str, str | None]]:
    """A small night in which the songs are of these versions in turn, by track."""
    made, ds = night(11, users=16, songs=60)
    ids = made["tracks"]["track_id"].to_list()
    versions = {track: LISTED[n % len(LISTED)] for n, track in enumerate(ids)}
    told = made["tracks"].with_columns(version=pl.Series([versions[t] for t in ids], dtype=pl.String))
    tables = made | {"tracks": told}
    tables |= staged(jobs.facts.run, tables, policy=MeasurementPolicy(), params=FactParams(), night=ds)
    return tables | words(tables, ds), versions


def test_reasons_of_a_night_name_the_version_of_the_song_and_no_other() -> None:
    tables, versions = _night()
    seen = set()
    for row in tables["song_reasons"].iter_rows(named=True):
        version, names = versions[row["track_id"]], VERSION_NAMES[row["language"]]
        ends = {v for v, word in names.items() if row["reason"].rstrip(".。").endswith(("是" + word, f" {word}"))}
        assert ends == ({version} if version else set()), row["reason"]
        seen.add((row["language"], version))
    assert seen == {(language, version) for language in LANGUAGES for version in LISTED}


def test_nothing_said_of_versions_is_ungrounded() -> None:
    tables, _ = _night()
    read, wrong = ungrounded(tables, night(11, users=16, songs=60)[1])
    assert read > 500
    assert wrong == []


def test_the_version_is_proved_and_another_is_false() -> None:
    tables, versions = _night()
    ds = night(11, users=16, songs=60)[1]
    told = 0
    for copy in tables["list_copy"].to_dicts()[:4]:
        briefs, order = brief_of(tables.__getitem__, copy["user_id"], ds)
        own = tables["song_reasons"].filter(pl.col("user_id") == copy["user_id"])
        said = dict(own.select("track_id", "reason").iter_rows())
        names = VERSION_NAMES[copy["language"]]
        why = tables["evidence"].filter(pl.col("user_id") == copy["user_id"]).to_dicts()
        for entry in order.entries:
            track = entry.song.track_id
            rows = {
                row["seq"]: EvidenceRow(*(row[name] for name in EvidenceRow._fields))
                for row in why
                if row["track_id"] == track
            }
            may, joined = texts.line(briefs, order, entry, rows)
            assert {one.verdict for one in judged(said[track], may, joined)} == {"proved"}
            another = "Here it is. This is a demo." if copy["language"] == "en" else "这是小样。"
            assert "false" in {one.verdict for one in judged(another, may, joined)}
            if (version := versions[track]) is not None:
                lie = "demo".join(said[track].rsplit(names[version], 1)) if copy["language"] == "en" else "这是小样。"
                assert "false" in {one.verdict for one in judged(lie, may, joined)}
                told += 1
    assert told > 50


@pytest.mark.parametrize(
    ("language", "text"), [("en", "This is a live version."), ("zh", "你听过它 4 次。这一首是现场版。")]
)
def test_the_audit_holds_the_version_against_the_one_that_is_shown(language: str, text: str) -> None:
    def faults(version: str | None) -> list[str]:
        song = {"rank": 1, "title": "雨", "reason": text, "paragraph": None, "version": version}
        return list(of_songs({"language": language, "songs": [song]}))

    assert faults("live") == []
    assert len(faults("edit")) == 1
    assert len(faults(None)) == 1
