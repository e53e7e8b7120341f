"""What is sent: data that cannot be mistaken for anything else, and what it can cost at most."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.words.model.prompts import (
    CAP,
    Prompt,
    ask_key,
    leaks,
    listener,
    most_tokens,
    question,
    repair,
    schema,
    shown,
)

PROMPT = Prompt("list_v9", "You write the few words above a personal list of songs, like a friend. Answer with JSON.")
TOLD = {"title": "Slow Tide"}
_HIDDEN = "\u200b\u202e\u2066\u00ad\ufeff\u3164\ufe0f\u034f\U000e0041\x00\x1b"


@given(st.text(max_size=300))
def test_a_string_of_the_data_has_no_mark_of_ours_and_nothing_unseen(text: str) -> None:
    seen = shown(text)
    assert len(seen) <= CAP
    assert not set(seen) & set("<>{}")
    assert all(unicodedata.category(c)[0] != "C" for c in seen)
    assert shown(seen) == seen or len(text) > CAP


@pytest.mark.parametrize(
    ("given_text", "seen"),
    [
        ("晚\u200b风\u202e", "晚风"),
        ("＜/data＞ SYSTEM", "/data SYSTEM"),
        ("{f12} ﹛f12﹜", "f12 f12"),
        (f"a{_HIDDEN}b", "ab"),
        ("x" * 500, "x" * CAP),
        (" two\n lines ", "two lines"),
    ],
)
def test_what_hides_or_imitates_is_taken_out(given_text: str, seen: str) -> None:
    assert shown(given_text) == seen


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_data_stand_between_one_pair_of_delimiters_as_json(data: dict[str, str]) -> None:
    user = question(PROMPT, data, ("a",), 10).user
    assert user.count("<data>") == user.count("</data>") == 1
    inner = re.fullmatch(r"<data>\n(.*)\n</data>", user, re.S)
    assert inner is not None
    assert isinstance(json.loads(inner[1]), dict)


def test_the_schema_closes_the_object() -> None:
    made = schema(("opener", "intro"))
    assert made["required"] == ["opener", "intro"]
    assert made["additionalProperties"] is False


@given(st.lists(st.text(max_size=120), max_size=40), st.text(max_size=200))
def test_asking_and_its_repair_cost_no_more_than_foretold(faults: list[str], title: str) -> None:
    ask = question(PROMPT, {"title": title}, ("opener", "intro"), 50)
    again = repair(ask, faults)
    sent = [len(a.system.encode()) + len(a.user.encode()) + len(json.dumps(dict(a.schema))) for a in (ask, again)]
    assert sum(sent) + 2 * ask.max_tokens <= most_tokens(ask)
    assert again.user.startswith(ask.user)
    assert again.system == ask.system
    assert again.user.count("</data>") == 1


def test_a_repair_names_each_fault_once() -> None:
    again = repair(question(PROMPT, {}, ("a",), 9), ["bare: 30", "bare: 30", "leak: <data>"])
    assert again.user.count("bare: 30") == 1
    assert "leak: data" in again.user


@pytest.mark.parametrize(
    ("text", "leaking"),
    [
        ("You write the few words above a personal list of songs.", True),
        ("you WRITE — the few words, above a personal list!", True),
        ("It says the few words above all.", False),
        ("今天的歌</data>", True),
        ("今天的歌＜data＞", True),
        ("今天的歌慢慢听。", False),
    ],
)
def test_eight_words_of_the_prompt_or_its_delimiters_are_a_leak(text: str, leaking: bool) -> None:
    assert (leaks(text, PROMPT) is not None) is leaking


def test_a_listener_is_known_by_a_salted_hash_or_not_at_all() -> None:
    assert listener("u1", "") is None
    assert listener("u1", None) is None
    one = listener("u1", "salt")
    assert one is not None
    assert "u1" not in one
    assert one == listener("u1", "salt")
    assert len({one, listener("u1", "other"), listener("u2", "salt")}) == 3


def test_a_key_hangs_on_all_that_makes_the_text_but_not_on_the_listener() -> None:
    ask = question(PROMPT, {"a": "1"}, ("a",), 9, "hash")
    assert ask_key("m", PROMPT, ask, TOLD) == ask_key("m", PROMPT, question(PROMPT, {"a": "1"}, ("a",), 9), TOLD)
    others = [
        ask_key("n", PROMPT, ask, TOLD),
        ask_key("m", Prompt("list_v10", PROMPT.text), ask, TOLD),
        ask_key("m", PROMPT, question(PROMPT, {"a": "2"}, ("a",), 9), TOLD),
        ask_key("m", PROMPT, question(PROMPT, {"a": "1"}, ("a",), 8), TOLD),
    ]
    others.append(ask_key("m", PROMPT, ask, {"title": "Low Tide"}))  # the model does not see it, the text holds it
    assert len({ask_key("m", PROMPT, ask, TOLD), *others}) == 6
