"""A publish to Redis that ends, or loses its server, at any command: the old version or the new one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
import redis
from redis.connection import UnixDomainSocketConnection

from schemas.errors import OutsideServiceError
from tests.contracts.store_rows import DAY, USERS, payload, publish
from tests.warehouse.serving.redis.conftest import Open
from warehouse.serving import ServingStore
from warehouse.serving.store import Outcome

NEXT = DAY + timedelta(days=1)
_MANY = 200  # more commands than a publish sends


def whole(store: ServingStore) -> str:
    """Every row of what is served is of the version that the snapshot names; which that is."""
    with store.reading() as served:
        assert [served.user_list(user) for user in USERS] == [payload(served.version, user) for user in USERS]
        assert served.review("t-1", "zh") == {"made_in": served.version, "paragraphs": ["雨声"]}
        assert served.track("t-1") == {"made_in": served.version, "title": "雨"}
        return served.version


def at_command(number: int, do: Callable[[], object], *, sent: bool) -> Callable[..., None]:
    """What a connection sends by, doing something at its ``number``-th command: before it or, ``sent``, after."""
    told, send = [0], UnixDomainSocketConnection.send_packed_command

    def sending(self: UnixDomainSocketConnection, *args: object, **how: object) -> None:
        told[0] += 1
        if told[0] == number and not sent:
            do()
        send(self, *args, **how)
        if told[0] == number and sent:
            do()

    return sending


def kept_keys(client: redis.Redis) -> set[bytes]:
    """All keys, but for those that are about to go."""
    return {key for key in client.scan_iter() if client.ttl(key) == -1}


@pytest.mark.parametrize("sent", [False, True])
def test_sigkill_at_every_command(opened: Open, client: redis.Redis, sent: bool) -> None:
    seen = set()
    for number in range(1, _MANY):
        client.flushall()
        publish(opened(), "v0")
        child = os.fork()
        if child == 0:
            die = at_command(number, lambda: os.kill(os.getpid(), signal.SIGKILL), sent=sent)
            setattr(UnixDomainSocketConnection, "send_packed_command", die)  # noqa: B010 - mypy: no assignment to a method
            with suppress(BaseException):
                store = opened()
                publish(store, "v1", NEXT)
                store.prune(ds=NEXT)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        store = opened()
        seen.add(whole(store))
        assert publish(store, "v1", NEXT) in (Outcome.MOVED, Outcome.ALREADY)
        store.prune(ds=NEXT)
        assert (whole(store), store.damaged()) == ("v1", [])
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert ended == 0
    assert number > 10
    assert seen == {"v0", "v1"}


@pytest.mark.parametrize("sent", [False, True])
def test_a_connection_lost_at_every_command(
    opened: Open, client: redis.Redis, monkeypatch: pytest.MonkeyPatch, sent: bool
) -> None:
    """While loading, at the flip, before a command went out or after it: told with what to do, and nothing is mixed."""
    outcomes, fixes, lost, number = set(), [], True, 0
    while lost:
        number += 1
        client.flushall()
        publish(opened(), "v0")
        store, lost = opened(), False

        def cut() -> None:
            nonlocal lost
            lost = True
            for other in client.client_list():
                if other["id"] != str(client.client_id()):
                    client.client_kill_filter(_id=other["id"])

        monkeypatch.setattr(UnixDomainSocketConnection, "send_packed_command", _but_for(client, number, cut, sent))
        try:
            outcomes.add(publish(store, "v1", NEXT))
        except OutsideServiceError as error:
            fixes.append(error.fix)
            outcomes.add("told")
        monkeypatch.undo()
        outcomes.add(whole(opened()))
        assert publish(store, "v1", NEXT) in (Outcome.MOVED, Outcome.ALREADY)
        assert (whole(store), store.damaged()) == ("v1", [])
    assert number > 10
    assert all("run again" in fix for fix in fixes)
    assert outcomes == {"v0", "v1", "told", Outcome.MOVED}


def _but_for(client: redis.Redis, number: int, cut: Callable[[], object], sent: bool) -> Callable[..., None]:
    """:func:`at_command`, not counting what ``client`` sends to cut the others."""
    plain = UnixDomainSocketConnection.send_packed_command
    counted = at_command(number, cut, sent=sent)
    own = {id(connection) for connection in client.connection_pool._available_connections}

    def sending(self: UnixDomainSocketConnection, *args: object, **how: object) -> None:
        (plain if id(self) in own else counted)(self, *args, **how)

    return sending
