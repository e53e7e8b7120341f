"""Which songs the app can play."""

from __future__ import annotations

import polars as pl
import pytest

from features.ingest.playable import Playable, with_playable

FOLDER, APP, HEARD, GONE = ("file", "app", "heard", "gone")
ROWS = {
    FOLDER: ("tracks/folder-mine.jsonl", "mine/f1.mp3", True),
    APP: ("tracks/catalogue.csv", None, True),
    HEARD: ("tracks/listens-0123.parquet", None, True),
    GONE: ("(the night before)", "mine/f2.mp3", False),
}


def playable(names: list[str], choice: Playable) -> set[str]:
    rows = [
        {"track_id": n, **dict(zip(("source_file", "audio_path", "available"), ROWS[n], strict=True))} for n in names
    ]
    schema = {"track_id": pl.String, "source_file": pl.String, "audio_path": pl.String, "available": pl.Boolean}
    return set(with_playable(pl.DataFrame(rows, schema=schema), choice).filter("playable")["track_id"])


@pytest.mark.parametrize(
    ("names", "choice", "expected"),
    [
        ([FOLDER, HEARD], "auto", {FOLDER}),
        ([APP, HEARD], "auto", {APP}),  # an app delivers what it can play
        ([FOLDER, APP, HEARD], "auto", {FOLDER, APP}),
        ([HEARD], "auto", {HEARD}),  # a home of listens alone
        ([HEARD, GONE], "auto", {HEARD, GONE}),  # what is gone is not available, whatever could play it
        ([FOLDER, APP, HEARD], "audio", {FOLDER}),
        ([HEARD], "audio", set()),
        ([FOLDER, APP, HEARD], "all", {FOLDER, APP, HEARD}),
    ],
)
def test_what_may_be_recommended(names: list[str], choice: Playable, expected: set[str]) -> None:
    assert playable(names, choice) == expected
