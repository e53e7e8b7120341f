"""A home with the sample, the real recordings of the acceptance data, and three people who listen to these."""

from __future__ import annotations

import csv
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.e2e.command import ROOT, well
from tests.e2e.here import here

DATA = Path(os.environ.get("DAILY30_TEST_DATA", ROOT.parent / "shared" / "data"))
MUSIC, MANIFEST = DATA / "audio", DATA / "audio" / "manifest.csv"
NIGHT = "2026-11-21"
_SLIPS = 0.15  # share of titles with a letter lost, doubled, swapped or another in its place
PEOPLE = {"ann": "en", "大明": "zh", "小雨": "zh"}
_SPELLINGS = (str, str.upper, "  {} ".format, "{} (Remastered 2011)".format)


def make_real_library(home: Path) -> None:
    """Sample, folder, listens, and a night up to its lists; the listens lie beside the home's tables."""
    here("sample", "--users", 8, "--songs", 12, "--days", 14, "--until", NIGHT, "--home", home)
    taken = here("ingest", "folder", MUSIC, "--manifest", MANIFEST, "--home", home, "--json").json()
    assert (taken["files"], taken["named_in_manifest"]) == (125, 125)
    for person, language in PEOPLE.items():
        path = listens_of(home, person)
        path.write_text("".join(json.dumps(row) + "\n" for row in _listens(person)))
        here("ingest", "listens", path, "--language", language, "--home", home)
    well("nightly", "--home", home, "--ds", NIGHT, "--until", "lists", limit_s=1500)


def listens_of(home: Path, person: str) -> Path:
    """What a person's service exported."""
    return home / f"{person}.jsonl"


def _listens(person: str) -> list[dict[str, object]]:
    """Forty days of a third of the songs, three of them looped, under several spellings, some of them wrong."""
    chance = random.Random(person)
    with MANIFEST.open(encoding="utf-8") as file:
        mine = chance.sample(list(csv.DictReader(file)), 40)
    last = datetime.fromisoformat(NIGHT).replace(hour=12, tzinfo=UTC)
    rows: list[dict[str, object]] = []
    for day in range(39, -1, -1):
        for turn in range(chance.randint(4, 10)):
            song = chance.choice(mine[:3] if chance.random() < 0.2 else mine)
            title = chance.choice(_SPELLINGS)(song["title"])
            if chance.random() < _SLIPS:
                title = _misspelt(title, chance)
            said = {"track_name": title, "artist_name": song["artist"]}
            at = last - timedelta(days=day) + timedelta(minutes=9 * turn)
            rows.append({"listened_at": int(at.timestamp()), "track_metadata": said, "user_name": person})
    return rows


def _misspelt(title: str, chance: random.Random) -> str:
    at = chance.choice([n for n, letter in enumerate(title[:-1]) if letter.isalpha()])
    before, letter, after = title[:at], title[at], title[at + 1 :]
    slips = (before + after, before + 2 * letter + after, before + after[0] + letter + after[1:], before + "o" + after)
    return chance.choice(slips)
