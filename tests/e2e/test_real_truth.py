"""What is said of real recordings to those who listen to them, by a judge that knows payloads and deliveries only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.conftest import CopyHome
from tests.e2e.here import here
from tests.e2e.real_library import DATA, MANIFEST, MUSIC, NIGHT, PEOPLE, listens_of
from tests.oracles.night.check import check, published
from tests.oracles.night.deliveries import delivered
from tests.oracles.night.measured import measured

pytestmark = [
    pytest.mark.slow,
    pytest.mark.data,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not (DATA / "audio" / "manifest.csv").is_file(), reason="no acceptance data"),
]


def test_no_sentence_is_false_or_unread(
    real_library: Path, copied: CopyHome, record_testsuite_property: Callable[[str, object], None]
) -> None:
    home = copied(real_library)
    (home / "daily30.toml").write_text("[headers]\nceiling = 0\n")
    here("nightly", "--home", home, "--ds", NIGHT)
    lists, reviews = published(home)
    theirs = [served for served in lists if served["user_id"] in PEOPLE]
    came = delivered(MUSIC, MANIFEST, [listens_of(home, person) for person in PEOPLE], date.fromisoformat(NIGHT))
    real = {song.title for song in came.songs}
    others = tuple(
        f"{served['user_id']} {song['rank']} "
        for served in theirs
        for song in served["songs"]
        if song["title"] not in real
    )  # the sample's songs, whose lyrics and credits the judge does not read
    told = check(theirs, [r for r in reviews if r["title"] in real], came, measured(home))
    found = [said for said in told if not said.where.startswith(others)] if others else told
    record_testsuite_property("sentences", dict(Counter(said.verdict for said in found)))
    assert {served["language"] for served in theirs} == {"zh", "en"}
    assert sum(said.verdict == "true" for said in found) > 300
    assert [said for said in found if said.verdict in ("false", "unread")] == []
