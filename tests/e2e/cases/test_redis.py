"""A home whose serving store is a Redis server: filled by a night, and again after the server was emptied or harmed."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from tests.e2e.conftest import FIRST_NIGHT, CopyHome
from tests.e2e.here import ends, here
from tests.e2e.night import read_table
from tests.worlds.redis_server import ABSENT, installed, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.skipif(not installed(), reason=ABSENT)
def test_an_emptied_server_is_filled_again_by_the_night_and_by_repair(copied: CopyHome, finished: Path) -> None:
    home = copied(finished)
    user = read_table(home, FIRST_NIGHT, "users")[0]["user_id"]
    shown = here("show", user, "--home", home, "--json").json()
    with serving() as url, redis.Redis.from_url(url) as client:
        store = {"DAILY30_SERVING__URL": url}

        def told(*command: str) -> object:
            return here(*command, "--home", home, "--json", **store).json()

        told("nightly", "--ds", FIRST_NIGHT)
        assert told("show", user) == shown
        assert told("verify", "--deep") == {"found": []}

        client.flushall()
        assert ends("show", user, "--home", home, **store).code == 2
        told("nightly", "--ds", FIRST_NIGHT)
        assert told("show", user) == shown

        client.flushall()
        told("repair")
        assert told("show", user) == shown

        number = next(key.split(b":")[1] for key in client.scan_iter("daily30:*:lists"))
        client.hset(f"daily30:{number.decode()}:lists", user, "other bytes")
        assert ends("show", user, "--home", home, **store).code == 6
        assert ends("verify", "--deep", "--home", home, **store).code == 3
        told("repair")
        assert told("show", user) == shown
        assert told("verify", "--deep") == {"found": []}
