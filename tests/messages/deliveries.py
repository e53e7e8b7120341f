"""Bad deliveries."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tests.jobs.commands.intake.sent import heard, liked, person, song
from tests.messages.row import Row


def csv(rows: Sequence[dict[str, Any]], separator: str = ",") -> str:
    """Rows as CSV text."""
    lines = [separator.join(rows[0]), *(separator.join(str(v) for v in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def jsonl(rows: Sequence[Any]) -> str:
    """Rows as JSON lines."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def delivery(what: str, name: str, content: str | bytes, *args: str, **more: Any) -> Row:
    """A single delivered file."""
    return Row(what, ("ingest", "delivery", name, *args), {name: content}, **more)


def alias(alias_id: str, track_id: str) -> dict[str, Any]:
    """A row that says that two ids are one track."""
    return {"alias_id": alias_id, "track_id": track_id, "method": "matched", "since": "2026-03-01"}


def people(**cells: Any) -> str:
    """Twenty listeners with these cells, as CSV."""
    return csv([person(n, **cells) for n in range(20)])


def listens(**cells: Any) -> str:
    """Twenty plays with these cells, as CSV."""
    return csv([heard(n, **cells) for n in range(20)])


def torn_parquet(folder: Path) -> None:
    path = folder / "plays.parquet"
    pl.DataFrame([heard(1)]).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])


def wrong_type(folder: Path) -> None:
    pl.DataFrame([heard(1, listened_s=[1.0])]).write_parquet(folder / "plays.parquet")


def beyond_calendar(folder: Path) -> None:
    at = pl.Series([2**62]).cast(pl.Datetime("us", "UTC"))
    pl.DataFrame([heard(1)]).with_columns(played_at=at).write_parquet(folder / "plays.parquet")


def folder_for_file(folder: Path) -> None:
    (folder / "sent" / "plays.csv").mkdir(parents=True)


def other_audio(folder: Path) -> None:
    (folder / "home" / "landing" / "audio").mkdir()
    (folder / "home" / "landing" / "audio" / "x.wav").write_bytes(b"one")


