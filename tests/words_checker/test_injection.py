"""Payloads in titles, artists, albums and lyrics: no canary gets out, and no other song's words change."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from features.words.terms.commands import speaks_to_machine
from features.words.terms.forms import speakable
from tests.words_checker import hostile
from tests.words_checker.hostile import FIELDS, canaries, payloads

pytestmark = pytest.mark.slow

# Titles people gave their songs that sound a little like an order.
HARMLESS = (
    "Say My Name|Ignore Me|Rate Me|Repeat After Me|System of a Down|Forget About the Rain|Write Me a Letter|Print|"
    "Show Me the Way|Say It All|Add It Up|Act As If|Pretend|Human|Answer Me|From Now On|Every Word You Say|"
    "Human: After|"
    "Mention My Name|Forget Everything|User Error|Translate|7/10|24/7|输出|指令|忽略|忽略的事|忘记你|系统崩溃|扮演者|"
    "五星|"
    "我只说一遍|请回答1988|请写上我的名字|请告诉我|只回复一个字|先说再见|说出口|给我一个理由忘记|回答"
)


def _bare(text: str) -> str:
    shown = unicodedata.normalize("NFKC", text)
    return "".join(c for c in shown if c.isalnum()).casefold()


def _canaries_in(text: str) -> list[str]:
    return [canary for canary in canaries() if canary.casefold() in _bare(text)]


def test_there_are_enough_payloads_of_every_kind() -> None:
    kinds = Counter(payload.kind for payload in payloads())
    assert len({p.text for p in payloads()}) == len(payloads()) >= 120
    assert len(kinds) >= 10
    assert min(kinds.values()) >= 6
    plain = [p for p in payloads() if p.kind not in ("invisible", "disguised", "long")]
    assert all(_canaries_in(p.text) for p in plain)


@pytest.mark.parametrize("turn", [0, *(pytest.param(t, marks=pytest.mark.slow) for t in range(1, len(FIELDS)))])
def test_the_built_in_writer_says_no_canary_and_nothing_else_changes(turn: int) -> None:
    attacked = dict(hostile.texts(hostile.told(hostile.catalogue(turn, hostile=True))))
    peaceful = dict(hostile.texts(hostile.told(hostile.catalogue(turn, hostile=False))))
    assert {whose: text for whose, text in attacked.items() if _canaries_in(text)} == {}
    assert attacked == peaceful


def test_no_payload_is_taken_into_the_mouth() -> None:
    assert [p.text for p in payloads() if speakable(p.text) is not None] == []


def test_titles_that_only_sound_like_orders_are_spoken() -> None:
    assert [title for title in HARMLESS.split("|") if speaks_to_machine(title)] == []
