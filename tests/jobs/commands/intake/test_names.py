"""Names no table can hold: bytes that are not UTF-8, too long, days that are no nights. Told, never exit 1."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs.cli import main
from tests.deliveries import write_csv, write_jsonl, write_landing
from tests.jobs.commands.intake.sent import answer, files_of, heard
from tests.jobs.commands.intake.told import listens
from warehouse.landing import open_landing

BAD = os.fsdecode(b"caf\xe9")
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "at", [f"plays/{BAD}.csv", f"plays/{BAD}/x.csv", f"plays{BAD}.csv", f"../{BAD}/plays.csv", f"plays/{BAD}.parquet"]
)
def test_a_table_whose_name_is_not_utf8_is_refused_by_name(
    home: Path, tmp_path: Path, capsys: Capture, at: str
) -> None:
    before, path = files_of(home), tmp_path / "sent" / at
    write_csv(path, [heard(1)])
    sent = path if at.startswith(f"plays{BAD}") else path.parent if at.startswith("..") else tmp_path / "sent"
    code, told = answer(capsys, "ingest", "delivery", sent, "--home", home)
    assert (code, files_of(home)) == (3, before)
    assert "caf\\xe9" in told
    assert "not UTF-8" in told
    assert "rename" in told


@pytest.mark.parametrize("at", [f"audio/{BAD}.mp3", f"lyrics/{BAD}.lrc", f"lyrics/{BAD}/x.lrc"])
def test_sound_and_words_of_such_names_stay_out_and_the_rest_lands(
    home: Path, tmp_path: Path, capsys: Capture, at: str
) -> None:
    sent = tmp_path / "sent"
    write_csv(sent / "plays.csv", [heard(1)])
    (sent / at).parent.mkdir(parents=True)
    (sent / at).write_text("[00:01.00]hello there")
    said = answer(capsys, "ingest", "delivery", sent, "--home", home)
    assert said["audio_and_lyrics"] == 0
    assert any("caf\\xe9" in line and "UTF-8" in line for line in said["left_out"])


def test_a_landing_names_words_it_cannot_name_and_goes_on(tmp_path: Path) -> None:
    root = write_landing(tmp_path)
    (root / "lyrics").mkdir()
    (root / "lyrics" / f"{BAD}.lrc").write_text("[00:01.00]hello there")
    (root / "lyrics" / "t0.lrc").write_text("[00:01.00]hello there\n[00:09.00]over there")
    landing = open_landing(tmp_path)
    landing.digest()
    assert landing.frame("landing_lyrics").get_column("track_id").to_list() == ["t0"]
    refused = landing.frame("landing_unreadable").select("source_file", "reason").rows()
    assert refused == [("lyrics/caf\\xe9.lrc", "unreadable_file")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("ingest", "log", f"{BAD}.csv"), 3),
        (("ingest", "folder", BAD), 3),
        (("ingest", "folder", "music", "--name", BAD), 2),
        (("ingest", "listens", "l.jsonl", "--user", BAD), 2),
        (("ingest", "listens", "l.jsonl", "--user", "x" * 5000), 2),
        (("ingest", "delivery", "x" * 5000), 2),
        (("ingest", "delivery", "/".join(["y" * 200] * 30)), 2),
        (("nightly", "--ds", "9999-12-31"), 2),
        (("nightly", "--ds", "0001-01-01"), 2),
        (("plan", "--ds", "0001-01-02"), 2),
        (("backfill", "--start", "9999-12-30", "--end", "9999-12-31"), 2),
    ],
)
def test_commands_refuse_what_they_cannot_write_down(
    home: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (BAD, "music"):
        Path(folder).mkdir()
        (Path(folder) / "a.mp3").write_bytes(b"x" * 100)
    (tmp_path / f"{BAD}.csv").write_text("user,track,ts\nu1,t1,1772355600\n")
    write_jsonl(Path("l.jsonl"), listens())
    found, told = answer(capsys, *words, "--home", home)
    assert found == code, told
    assert len(told) < 1000


@pytest.mark.parametrize("command", ["status", "plan", "nightly", "sample"])
def test_a_home_has_a_name_that_can_be_written_down(tmp_path: Path, capsys: Capture, command: str) -> None:
    (tmp_path / BAD).mkdir()
    code, told = answer(capsys, command, "--home", tmp_path / BAD)
    assert (code, "not UTF-8" in told) == (2, True)


def test_a_long_name_is_cut_and_two_stay_apart(home: Path, tmp_path: Path, capsys: Capture) -> None:
    sent = tmp_path / "sent"
    for ending in "ab":
        write_csv(sent / "plays" / f"{'n' * 249}{ending}.csv", [heard(ord(ending) - 90)])
    said = answer(capsys, "ingest", "delivery", sent, "--home", home)
    assert (said["files"], said["refused_rows"]) == (2, 0)
    assert len([p for p in (home / "landing" / "plays").iterdir() if p.name.startswith("nnn")]) == 2
    assert answer(capsys, "ingest", "delivery", sent, "--home", home)["beside_earlier"] == []


def test_names_are_shown_whatever_bytes_they_have(tmp_path: Path, capsys: Capture, home: Path) -> None:
    """The plain output too: half a surrogate pair cannot be printed."""
    write_csv(tmp_path / "sent" / "plays.csv", [heard(1)])
    write_csv(tmp_path / "sent" / "_old" / f"{BAD}.csv", [heard(1)])
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "delivery", str(tmp_path / "sent"), "--home", str(home)])
    assert ended.value.code == 0
    assert "caf\\xe9" in capsys.readouterr().out
