"""One listener's history told again in other words: nobody else's songs or plays are lost, nothing counts twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.deliveries import write_jsonl
from tests.jobs.commands.intake.test_listens import MBID, night
from tests.jobs.commands.intake.told import START, Take, listens

pytestmark = pytest.mark.slow

Rows = list[dict[str, Any]]


def mapped(rows: Rows, recordings: int) -> Rows:
    """As ListenBrainz exports them once it knows the recordings; fewer of these than songs: two songs are one."""
    for row in rows:
        number = int(row["track_metadata"]["track_name"].split()[1]) % recordings
        row["track_metadata"]["mbid_mapping"] = {"recording_mbid": f"{MBID}{number}", "artist_mbids": []}
    return rows


def shouted(rows: Rows) -> Rows:
    """As another service writes the same names."""
    for row in rows:
        said = row["track_metadata"]
        said["track_name"], said["artist_name"], said["release_name"] = said["track_name"].upper(), "ARTIST", "Album"
    return rows


def plain(rows: Rows) -> Rows:
    return rows


@pytest.mark.parametrize(
    ("first", "second", "songs"),
    [
        (plain, lambda rows: mapped(rows, 5), 5),
        (lambda rows: mapped(rows, 5), plain, 5),
        (plain, lambda rows: mapped(rows, 4), 4),
        (plain, shouted, 5),
        (shouted, lambda rows: mapped(rows, 5), 5),
    ],
    ids=["mapped_later", "mapped_before", "two_are_one", "other_case", "other_case_and_mapped"],
)
@pytest.mark.parametrize("order", [("ann", "ben", "ann2"), ("ben", "ann", "ann2"), ("ann", "ann2", "ben")])
def test_nobody_else_loses_a_play(
    tmp_path: Path,
    take: Take,
    first: Callable[[Rows], Rows],
    second: Callable[[Rows], Rows],
    songs: int,
    order: tuple[str, ...],
) -> None:
    told = {"ann": first(listens(20)), "ben": listens(20, START + 3600), "ann2": second(listens(20))}
    for name in order:
        write_jsonl(tmp_path / f"{name}.jsonl", told[name])
        take(tmp_path / f"{name}.jsonl", "--user", name[:3])
    out = night(tmp_path / "home", date(2026, 3, 1))
    assert out["plays"]["user_id"].value_counts().sort("user_id").rows() == [("ann", 20), ("ben", 20)]
    assert out["tracks"].height == songs
    assert out["quarantine"].is_empty()


@pytest.mark.parametrize("name", ["export.jsonl", "listens.zip"])
def test_two_exports_of_one_file_name_are_both_there(tmp_path: Path, take: Take, name: str) -> None:
    for month, start in enumerate((START - 40 * 86_400, START)):
        folder = tmp_path / str(month)
        write_jsonl(folder / name if name.endswith("l") else folder / "in" / "1.jsonl", listens(20, start))
        if name.endswith("zip"):
            import zipfile

            with zipfile.ZipFile(folder / name, "w") as archive:
                archive.write(folder / "in" / "1.jsonl", "listens/1.jsonl")
        assert take(folder / name, "--user", "me")["plays"] == 20
    out = night(tmp_path / "home", datetime.fromtimestamp(START, UTC).date())
    assert out["plays"].height == 40
