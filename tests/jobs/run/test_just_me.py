"""One person with a folder of music and no history: a listener is made, the night is today's, plays may be none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from features.ingest.gates import IngestParams
from jobs.run import landing
from jobs.run.just_me import FILE, make_listener, system_language, system_zone
from jobs.run.landing import newest_day
from schemas.errors import ContractError
from tests.deliveries import plays, tracks, users, write_csv, write_jsonl
from tests.finished_home import finished_home
from tests.jobs.ingested import night, user

TODAY = datetime.now(UTC).date()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A landing of music only, as a scanned folder leaves it."""
    write_jsonl(
        tmp_path / "landing" / "tracks" / "folder-music.jsonl", [{**t, "added_on": str(TODAY)} for t in tracks()]
    )
    return tmp_path


@pytest.mark.parametrize(
    ("environ", "link", "text", "zone"),
    [
        ({"TZ": "Asia/Shanghai"}, None, None, "Asia/Shanghai"),
        ({"TZ": ":Europe/Berlin"}, None, None, "Europe/Berlin"),
        ({"TZ": "Mars/Base"}, "America/New_York", None, "America/New_York"),
        ({}, "Asia/Tokyo", "Europe/Paris", "Asia/Tokyo"),
        ({}, None, "Europe/Paris\n", "Europe/Paris"),
        ({"TZ": "../../etc/passwd"}, None, "nonsense", "UTC"),
        ({}, None, None, "UTC"),
    ],
)
def test_the_time_zone_is_the_systems(
    tmp_path: Path, environ: dict[str, str], link: str | None, text: str | None, zone: str
) -> None:
    if link:
        (tmp_path / "localtime").symlink_to(f"/usr/share/zoneinfo/{link}")
    if text:
        (tmp_path / "timezone").write_text(text)
    found = system_zone(environ, tmp_path)
    assert found == zone or (link and not Path(f"/usr/share/zoneinfo/{link}").exists())


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh-TW", "LANG": "en_US"}, "zh"),
        ({"LANG": "ja_JP.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_systems_where_we_write_it(environ: dict[str, str], language: str) -> None:
    assert system_language(environ) == language


def test_a_listener_is_made_for_music_alone_and_said_aloud(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    told = make_listener(home)
    assert all(word in told for word in ("'me'", "language zh", "time zone Asia/Shanghai", FILE))
    assert make_listener(home) == "", "there is one now"
    me = landing.open_home(home).frame("landing_users").to_dicts()
    assert [(m["user_id"], m["language"], m["timezone"]) for m in me] == [("me", "zh", "Asia/Shanghai")]
    assert TODAY <= newest_day(home) <= TODAY + timedelta(days=1)


def test_nobody_is_made_up_where_others_are_delivered(home: Path) -> None:
    write_csv(home / "landing" / "plays.csv", plays())
    assert make_listener(home) == "", "whose plays they are is for the delivery to say"
    (home / "landing" / "plays.csv").unlink()
    write_csv(home / "landing" / "users.csv", users())
    assert make_listener(home) == ""


def test_the_night_is_one_that_the_catalogue_has_reached(home: Path) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    write_jsonl(
        home / "landing" / "tracks" / "folder-music.jsonl", [{**t, "added_on": str(tomorrow)} for t in tracks()]
    )
    make_listener(home)
    assert newest_day(home) == tomorrow, "the folder was read where the day had begun already"


def test_a_home_that_had_plays_does_not_forget_them(home: Path) -> None:
    finished_home(home)
    write_csv(home / "landing" / "users.csv", users())
    with pytest.raises(ContractError, match="holds no plays any more; the night of 2026-11-21 had") as caught:
        newest_day(home)
    assert "landing/plays" in caught.value.fix


def test_plays_under_a_name_like_theirs_are_not_taken_for_none(home: Path) -> None:
    make_listener(home)
    write_csv(home / "landing" / "playss.csv", plays())
    with pytest.raises(ContractError, match="no plays delivered"):
        newest_day(home)


def test_few_listeners_may_begin_without_a_play_and_many_may_not() -> None:
    few = IngestParams(expectations=False, max_listeners_without_plays=3)
    out = night(params=few, plays=[])
    assert out["plays"].is_empty()
    assert out["users"].height == 3
    with pytest.raises(ContractError, match="no plays at all"):
        night(params=few, plays=[], users=[user(f"u{n}", created_on=date(2026, 1, 1)) for n in range(4)])
