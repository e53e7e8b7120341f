"""A home whose serving store is a PostgreSQL server: every command that reads or moves what is served."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.e2e.conftest import FIRST_NIGHT, CopyHome
from tests.e2e.here import ends, here
from tests.e2e.night import read_table
from tests.worlds.postgres_server import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_a_night_is_published_to_a_server_read_from_it_and_mended_there(
    copied: CopyHome, finished: Path, postgres: Server
) -> None:
    """The same lists as in the file: the settings name another store, nothing else of the night is made again."""
    home, url = copied(finished), postgres.url()
    user = read_table(home, FIRST_NIGHT, "users")[0]["user_id"]
    shown = here("show", user, "--home", home, "--json").json()
    store = {"DAILY30_SERVING__URL": url}

    def nightly() -> set[str]:
        stages = here("nightly", "--ds", FIRST_NIGHT, "--home", home, "--json", **store).json()["stages"]
        return {s["stage"] for s in stages if s["ran"]}

    assert "publish" in nightly()
    assert here("show", user, "--home", home, "--json", **store).json() == shown
    (version,) = here("versions", "--home", home, "--json", **store).json()
    assert (version["version"], version["current"]) == (shown["version"], True)
    assert nightly() == set()
    assert here("pin", "--home", home, **store).code == 0
    assert here("unpin", "--home", home, **store).code == 0
    assert (
        here("publish", "--ds", FIRST_NIGHT, "--home", home, "--json", **store).json()["outcome"] == "already current"
    )
    assert here("verify", "--deep", "--home", home, "--json", **store).json() == {"found": []}

    base, _, schema = url.rpartition("&schema=")
    with psycopg.connect(base) as db:
        db.execute(f"UPDATE {schema}.lists SET payload = '{{}}' WHERE user_id = %s", (user,))
    told = ends("show", user, "--home", home, **store)
    assert (told.code, "daily30 repair" in told.err) == (6, True)
    assert ends("verify", "--deep", "--home", home, **store).code == 3
    found = here("repair", "--home", home, "--json", **store).json()["found"]
    assert [(f["where"], f["mended"]) for f in found] == [("store", True), ("publish", True)]
    assert here("show", user, "--home", home, "--json", **store).json() == shown
