"""Writing a landing: whose folder it is, and the delivery formats."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from schemas.errors import UsageError
from warehouse.landing.write import MARKER, UNFINISHED, claim, finish, write_jsonl, write_plays

MINE = {"seed": 7, "users": 3}


def test_a_new_folder_is_claimed_and_finished_once(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    assert claim(landing, MINE)
    assert not (landing / MARKER).exists()
    finish(landing)
    assert json.loads((landing / MARKER).read_text()) == MINE
    assert not claim(landing, MINE)


def test_a_killed_run_is_taken_up(tmp_path: Path) -> None:
    claim(tmp_path, MINE)
    (tmp_path / "half.opus").write_bytes(b"x")
    assert claim(tmp_path, MINE)
    assert (tmp_path / "half.opus").exists()


@pytest.mark.parametrize("left", ['{"seed": 8, "users": 3}', '{"se'])
def test_a_run_begun_with_other_arguments_is_swept_away(tmp_path: Path, left: str) -> None:
    claim(tmp_path, MINE)
    (tmp_path / UNFINISHED).write_text(left)
    (tmp_path / "half.opus").write_bytes(b"x")
    assert claim(tmp_path, MINE)
    assert not (tmp_path / "half.opus").exists()


def test_a_finished_sample_of_other_arguments_is_refused(tmp_path: Path) -> None:
    claim(tmp_path, MINE)
    finish(tmp_path)
    with pytest.raises(UsageError, match="other arguments"):
        claim(tmp_path, {**MINE, "seed": 8})


def test_json_lines(tmp_path: Path) -> None:
    frame = pl.DataFrame({"title": ["雨", None], "on": [date(2026, 1, 2), None], "tags": [["a"], []]})
    write_jsonl(tmp_path / "x.jsonl", frame)
    lines = (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    assert lines[0] == '{"title": "雨", "on": "2026-01-02", "tags": ["a"]}'
    assert json.loads(lines[1]) == {"title": None, "on": None, "tags": []}


def test_plays_lie_by_utc_date(tmp_path: Path) -> None:
    moments = [datetime(2026, 1, 1, 23, 59, tzinfo=UTC), datetime(2026, 1, 2, 0, 0, tzinfo=UTC)]
    write_plays(tmp_path, pl.DataFrame({"user_id": ["u", "v"], "played_at": moments}))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ds=2026-01-01.parquet", "ds=2026-01-02.parquet"]
    assert pl.read_parquet(tmp_path / "ds=2026-01-02.parquet")["user_id"].to_list() == ["v"]
