"""What is no listening history, or a broken one, is named, and nothing is taken."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.deliveries import write_jsonl
from tests.jobs.commands.intake.told import START, Take, listen, listens


@pytest.mark.parametrize(
    ("name", "content", "args", "code", "words"),
    [
        ("page.html", "<!DOCTYPE html><html>log in", [], 3, "it is a web page, not an export"),
        ("x.db", b"SQLite format 3\x00\x00", [], 3, "it is a database"),
        ("x.pdf", b"%PDF-1.7", [], 3, "it is a PDF document"),
        ("x.mp3", b"ID3\x04\x00", [], 3, "`daily30 ingest folder` reads music"),
        ("x.tar", b"\x00" * 257 + b"ustar\x00", [], 3, "it is a tar archive"),
        ("x.xml", "<?xml version='1.0'?><lfm/>", [], 3, "it is XML"),
        ("x.zip", b"PK\x03\x04 broken", [], 3, "cannot be read"),
        ("x.gz", b"\x1f\x8b broken", [], 3, "cannot be read"),
        ("empty.jsonl", "", [], 3, "it is empty"),
        ("blank.jsonl", " \n\n", [], 3, "it is empty"),
        ("empty.json", "[]", [], 3, "holds no listens: it is empty"),
        ("youtube.json", '[{"header": "YouTube Music", "titleUrl": "u", "time": "t"}]', [], 3, "a YouTube history"),
        ("error.json", '{"error": 10, "message": "Invalid API key"}', [], 3, "an answer of Last.fm that is an error"),
        ("other.json", '{"a": 1}', [], 3, "no known service (it has a)"),
        ("torn.json", '[{"listened_at": 1, "track_', [], 3, "breaks off in row 1"),
        ("a.csv", "a,b\n1,2\n", [], 3, "a table needs the columns artist, track and time"),
        ("b.csv", "artist,track\nA,T\n", [], 3, "no column for the time"),
        ("nobody.jsonl", json.dumps(listen(START)), [], 2, "does not say whose listens these are"),
        ("ok.jsonl", json.dumps(listen(START)), ["--user", " "], 2, "is no name"),
        ("1969.jsonl", json.dumps(listen(-5)), ["--user", "u"], 3, "which is 1969-12-31: the player's clock was wrong"),
        ("long.jsonl", json.dumps(listen(START, title="T" * 30_000)), ["--user", "u"], 3, "30,000 letters; at most"),
        ("zero.jsonl", json.dumps(listen(0)), ["--user", "u"], 3, "which is 1970-01-01"),
        ("9999.jsonl", json.dumps(listen(253370764800)), ["--user", "u"], 3, "9999-01-01"),
        ("nan.jsonl", '{"listened_at": NaN, "track_metadata": {"track_name": "a", "artist_name": "b"}}',
         ["--user", "u"], 3, "listened_at is nan, not a time"),
        ("list.jsonl", "[1, 2]", ["--user", "u"], 3, "a number, not an object"),
        ("null.jsonl", '{"track_metadata": null}', ["--user", "u"], 3, "track_metadata is missing"),
        ("latin.jsonl", '{"listened_at": 1772355600, "track_metadata": {"track_name": "é", "artist_name": "b"}}'
         .encode("latin-1"), ["--user", "u"], 3, "track_name is not UTF-8"),
        ("ok.jsonl", json.dumps(listen(START)), ["--user", "u", "--timezone", "Mars/Base"], 2, "not known"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_and_nothing_is_taken(
    tmp_path: Path, take: Take, name: str, content: str | bytes, args: list[str], code: int, words: str
) -> None:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    got, message = take(tmp_path / name, *args)
    assert (got, words in message) == (code, True), message
    assert not list((tmp_path / "home").rglob("*.parquet"))


def test_a_broken_user_json_is_said_and_no_bug(tmp_path: Path, take: Take) -> None:
    write_jsonl(tmp_path / "x" / "listens" / "1.jsonl", listens(3))
    (tmp_path / "x" / "user.json").write_bytes(b"\xff\xfe")
    code, said = take(tmp_path / "x")
    assert (code, "its user.json is no readable JSON" in said) == (2, True)
    assert take(tmp_path / "x", "--user", "me")["plays"] == 3


def test_archives_of_office_and_with_a_password_are_named(tmp_path: Path, take: Take) -> None:
    with zipfile.ZipFile(tmp_path / "table.xlsx", "w") as book:
        book.writestr("[Content_Types].xml", "<x/>")
    code, said = take(tmp_path / "table.xlsx")
    assert (code, "Office document" in said) == (3, True)
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("readme.txt", "hello\n")
    code, said = take(tmp_path / "none.zip")
    assert (code, "files in it: none.zip/readme.txt" in said) == (3, True)
