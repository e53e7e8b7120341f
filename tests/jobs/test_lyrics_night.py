"""From lyrics files to what a night says of them: only sung lines, and silence where nobody sings."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from features.embeddings.documents import documents
from features.headers.brief import briefs
from features.ingest.gates import IngestParams
from features.measurement import MeasurementPolicy
from features.words.facts.inputs import FactInputs
from features.words.facts.tracks import fact_rows
from features.words.params import FactParams
from jobs.emotions import run as feel
from schemas import TABLES
from tests.deliveries import tracks, write_jsonl, write_landing
from tests.jobs.ingested import night
from warehouse.landing import open_landing

FILES = {
    "t0": "[00:00.00]雨夜 - 某人\n[00:00.50]作词：某人\n[00:12.00]雨落[00:13.00]在旧屋檐[00:15.00]\n"
    "[00:16.00]我撑着伞等你\n",
    "t1": "[00:00.00]纯音乐，请欣赏\n",
    "t2": "[00:01.00]雨が降る夜の窓\n[00:01.00]下雨的夜里的窗\n"
    "[00:05.00]君の帰りを待っている\n[00:05.00]我等着你回来\n",
    "t3": "[ti:x]\n[ar:y]\n",
}


def ingested(tmp_path: Path, files: dict[str, str] = FILES, count: int = 5) -> dict[str, pl.DataFrame]:
    root = write_landing(tmp_path)
    write_jsonl(root / "tracks.jsonl", tracks(count))
    (root / "lyrics").mkdir()
    for track_id, text in files.items():
        (root / "lyrics" / f"{track_id}.lrc").write_bytes(text.encode("gb18030"))
    landing = open_landing(tmp_path)
    delivered = {t: landing.frame(f"landing_{t}").to_dicts() for t in ("tracks", "lyrics", "unreadable")}
    return night(**delivered, params=IngestParams(expectations=False))


def test_only_sung_lines_are_lines(tmp_path: Path) -> None:
    out = ingested(tmp_path)
    told = {row["track_id"]: row for row in out["lyrics"].iter_rows(named=True)}
    assert told["t0"]["lines"] == ["雨落在旧屋檐", "我撑着伞等你"]
    assert told["t0"]["line_start_s"] == [12.0, 16.0]
    assert (told["t1"]["language"], told["t1"]["lines"]) == ("instrumental", [])
    assert told["t2"]["lines"] == ["雨が降る夜の窓", "君の帰りを待っている"]
    assert told["t2"]["translations"] == ["下雨的夜里的窗", "我等着你回来"]
    assert "t3" not in told
    assert out["quarantine"].filter(table_name="lyrics").select("row_key", "reason").rows() == [("t3", "no_lines")]


def test_a_track_without_a_language_has_that_of_its_words(tmp_path: Path) -> None:
    spoken = dict(ingested(tmp_path)["tracks"].select("track_id", "language").iter_rows())
    assert spoken == {"t0": "zh", "t1": "instrumental", "t2": "other", "t3": None, "t4": None}


def test_facts_vectors_and_pictures_hold_sung_lines_only(tmp_path: Path) -> None:
    out = ingested(tmp_path)
    audio, links = TABLES["audio_features"].empty(), TABLES["song_links"].empty()
    felt = feel(tracks=out["tracks"], audio_features=audio, lyrics=out["lyrics"], emotion_model=None)["emotions"]
    inputs = FactInputs(out["tracks"], audio, felt, out["lyrics"], links)
    facts = fact_rows(inputs, FactParams(), MeasurementPolicy())
    quoted = facts.filter(kind="quote").select("track_id", "text", "at_s").sort("at_s").rows()
    assert [(t, text) for t, text, _ in quoted if t != "t2"] == [("t0", "雨落在旧屋檐"), ("t0", "我撑着伞等你")]
    assert {text for t, text, _ in quoted if t == "t2"} <= {"雨が降る夜の窓", "君の帰りを待っている"}
    assert facts.filter(kind="theme").get_column("track_id").unique().to_list() in ([], ["t0"], ["t2"])
    assert facts.filter(kind="voice").select("track_id", "text").rows() == [("t1", "instrumental")]
    openings = dict(documents(out["tracks"], out["lyrics"], felt).select("track_id", "opening").iter_rows())
    assert openings == {
        "t0": "雨落在旧屋檐 / 我撑着伞等你", "t1": "", "t2": "雨が降る夜の窓 / 君の帰りを待っている",
        "t3": "", "t4": "",
    }  # fmt: skip
    sources = dict(felt.select("track_id", "sources").iter_rows())
    assert all("lyrics" not in sources[t] for t in ("t1", "t3", "t4"))
    drawn = briefs(out["tracks"], audio, felt, out["lyrics"], MeasurementPolicy())
    assert (drawn["t1"].line, drawn["t3"].line) == ("", "")


def test_words_of_other_languages_are_not_read_as_english_or_chinese(tmp_path: Path) -> None:
    german = "[la:de]\n" + "\n".join(
        ["die Nacht war kalt und die Stadt so leer"] * 3 + ["und die Tränen, die Trauer, die Einsamkeit"]
    )
    english = "[la:en]\n" + "\n".join(["I cry alone and die in sorrow", "the tears of a broken heart"])
    out = ingested(tmp_path, {"t0": german, "t1": english})
    audio = TABLES["audio_features"].empty()
    felt = feel(tracks=out["tracks"], audio_features=audio, lyrics=out["lyrics"], emotion_model=None)["emotions"]
    by_words = dict(felt.select("track_id", "lyrics_valence").iter_rows())
    assert by_words["t0"] is None
    assert by_words["t1"] < 0


def test_refused_lyrics_never_stop_a_night(tmp_path: Path) -> None:
    out = ingested(tmp_path, {f"t{n}": "[ti:x]" for n in range(40)}, count=40)
    assert out["lyrics"].is_empty()
    assert out["quarantine"].filter(table_name="lyrics").height == 40


def test_of_two_files_of_a_track_the_one_with_words_stays() -> None:
    marker = {"track_id": "t0", "language": "instrumental", "lines": [], "source_file": "lyrics/t0.txt"}
    words = {"track_id": "t0", "language": "zh", "lines": ["雨"], "source_file": "lyrics/t0.lrc"}
    assert night(lyrics=[words, marker])["lyrics"]["lines"].to_list() == [["雨"]]
