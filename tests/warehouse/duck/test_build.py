"""warehouse.duckdb: views over explicit files, a comment on everything, swapped in by rename."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jobs.run.stage import LOOKBACKS
from schemas import TABLES
from schemas.errors import DamagedFile, OutsideServiceError
from tests.finished_home import finished_home, lake_night
from tests.frames import rows
from tests.published_night import DS, night_tables
from warehouse.duck import build_warehouse, query
from warehouse.duck.build import WAREHOUSE, stored_tables
from warehouse.duck.marts import ALL_NIGHTS, MARTS
from warehouse.lake import Lake

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    finished_home(tmp_path)
    build_warehouse(tmp_path)
    return tmp_path


def test_every_view_gives_the_rows_of_its_table(home: Path) -> None:
    for name, frame in night_tables().items():
        if name != "history":
            assert query(home, f"SELECT count(*) FROM {name}").rows == [(frame.height,)]


def test_every_view_and_column_has_a_comment(home: Path) -> None:
    views = query(home, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").rows
    expected = {t.name for t in stored_tables()} | {m.name for m in MARTS} | set(ALL_NIGHTS)
    assert {name for name, _ in views} == expected
    assert [name for name, comment in views if not comment] == []
    columns = query(home, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal").rows
    assert [row for row in columns if not row[2]] == []
    tempo = [c for table, name, c in columns if (table, name) == ("audio_features", "tempo_bpm")]
    assert tempo == [f"{TABLES['audio_features'].column('tempo_bpm').doc} [BPM]"]


def test_marts_have_the_columns_they_document(home: Path) -> None:
    for mart in MARTS:
        assert query(home, f"FROM {mart.name} LIMIT 0").columns == tuple(mart.columns)


def test_the_mart_of_lists_joins_one_to_one(home: Path) -> None:
    found = query(home, "SELECT title, reason, mood FROM v_daily30 WHERE user_id = 'u-lin' ORDER BY rank").rows
    assert len(found) == 30
    assert found[0][0] == "雨夜电台"
    assert all(None not in row for row in found)


def test_types_are_those_of_the_contract_even_without_rows(home: Path) -> None:
    described = {r[0]: r[1] for r in query(home, "DESCRIBE facts").rows}
    assert described["at_s"] == "FLOAT"
    assert query(home, "SELECT count(*) FROM facts").rows == [(0,)]


def test_all_nights_are_in_v_nights(home: Path) -> None:
    earlier = date(2026, 11, 20)
    lists = night_tables()["daily_lists"]
    lake_night(home, {"daily_lists": lists}, ds=str(earlier))
    build_warehouse(home)
    found = query(home, "SELECT ds, count(*) FROM v_nights GROUP BY ds ORDER BY ds").rows
    assert found == [(earlier, lists.height), (DS, lists.height)]
    assert query(home, "SELECT count(*) FROM tracks").rows == [(150,)]  # still the newest night


def test_what_is_damaged_of_an_earlier_night_is_left_out_and_of_the_newest_refused(home: Path) -> None:
    lists, earlier = night_tables()["daily_lists"], date(2026, 11, 20)
    lake_night(home, {"daily_lists": lists}, ds=str(earlier))
    view = Lake(home).night(earlier)
    (home / "lake" / view.manifest("daily_lists").parts[0].path).unlink()
    build_warehouse(home)
    assert query(home, "SELECT DISTINCT ds FROM v_nights").rows == [(DS,)]
    (home / "lake/_nights/ds=2026-11-20/DONE").write_text("nothing\n")
    build_warehouse(home)
    assert query(home, "SELECT DISTINCT ds FROM v_nights").rows == [(DS,)]
    part = Lake(home).night(DS).manifest("tracks").parts[0].path
    (home / "lake" / part).write_bytes(b"other bytes")
    with pytest.raises(DamagedFile, match="tracks"):
        build_warehouse(home)


def test_a_table_that_is_yet_to_be_written_is_not_looked_for(home: Path) -> None:
    """The page's own list of files, in a night that is made again."""
    part = Lake(home).night(DS).manifest("headers").parts[0].path
    (home / "lake" / part).unlink()
    build_warehouse(home, DS, unmade=["headers"])
    assert query(home, "SELECT count(*) FROM headers").rows == [(0,)]


def test_an_open_reader_keeps_what_it_has(home: Path) -> None:
    with duckdb.connect(home / "warehouse.duckdb", read_only=True) as reader:
        before = reader.execute("SELECT count(*) FROM tracks").fetchall()
        lake_night(home, {"tracks": rows("tracks", [{"track_id": "only"}])}, ds="2026-12-01")
        build_warehouse(home)
        assert reader.execute("SELECT count(*) FROM tracks").fetchall() == before
    assert query(home, "SELECT count(*) FROM tracks").rows == [(1,)]


def test_no_contract_is_forgotten() -> None:
    assert len(stored_tables()) > 20
    assert not {t.name for t in stored_tables()} & {*LOOKBACKS, "landing_plays"}
    assert {t.name for t in stored_tables()} <= set(TABLES)


def test_two_builds_at_once_leave_one_whole_file_and_nothing_else(home: Path) -> None:
    """One fixed name aside: the second failed, and readers saw an empty warehouse."""
    (home / "warehouse.999999999-ab.building").write_bytes(b"left by a build that was killed")
    with ThreadPoolExecutor(4) as builders:
        built = [builders.submit(build_warehouse, home) for _ in range(8)]
        assert {future.result() for future in built} == {home / WAREHOUSE}
    assert [p.name for p in home.glob("warehouse*")] == [WAREHOUSE]
    with duckdb.connect(home / WAREHOUSE, read_only=True) as db:
        assert db.execute("SELECT count(*) FROM daily_lists").fetchone() != (0,)


def test_readers_see_a_whole_warehouse_while_others_build_it(home: Path) -> None:
    build_warehouse(home)
    seen: set[int] = set()
    with ThreadPoolExecutor(2) as builders:
        built = [builders.submit(build_warehouse, home) for _ in range(4)]
        while not all(future.done() for future in built):
            with duckdb.connect(home / WAREHOUSE, read_only=True) as db:
                seen.add(db.execute("SELECT count(*) FROM daily_lists").fetchall()[0][0])
    assert len(seen) == 1
    assert seen != {0}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ((RuntimeError, "broke"), RuntimeError),
        ((KeyboardInterrupt,), KeyboardInterrupt),
        ((OSError, errno.ENOSPC, "No space left on device"), OutsideServiceError),
    ],
)
def test_a_build_that_fails_leaves_the_warehouse_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch, error: tuple[Any, ...], told: type[BaseException]
) -> None:
    before = build_warehouse(home).read_bytes()

    def broken(*_: object, **__: object) -> None:
        raise error[0](*error[1:])

    monkeypatch.setattr("warehouse.duck.build._note_files", broken)
    with pytest.raises(told):
        build_warehouse(home)
    assert (home / WAREHOUSE).read_bytes() == before
    assert [p.name for p in home.glob("warehouse*")] == [WAREHOUSE]
