"""Mistakes that stop a night: what is broken in a home, the exit code, and what the message must name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

Break = Callable[[Path], None]


@contextmanager
def broken(home: Path, do: Break) -> Iterator[Path]:
    """The home with something broken in its landing; afterwards the landing is as before."""
    aside = home.parent / "landing-as-it-was"
    shutil.copytree(home / "landing", aside)
    settings = (home / "daily30.toml").read_text()
    try:
        do(home)
        yield home
    finally:
        for left in (home / "landing", home / "daily30.toml"):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        aside.rename(home / "landing")
        (home / "daily30.toml").write_text(settings)


def no_landing(home: Path) -> None:
    shutil.rmtree(home / "landing")


def no_plays(home: Path) -> None:
    (home / "landing" / "plays").rename(home / "landing" / "playss")


def wrong_column(home: Path) -> None:
    (home / "landing" / "plays" / "zz.csv").write_text(
        "usr_id,played_at,track_id,listened_s\nu00001,2026-11-20T10:00:00Z,s001,10\n"
    )


def sensitive_column(home: Path) -> None:
    path = home / "landing" / "users.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{header},gender", *(f"{row},f" for row in rows)]) + "\n")


def a_column_of_another_type(home: Path) -> None:
    path = home / "landing" / "plays" / "shelf.parquet"
    pl.read_parquet(path).with_columns(listened_s=pl.concat_list("track_id")).write_parquet(path)


def torn_parquet(home: Path) -> None:
    path = home / "landing" / "plays" / "shelf.parquet"
    path.write_bytes(path.read_bytes()[:-200])


def folder_for_a_file(home: Path) -> None:
    path = home / "landing" / "users.csv"
    path.unlink()
    path.mkdir()


def file_for_a_folder(home: Path) -> None:
    shutil.rmtree(home / "landing")
    (home / "landing").write_text("not a folder")


def many_null_keys(home: Path) -> None:
    _plays(home, "aa-null", [None] * 600, "2026-11-20T10:00:00Z", 1)


def many_in_the_future(home: Path) -> None:
    _plays(home, "aa-future", ["u00001"] * 600, "2031-01-01T10:00:00Z", 1)


def contradicting_users(home: Path) -> None:
    path = home / "landing" / "users.csv"
    header, *rows = path.read_text().splitlines()
    others = [row.replace("true", "false") for row in rows]
    path.write_text("\n".join([header, *rows, *others]) + "\n")


def strangers_only(home: Path) -> None:
    _plays(home, "zz-strangers", [f"stranger-{n}" for n in range(600)], "2026-11-18T10:00:00Z", 1)


def unknown_setting(home: Path) -> None:
    _settings(home, 'favourite_colour = "blue"\n')


def unknown_parameter(home: Path) -> None:
    (home / "daily30.toml").write_text("[lists]\nsongz = 31\n")


def loop_too_narrow(home: Path) -> None:
    (home / "daily30.toml").write_text("[headers]\nmin_s = 6.0\nmax_s = 6.5\n")


def settings_not_toml(home: Path) -> None:
    (home / "daily30.toml").write_text("user_buckets = = 3\n")


def settings_a_folder(home: Path) -> None:
    (home / "daily30.toml").unlink()
    (home / "daily30.toml").mkdir()


def _settings(home: Path, first: str) -> None:
    path = home / "daily30.toml"
    path.write_text(first + path.read_text())


def _plays(home: Path, name: str, users: list[str | None], first: str, step_s: int) -> None:
    """As many plays as users, ``step_s`` apart."""
    start = datetime.fromisoformat(first)
    frame = pl.DataFrame(
        {
            "user_id": pl.Series(users, dtype=pl.String),
            "played_at": [start + timedelta(seconds=step_s * n) for n in range(len(users))],
            "track_id": ["s001"] * len(users),
            "listened_s": [10.0] * len(users),
        }
    )
    frame.write_parquet(home / "landing" / "plays" / f"{name}.parquet")


STOPS: list[tuple[Break, int, tuple[str, ...], str]] = [
    (no_landing, 3, ("landing", "no landing folder"), "daily30 sample"),
    (no_plays, 3, ("no plays delivered", "playss"), "'playss' meant"),
    (wrong_column, 3, ("plays/zz.csv", "'user_id' is missing"), "rename column 'usr_id' to 'user_id'"),
    (sensitive_column, 3, ("users.csv", "'gender'", "sensitive"), "without the column 'gender'"),
    (a_column_of_another_type, 3, ("plays/shelf.parquet", "'listened_s' holds List"), "deliver listened_s as"),
    (torn_parquet, 3, ("plays/shelf.parquet", "not readable as Parquet"), "deliver the file again"),
    (folder_for_a_file, 3, ("users.csv", "is a folder where a file is expected"), "replace it by a file"),
    (file_for_a_folder, 3, ("landing", "is a file, not a folder"), "make the folder"),
    (many_null_keys, 3, ("plays", "null_key", "plays/aa-null.parquet row 1", "user_id is empty"), "mend the delivery"),
    (many_in_the_future, 3, ("plays", "future_date", "plays/aa-future.parquet row 1", "2031-01-01"), "mend"),
    (contradicting_users, 3, ("users", "duplicate_key", "users.csv row 1", "users.csv row 25"), "mend the delivery"),
    (strangers_only, 3, ("plays", "user_id", "stranger-0"), "deliver the users"),
    (unknown_setting, 2, ("daily30.toml", "'favourite_colour'"), "allowed:"),
    (unknown_parameter, 2, ("lists.songz", "daily30.toml", "is not a parameter"), "songs"),
    (loop_too_narrow, 2, ("headers", "2.4 s above min_s"), "max_s"),
    (settings_not_toml, 2, ("daily30.toml", "is not TOML", "line 1"), "correct that line"),
    (settings_a_folder, 2, ("daily30.toml",), "readable file"),
]
