"""From which day on a night knows what listens name: not before anybody played it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas.errors import ContractError
from tests.deliveries import write_jsonl
from tests.jobs.commands.intake.test_listens import night
from tests.jobs.commands.intake.told import START, Take, listen, listens


@pytest.mark.parametrize(("zone", "first"), [("UTC", 1), ("Asia/Tokyo", 1), ("Pacific/Honolulu", 0)])
def test_a_song_and_a_listener_are_known_from_the_day_of_the_first_play(
    tmp_path: Path, take: Take, zone: str, first: int
) -> None:
    later = [listen(START + 86_400, "New"), listen(START + 2 * 86_400, "Newer")]
    write_jsonl(tmp_path / "x.jsonl", [*listens(3), *later])  # 9 in UTC is 23 of the day before in Honolulu
    take(tmp_path / "x.jsonl", "--user", "me", "--timezone", zone)
    with pytest.raises(ContractError, match="not one row is known by"):
        night(tmp_path / "home", date(2026, 2, 28) + timedelta(days=first - 1))
    for day, (songs, plays) in enumerate([(3, 3), (4, 4), (5, 5)]):
        out = night(tmp_path / "home", date(2026, 2, 28) + timedelta(days=first + day))
        assert (out["tracks"].height, out["plays"].height, out["users"].height) == (songs, plays, 1)
        assert out["quarantine"].is_empty()


def test_each_listener_has_days_of_their_own(tmp_path: Path, take: Take) -> None:
    write_jsonl(tmp_path / "east.jsonl", listens(3, START + 86_400))
    write_jsonl(tmp_path / "west.jsonl", [*listens(1, START + 86_400 + 60), listen(START + 86_400, "Of the west")])
    take(tmp_path / "east.jsonl", "--user", "east", "--timezone", "Asia/Tokyo")
    take(tmp_path / "west.jsonl", "--user", "west", "--timezone", "Pacific/Honolulu")
    first = night(tmp_path / "home", date(2026, 3, 1))
    assert first["plays"].select("user_id").rows() == [("west",), ("west",)]
    assert sorted(first["tracks"]["title"]) == ["Of the west", "Song 0"], "songs 1 and 2: only the east played them"
    write_jsonl(tmp_path / "again.jsonl", listens(2, START + 86_400 + 600))
    take(tmp_path / "again.jsonl", "--user", "west", "--timezone", "Asia/Tokyo")
    assert night(tmp_path / "home", date(2026, 3, 1))["tracks"].height == 3, "the zone that is known counts"
