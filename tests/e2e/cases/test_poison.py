"""A night over a landing in which every kind of row that nobody foresaw lies: it ends, and everybody has a list."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.deliveries import write_csv, write_jsonl
from tests.e2e.conftest import LAST, SampleLike
from tests.e2e.here import SMALL, here
from tests.jobs.commands.intake.test_poison import LINES, PLAYS, SIGNALS, TRACKS, USERS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

DAY = str(LAST)
LONG_USER, LONG_TRACK = "u" * 4000, "t" * 4000  # as long as an id may be


def poison(landing: Path) -> None:
    """Files of bad rows beside the sample's, and a listener and a song with ids without end."""
    song = {"artist_id": "a", "artist_name": "A", "added_on": "2026-01-01", "title": "T", "duration_s": 200.0}
    play = {"user_id": LONG_USER, "track_id": LONG_TRACK, "listened_s": 90.0}
    signal = {"user_id": "u00001", "event_at": f"{DAY}T08:00:00Z", "kind": "like_track", "subject_id": "s001"}
    person = {"created_on": "2026-01-01", "language": "en", "timezone": "UTC"}
    plays = [play | {"played_at": f"{DAY}T0{n}:00:00Z"} for n in range(5)]
    write_csv(landing / "plays" / "x.csv", [*plays, *(plays[0] | cells for cells, _ in PLAYS)])
    lines = [*LINES.values(), json.dumps(plays[1])]
    (landing / "plays" / "x.jsonl").write_text("\n".join(lines))
    tracks = [song | {"track_id": f"x{n}"} | cells for n, (cells, _) in enumerate(TRACKS)]
    write_jsonl(landing / "tracks" / "x.jsonl", [song | {"track_id": LONG_TRACK}, *tracks])
    users = [person | {"user_id": f"x{n}"} | cells for n, (cells, _) in enumerate(USERS)]
    write_jsonl(landing / "users" / "x.jsonl", [person | {"user_id": LONG_USER}, *users])
    write_jsonl(landing / "feedback" / "x.jsonl", [signal | cells for cells, _ in SIGNALS])
    (landing / "lyrics" / f"{os.fsdecode(b'caf%c' % 0xE9)}.lrc").write_text("[00:01.00]hello there")
    os.mkfifo(landing / "audio" / "pipe.opus")


def test_a_night_goes_on(tmp_path: Path, sounding: SampleLike) -> None:
    home = sounding(tmp_path / "home", users=8, days=6)
    # Few rows are bad of many in earnest; of a sample this small they would be half, and half is another fault.
    (home / "daily30.toml").write_text(
        f"{SMALL}\n[ingest]\nmax_quarantined_share = 1.0\n\n[audit]\nmax_quarantine_share = 1.0\n"
    )
    poison(home / "landing")
    night = here("nightly", "--home", home, "--json").json()
    assert (night["ds"], night["complete"]) == (DAY, True)
    for user in ("u00001", LONG_USER):
        assert here("show", user, "--home", home, "--json").json()["songs"]
    asked = "SELECT reason, count(*) AS n FROM quarantine GROUP BY reason"
    reasons = {row["reason"]: row["n"] for row in here("sql", asked, "--home", home, "--json").json()}
    assert reasons["bad_value"] > 20
    assert {"too_long", "too_deep", "not_json", "future_date", "out_of_range", "unreadable_file"} <= set(reasons)
    here("report", "--home", home)
    here("explain", LONG_USER, 1, "--home", home)