WEATHER = {"city": "Berlin", "local_date": "2026-03-10", "weather": "hail", "temperature_c": 3.0}
FILES = (
    Row("a delivery that is not there", ("ingest", "delivery", "missing.csv")),
    delivery("a spreadsheet", "plays.xlsx", b"PK\x03\x04"),
    delivery("a name that does not say the table", "export.csv", "a,b\n1,2\n"),
    delivery("a table nobody knows", "x.csv", "a,b\n1,2\n", "--table", "songs"),
    Row("a folder without a delivery", ("ingest", "delivery", "sent"), {"sent/notes.txt": "hello"}),
    Row("a table delivered twice", ("ingest", "delivery", "sent"),
        {"sent/users.csv": people(), "sent/users.jsonl": jsonl([person(1)])}),
    Row("a folder named like a file", ("ingest", "delivery", "sent"), make=folder_for_file),
    Row("another kind of file among plays", ("ingest", "delivery", "sent"), {"sent/plays/a.txt": "hello"}),
    Row("the landing itself", ("ingest", "delivery", "home/landing")),
    delivery("an empty file", "users.csv", ""),
    delivery("semicolons between cells", "users.csv", csv([person(1)], ";")),
    delivery("a header that is not UTF-8", "users.csv", "user_id,名,created_on\n".encode("gb18030")),
    delivery("a gzip file named .csv", "plays.csv", gzip.compress(listens().encode(), mtime=0)),
    delivery("a ZIP file named .jsonl", "plays.jsonl", b"PK\x03\x04rest"),
    delivery("a missing column", "users.csv", "user_id,created_on,language\nu,2026-01-01,en\n"),
    delivery("a misspelt column", "users.csv", people().replace("timezone", "time_zone")),
    delivery("a column twice", "users.csv", "user_id,user_id,created_on,language,timezone\n"),
    delivery("a sensitive column", "users.csv", csv([person(1, gender="f")])),
    delivery("a sensitive field inside another", "users.jsonl", jsonl([person(1, more={"religion": "x"})])),
    delivery("a quote that is never closed", "users.csv", people().replace("n3,", '"n3,')),
    delivery("rows with too few cells", "users.csv", "user_id,created_on,language,timezone\n" + "u,2026-01-01\n" * 20),
    delivery("cells that are not UTF-8", "users.csv", people(city="北京").encode("gb18030")),
    delivery("lines that are no JSON", "users.jsonl", "hello\n" * 20),
    delivery("one JSON array for JSON lines", "users.jsonl", json.dumps([person(1), person(2)])),
    Row("a Parquet file cut short", ("ingest", "delivery", "plays.parquet"), make=torn_parquet),
    Row("a Parquet column of another type", ("ingest", "delivery", "plays.parquet"), make=wrong_type),
    Row("a moment beyond every calendar", ("ingest", "delivery", "plays.parquet"), make=beyond_calendar),
    Row("audio of a name that is taken", ("ingest", "delivery", "sent"),
        {"sent/audio/x.wav": "two", "sent/tracks.jsonl": jsonl([song(1, audio_path="x.wav")])}, make=other_audio),
    Row("lyrics of songs nobody knows", ("ingest", "delivery", "sent"), {"sent/lyrics/nobody.lrc": "[00:01.00]hello"}),
)  # fmt: skip
ROWS = (
    delivery("time zones that are none", "users.csv", people(timezone="GMT+8")),
    delivery("Windows' names of time zones", "users.csv", people(timezone="China Standard Time")),
    delivery("a language nobody writes", "users.csv", people(language="ja")),
    delivery("days that do not exist", "users.csv", people(created_on="2026-02-30")),
    delivery("accounts made in the future", "users.csv", people(created_on="2031-01-01")),
    delivery("users without an id", "users.csv", people(user_id="")),
    delivery("control characters in a name", "users.jsonl", jsonl([person(1, city="a\u0007b")])),
    delivery("plays of unknown tracks", "plays.csv", listens(track_id="nowhere")),
    delivery("plays of unknown listeners", "plays.csv", listens(user_id="nobody")),
    delivery("negative listening", "plays.csv", listens(listened_s=-5)),
    delivery("plays of 1969", "plays.csv", listens(played_at="1969-12-31T23:59:59Z")),
    delivery("plays of the year 9999", "plays.csv", listens(played_at="9999-12-31T23:59:59Z")),
    delivery("Unix seconds for times", "plays.csv", listens(played_at="1794009600")),
    delivery("feedback of an unknown kind", "feedback.csv", csv([liked(n, kind="adore") for n in range(20)])),
    delivery("feedback about unknown tracks", "feedback.csv", csv([liked(n, subject_id="nowhere") for n in range(20)])),
    delivery("weather of an unknown kind", "contexts.csv", csv([WEATHER])),
    delivery("an audio path that climbs", "tracks.jsonl", jsonl([song(1, audio_path="../../etc/passwd")])),
    delivery("a title of 30,000 letters", "tracks.jsonl", jsonl([song(1, title="Long " * 6_000)])),
    delivery("5,000 tags on a song", "tracks.jsonl", jsonl([song(1, listener_tags=["x"] * 5_000)])),
    delivery("JSON nested 40 deep", "tracks.jsonl", jsonl([song(1, more=json.loads("[" * 40 + "]" * 40))])),
    delivery("aliases that go in a circle", "aliases.csv",
             csv([alias("a", "b"), alias("b", "a")])),
    delivery("a few bad rows among good ones", "users.csv",
             csv([*(person(n) for n in range(8)), person(8, timezone="GMT+8")])),
    delivery("so many bad rows that the night would stop", "users.csv",
             csv([*(person(n) for n in range(3)), *(person(n, language="ja") for n in range(3, 15))])),
    delivery("so many strangers that the night would stop", "plays.csv",
             csv([*(heard(n) for n in range(9)), *(heard(n, user_id="nobody") for n in range(9, 45))])),
    delivery("plays before their tracks and listeners", "plays.csv", listens(), empty_home=True),
    delivery("a day that has only begun", "plays.csv",
             csv([heard(n, played_at=f"2026-03-11T13:0{n}:00Z") for n in range(2)])),
)  # fmt: skip
LIMITS = (
    delivery("a file that is too large", "users.csv", people(), environ={"DAILY30_LIMITS__MAX_FILE_BYTES": "100"}),
    delivery("a line without end", "users.csv", people() + "x" * 2_000_000),
    delivery("too many rows", "plays.csv", listens(), environ={"DAILY30_LIMITS__MAX_ROWS": "10"}),
    delivery("too many columns", "users.csv", ",".join(f"c{n}" for n in range(501)) + "\n"),
    Row("too many files", ("ingest", "delivery", "sent"), {f"sent/plays/{n}.csv": listens() for n in range(3)},
        environ={"DAILY30_LIMITS__MAX_FILES": "2"}),
)  # fmt: skip
DELIVERIES = (*FILES, *ROWS, *LIMITS)
