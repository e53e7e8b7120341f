"""Every delivered row is read with where it came from, or says why not; wrong files are refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from schemas import TABLES
from schemas.delivery import LANDING
from schemas.errors import ContractError
from schemas.validate import check
from tests.deliveries import plays, tracks, users, write_csv, write_jsonl, write_landing
from warehouse.landing import Landing, open_landing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_landing(tmp_path)


def landing(root: Path) -> Landing:
    return open_landing(root.parent)


def reasons(root: Path) -> list[tuple[str, str, int, str]]:
    frame = landing(root).frame("landing_unreadable")
    return frame.select("table_name", "source_file", "source_row", "reason").sort(pl.all()).rows()


def test_every_landing_table_keeps_its_contract(root: Path) -> None:
    opened = landing(root)
    for name, contract in LANDING.items():
        assert check(opened.frame(name), contract) == []
    assert opened.frame("landing_plays").height == len(plays())
    assert set(LANDING) <= set(TABLES)


def test_the_same_rows_come_from_csv_json_and_parquet(tmp_path: Path) -> None:
    rows = [{**t, "available": True, "explicit": False, "regions": ["CN", "TW"]} for t in tracks()]
    frames = []
    for suffix in ("csv", "jsonl", "parquet"):
        root = write_landing(tmp_path / suffix)
        (root / "tracks.jsonl").unlink()
        if suffix == "csv":
            write_csv(root / "tracks.csv", rows)
        elif suffix == "jsonl":
            write_jsonl(root / "tracks.jsonl", rows)
        else:
            pl.DataFrame(rows).with_columns(pl.col("added_on", "release_date").str.to_date()).write_parquet(
                root / "tracks.parquet"
            )
        frames.append(landing(root).frame("landing_tracks").drop("source_file"))
    assert frames[0].equals(frames[1])
    assert frames[1].equals(frames[2])
    assert frames[0].row(0, named=True)["regions"] == ["CN", "TW"]


def test_a_table_may_be_many_files_in_sorted_order_beside_a_single_one(root: Path) -> None:
    write_csv(root / "users" / "b.csv", [{**users()[0], "user_id": "b"}])
    write_jsonl(root / "users" / "a" / "x.jsonl", [{**users()[0], "user_id": "a"}])
    (root / "users" / "_SUCCESS").touch()
    read = landing(root).frame("landing_users")
    assert read.select("user_id", "source_file", "source_row").rows()[-3:] == [
        ("名字", "users.csv", 4),
        ("a", "users/a/x.jsonl", 1),
        ("b", "users/b.csv", 1),
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00.25+08:00", datetime(2026, 3, 1, 2, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01 10:00:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_timestamps_are_iso_and_utc_unless_they_say_otherwise(root: Path, text: str, moment: datetime) -> None:
    write_csv(root / "plays" / "more.csv", [{**plays()[0], "played_at": text}])
    assert landing(root).frame("landing_plays").filter(source_file="plays/more.csv")["played_at"].item() == moment


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("played_at", "yesterday"),
        ("played_at", "1700000000"),
        ("listened_s", "long"),
        ("listened_s", "nan"),
        ("listened_s", "inf"),
        ("skipped", "maybe"),
        ("track_id", "a\x00b"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_cell_that_does_not_parse_is_never_a_null(root: Path, column: str, text: str, suffix: str) -> None:
    write: Callable[..., None] = write_csv if suffix == "csv" else write_jsonl
    write(root / "plays" / f"more.{suffix}", [plays()[0], {**plays()[1], column: text}])
    assert reasons(root) == [("plays", f"plays/more.{suffix}", 2, "bad_value")]
    assert landing(root).frame("landing_plays").filter(source_file=f"plays/more.{suffix}").height == 1


@pytest.mark.parametrize("value", [{"a": 1}, ["x"]])
def test_an_object_where_a_value_belongs_is_unreadable(root: Path, value: object) -> None:
    write_jsonl(root / "tracks" / "x.jsonl", [{**tracks()[0], "title": value}])
    assert reasons(root) == [("tracks", "tracks/x.jsonl", 1, "bad_value")]


@pytest.mark.parametrize("value", ["calm", ["calm", None], 3])
def test_a_json_list_is_a_list_without_nulls(root: Path, value: object) -> None:
    write_jsonl(root / "tracks" / "x.jsonl", [{**tracks()[0], "listener_tags": value}])
    assert reasons(root) == [("tracks", "tracks/x.jsonl", 1, "bad_value")]


def test_torn_lines_keep_their_place(root: Path) -> None:
    (root / "users.csv").write_bytes(
        b"\xef\xbb\xbfuser_id,created_on,language,timezone,extra\n"
        b"a,2026-01-01,zh,UTC,1\n"
        b"b,2026-01-01,zh\n"
        b"c,2026-01-01,zh,UTC,1,2\n"
        b"\xff\xfe,2026-01-01,zh,UTC,\n"
        b'"d\xe5\x90\x8d",2026-01-01,en,UTC,""\n'
    )
    (root / "plays" / "more.jsonl").write_bytes(
        b'\n{"user_id":"a"\n[1]\n{"user_id":"a","track_id":"t0","played_at":"2026-03-01T10:00:00Z","listened_s":1}\n'
        b'{"user_id":"\xff"}\n'
    )
    assert reasons(root) == [
        ("plays", "plays/more.jsonl", 2, "not_json"),
        ("plays", "plays/more.jsonl", 3, "not_json"),
        ("plays", "plays/more.jsonl", 5, "not_utf8"),
        ("users", "users.csv", 2, "ragged_row"),
        ("users", "users.csv", 3, "ragged_row"),
        ("users", "users.csv", 4, "not_utf8"),
    ]
    assert landing(root).frame("landing_users").select("user_id", "source_row").rows() == [("a", 1), ("d名", 5)]
    more = landing(root).frame("landing_plays").filter(source_file="plays/more.jsonl")
    assert more["source_row"].to_list() == [4]


def test_quoted_newlines_and_separators_survive(root: Path) -> None:
    given = {**users()[0], "user_id": 'a "quoted", name', "city": "Bad\nHomburg"}
    write_csv(root / "users" / "x.csv", [given])
    read = landing(root).frame("landing_users").filter(source_file="users/x.csv")
    assert read.select("user_id", "city").row(0) == ('a "quoted", name', "Bad\nHomburg")


def drop(path: str) -> Callable[[Path], None]:
    return lambda root: (root / path).unlink()


def put(path: str, data: bytes) -> Callable[[Path], None]:
    def do(root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(data)

    return do


def folder_for(path: str) -> Callable[[Path], None]:
    def do(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        (root / path).mkdir(parents=True)

    return do


HEAD = b"user_id,created_on,language,timezone"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (drop("tracks.jsonl"), ["no tracks delivered", "users.csv", "tracks.csv"]),
        (drop("users.csv"), ["no users delivered"]),
        (lambda r: (r / "users.csv").rename(r / "user.csv"), ["no users delivered", "'user.csv' meant"]),
        (folder_for("users.csv"), ["users.csv", "folder where a file"]),
        (folder_for("plays/x.parquet"), ["x.parquet", "folder where a file"]),
        (put("feedback", b"x"), ["feedback", "is a file"]),
        (put("audio", b"x"), ["audio", "not a folder"]),
        (put("lyrics", b"x"), ["lyrics", "not a folder"]),
        (put("users.parquet", b"x"), ["delivered twice", "users.csv", "users.parquet"]),
        (put("plays/x.parquet", b"PAR1nonsense"), ["plays/x.parquet", "not readable as Parquet"]),
        (put("plays/x.parquet", b""), ["plays/x.parquet", "not readable as Parquet"]),
        (put("plays/x.xlsx", b"x"), ["plays/x.xlsx", ".parquet"]),
        (put("users.csv", b""), ["users.csv", "empty"]),
        (put("users.csv", HEAD.replace(b"timezone", b"time_zone") + b"\n"), ["'time_zone'", "rename", "'timezone'"]),
        (put("users.csv", b"user_id;created_on;language;timezone\n"), ["separated by ';'"]),
        (put("users.csv", (HEAD + b"\n").decode().encode("utf-16")), ["users.csv", "UTF-8"]),
        (put("users.csv", HEAD + b",gender\n"), ["users.csv", "'gender'", "sensitive"]),
        (put("users.csv", HEAD + b",userAge\n"), ["'userAge'", "sensitive"]),
        (put("users.csv", HEAD + ",性别\n".encode()), ["'性别'", "sensitive"]),
        (put("users.csv", HEAD + b",personalized\n"), ["'personalized'", "nearest is 'personalised'"]),
        (put("users.csv", HEAD + b",user_id\n"), ["'user_id'", "twice"]),
        (put("users.csv", HEAD + b'\n"a,2026-01-01,zh,UTC\nb,2026-01-01,zh,UTC\n'), ["users.csv", "never closed"]),
    ],
)
def test_what_cannot_be_read_is_named_with_its_fix(
    root: Path, broken: Callable[[Path], None], words: list[str]
) -> None:
    broken(root)

    def read() -> None:
        opened = landing(root)
        for name in LANDING:
            opened.frame(name)

    with pytest.raises(ContractError) as caught:
        read()
    assert caught.value.exit_code == 3
    assert all(w in str(caught.value) for w in words), str(caught.value)


@pytest.mark.parametrize("key", ["gender", "dob", "性别", "民族", "Gender_ID", "age"])
def test_a_sensitive_field_inside_another_is_refused_too(root: Path, key: str) -> None:
    """A user record may carry things we do not know, but none of these, however deep."""
    (root / "users.csv").unlink()
    nested = [{**users()[0], "profile": {"face": [{key: "x"}]}}]
    write_jsonl(root / "users.jsonl", nested)
    with pytest.raises(ContractError, match=f"{key}.*sensitive"):
        landing(root).frame("landing_users")
    (root / "users.jsonl").unlink()
    pl.DataFrame(nested).write_parquet(root / "users.parquet")
    with pytest.raises(ContractError, match=f"{key}.*sensitive"):
        landing(root).frame("landing_users")


def test_a_word_within_a_text_is_no_field(root: Path) -> None:
    rows = [{**row, "title": 'say {"gender": 1} {age}'} for row in tracks(2)]
    write_jsonl(root / "tracks.jsonl", rows)
    assert landing(root).frame("landing_tracks").height == 2


def test_a_missing_landing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no landing folder") as caught:
        open_landing(tmp_path)
    assert "daily30 sample" in caught.value.fix
    (tmp_path / "landing").write_text("")
    with pytest.raises(ContractError, match="not a folder"):
        open_landing(tmp_path)


def test_a_parquet_column_of_the_wrong_type_is_refused(root: Path) -> None:
    frame = pl.DataFrame(plays()).with_columns(played_at=pl.lit(1_700_000_000))
    frame.write_parquet(root / "plays" / "x.parquet")
    with pytest.raises(ContractError, match=r"plays/x.parquet: column 'played_at' holds Int32, not timestamp"):
        landing(root).frame("landing_plays")


def test_the_digest_follows_names_and_contents(root: Path) -> None:
    before = landing(root).digest()
    assert before == landing(root).digest()
    assert set(before) == set(LANDING)
    write_csv(root / "users" / "x.csv", users())
    after = landing(root).digest()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"landing_users", "landing_unreadable"}


def test_audio_is_hashed_only_inside_its_folder(root: Path, tmp_path: Path) -> None:
    (root / "audio").mkdir()
    (root / "audio" / "名 1.mp3").write_bytes(b"sound")
    (tmp_path / "secret.mp3").write_bytes(b"secret")
    (root / "audio" / "link.mp3").symlink_to(tmp_path / "secret.mp3")
    (root / "audio" / "loop.mp3").symlink_to(root / "audio" / "loop.mp3")
    names = ["名 1.mp3", "missing.mp3", "../../secret.mp3", str(tmp_path / "secret.mp3"), "link.mp3", "."]
    rows = [{**t, "audio_path": p} for t, p in zip(tracks(6), names, strict=True)]
    write_jsonl(root / "tracks.jsonl", rows)
    before = landing(root).digest()
    read = landing(root).frame("landing_tracks")
    hashes = dict(read.select("audio_path", "audio_sha256").iter_rows())
    assert hashes.pop("名 1.mp3") == hashlib.sha256(b"sound").hexdigest()
    assert set(hashes.values()) == {None}
    assert "link.mp3" not in hashes
    assert reasons(root) == [("tracks", "tracks.jsonl", 5, "unsafe_path")]
    (root / "audio" / "名 1.mp3").write_bytes(b"other")
    assert landing(root).digest()["landing_tracks"] != before["landing_tracks"]


def test_dates_stay_dates(root: Path) -> None:
    assert landing(root).frame("landing_tracks")["added_on"].to_list() == [date(2026, 1, 1)] * 5
