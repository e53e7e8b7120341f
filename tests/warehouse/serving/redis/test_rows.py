"""Rows as they lie in Redis."""

from __future__ import annotations

import random

import pytest

from warehouse.serving.checksums import DamagedStore
from warehouse.serving.payloads import to_bytes
from warehouse.serving.redis.rows import Packer, as_bytes, trained, unpacked


@pytest.mark.parametrize("rows", [[b"{}"] * 1000, [b'{"a":1}'] * 100, [b'{"song":"rain","mood":"calm"}'] * 300, []])
def test_of_tiny_rows_nothing_is_learnt_and_they_are_kept_all_the_same(rows: list[bytes]) -> None:
    assert trained(rows) == b""


def test_what_rows_share_makes_them_small() -> None:
    chance = random.Random(3)
    words = [f"word{n}" for n in range(400)]
    rows = [to_bytes({"text": " ".join(chance.choices(words, k=40))}) for _ in range(250)]
    shared = trained(rows)
    assert trained(rows) == shared, "the same rows teach the same"
    alone, together = (
        sum(map(len, Packer("v1", dictionary).packed([(row, row) for row in rows]).values()))
        for dictionary in (b"", shared)
    )
    assert together < 0.8 * alone


def test_a_row_is_of_one_version_and_one_key() -> None:
    (row,) = Packer("v1", b"").packed([(as_bytes("t-1", "zh"), b'{"a":1}')]).values()
    assert unpacked(row, "v1", "t-1", "zh", dictionary=lambda _: None, what="it") == b'{"a":1}'
    for version, *keys in (("v2", "t-1", "zh"), ("v1", "t-1", "en"), ("v1", "t-1"), ("v1", "zh", "t-1")):
        with pytest.raises(DamagedStore):
            unpacked(row, version, *keys, dictionary=lambda _: None, what="it")


def test_a_row_that_claims_to_be_endless_is_not_unpacked() -> None:
    claim = b"\x28\xb5\x2f\xfd" + b"\xe0" + (1 << 40).to_bytes(8, "little") + b"\x01\x00\x00"
    with pytest.raises(DamagedStore):
        unpacked(bytes(32) + claim, "v1", "u", dictionary=lambda _: None, what="it")
