"""What is said of other people and of sound where there are no others, or where nothing was heard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.cases.people import NIGHT, Song, again, history, others, write
from tests.e2e.here import SMALL, here
from tests.e2e.night import Night, read_night
from tests.library import put, song

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
# Claims, not the words alone: a door that is open to others claims nothing.
_OF_OTHERS = re.compile(
    r"\b(\d+ (other )?(people|listeners|others)|people (play|who)|other (people|listeners)|every(one|body)|many queues|"
    r"(plenty|lots) of people|charts?|popular|number \d+ with)\b|"
    r"\d+ ?(个|位)?(人|听众)|大家|很多人|不少人|其他听众|榜",
    re.IGNORECASE,
)
_OF_SOUND = re.compile(
    r"\b((in|its|by its|by the|close in|near in|neighbours in) sound|sound (of|itself)|sounds like|[\d.]+ BPM|"
    r"[A-G][#♯b♭]? (major|minor))\b|声音(量|上|和|相)|的声音|[\d.]+ BPM|[大小]调",
    re.IGNORECASE,
)
_FILES = 14


def sentences(night: Night) -> list[str]:
    """Everything that is said to anybody: openers, intros, reasons, paragraphs, reviews; titles taken out."""
    said = []
    for served in night.lists.values():
        said += [served["opener"], served["intro"], *served["hashtags"]]
        said += [str(s[field]) for s in served["songs"] for field in ("reason", "paragraph") if s.get(field)]
    said += [str(text) for review in night.reviews.values() for text in review["paragraphs"]]
    return [re.sub("“[^”]*”|《[^》]*》", "", text) for text in said]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("This past month 12 people played it.", _OF_OTHERS),
        ("It was played by people who also play a song of yours.", _OF_OTHERS),
        ("Number 4 with everyone just now.", _OF_OTHERS),
        ("这个月有 12 人听过它。", _OF_OTHERS),
        ("It sits close in sound to , 3 plays this week.", _OF_SOUND),
        ("声音和《》相近，92 BPM，A 小调。", _OF_SOUND),
        ("It is in A minor.", _OF_SOUND),
    ],
)
def test_the_patterns_find_claims(text: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(text)


def listened(home: Path, *rows: dict, language: str = "en") -> Night:
    (home / "daily30.toml").write_text(SMALL)
    said = here(
        "ingest", "listens", write(home / "listens.jsonl", rows), "--language", language, "--home", home, "--json"
    ).json()
    assert said["plays"] + said["told_twice"] == len(rows)
    here("nightly", "--ds", NIGHT, "--home", home)
    return read_night(home, NIGHT)


def dbl(user: str = "me", songs: int = 60) -> list[dict]:
    """Each listen again five seconds later, from a second service."""
    once = history(user, others(songs), per_day=10)
    return [*once, *again(once, 5)]


@pytest.mark.parametrize("kind", ["one", "two", "accounts"])
def test_nothing_is_said_of_others_nor_of_sound_where_there_are_none(tmp_path: Path, kind: str) -> None:
    """One listener; two of one taste; one among ten accounts that never played anything."""
    if kind == "accounts":
        rows = [
            {"user_id": f"a{n}", "created_on": "2026-10-01", "language": "zh", "timezone": "Asia/Shanghai"}
            for n in range(9)
        ]
        users = write(tmp_path / "users.jsonl", rows)
        here("ingest", "delivery", users, "--home", tmp_path)
    rows = [*dbl(), *(dbl("you") if kind == "two" else [])]
    night = listened(tmp_path, *rows, language="zh" if kind == "two" else "en")
    assert len(night.tables["plays"]) == len(rows) / 2, "told twice, played once"
    said = sentences(night)
    assert len(said) > 60
    assert [text for text in said if _OF_OTHERS.search(text)] == []
    assert [text for text in said if _OF_SOUND.search(text)] == []
    assert {song["mood"] for served in night.lists.values() for song in served["songs"]} == {None}
    assert {n["audio_similarity"] for n in night.tables["neighbours"]} <= {None}


@pytest.mark.parametrize("heard", [0, _FILES // 2], ids=["none", "half"])
def test_of_sound_only_what_was_heard_is_said(tmp_path: Path, heard: int) -> None:
    """A folder of which the listener played nothing, or half, beside songs that only listens name."""
    for n in range(_FILES):
        sound = song(n % 7, 12, slowed=1 + 0.25 * (n // 7))  # two by two alike
        put(tmp_path / "Music" / f"{n}.mp3", sound, title=f"File {n}", artist=f"Player {n}")
    here("ingest", "folder", tmp_path / "Music", "--added-on", "2026-10-01", "--home", tmp_path / "home")
    mine = [*(Song(f"File {n}", f"Player {n}") for n in range(heard)), *others(30)]
    night = listened(tmp_path / "home", *history("me", mine, per_day=6))
    analysed = {row["track_id"] for row in night.tables["audio_features"]}
    assert len(analysed) == _FILES
    near = [row for row in night.tables["evidence"] if row["kind"] == "similar_track"]
    assert [row for row in near if not {row["track_id"], row["subject"]} <= analysed] == []
    tracks = night.by("tracks", "track_id")
    for served in night.lists.values():
        for entry in served["songs"]:
            if entry["track_id"] not in analysed:
                assert not _OF_SOUND.search(entry["reason"]), (tracks[entry["track_id"]]["title"], entry["reason"])
    measured = [row for row in night.tables["neighbours"] if row["audio_similarity"] is not None]
    assert measured, "files are compared by sound"
    assert [row for row in measured if not {row["track_id"], row["neighbour_id"]} <= analysed] == []
    if not heard:
        assert near == []
        reasons = [entry["reason"] for served in night.lists.values() for entry in served["songs"]]
        assert [text for text in reasons if "in sound" in text.lower()] == []  # reviews set file beside file
