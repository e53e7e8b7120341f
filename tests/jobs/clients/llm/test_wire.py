"""How asks are worded and answers read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.words.model.asking import Ask, Why
from jobs.clients.llm.wire import Capability, JsonMode, Tokens, body, bound, extract, read, strict
from tests.jobs.clients.llm.asks import ask
from tests.worlds.endpoint import completion

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)  # fmt: skip


def worded(given: Ask, json_mode: JsonMode = JsonMode.SCHEMA, **more: Any) -> dict[str, Any]:
    return body(given, "m", Capability(json_mode, **more), temperature=0.7, listener_field="user")


@pytest.mark.parametrize("json_mode", JsonMode)
def test_the_first_message_is_the_same_for_all_asks_of_a_kind(json_mode: JsonMode) -> None:
    said = [worded(ask(n, listener=str(n)), json_mode) for n in range(3)]
    first = {json.dumps(one["messages"][0], ensure_ascii=False) for one in said}
    assert len(first) == 1
    assert said[0]["messages"][0]["content"].startswith("Count things.")
    assert [list(one) for one in said[1:]] == [list(said[0])] * 2


def test_each_mode_asks_for_json_in_its_own_way() -> None:
    by_schema, by_tool, by_object, by_text = (worded(ask(), json_mode) for json_mode in JsonMode)
    closed = {"type": "object", "properties": {"ok": {"type": "integer"}}, "additionalProperties": False,
              "required": ["ok"]}  # fmt: skip
    assert by_schema["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": closed}
    assert by_tool["tools"][0]["function"]["parameters"] == closed
    assert "response_format" not in by_tool
    assert by_tool["tool_choice"]["function"]["name"] == by_tool["tools"][0]["function"]["name"]
    assert by_object["response_format"] == {"type": "json_object"}
    assert "response_format" not in by_text
    for said in (by_object, by_text):
        assert '"ok"' in said["messages"][0]["content"]
        assert "JSON" in said["messages"][0]["content"]


def test_what_an_endpoint_refuses_is_left_out() -> None:
    said = worded(ask(listener="h"), token_field="max_completion_tokens", temperature=False, listener=False)
    assert said["max_completion_tokens"] == 20
    assert not {"max_tokens", "temperature", "user"} & set(said)
    assert worded(ask(listener="h"))["user"] == "h"
    assert "user" not in worded(ask())


def test_a_schema_without_properties_is_never_closed() -> None:
    said = worded(Ask("s", "u", 9, {"type": "object"}))
    assert said["response_format"] == {"type": "json_object"}


def test_strict_closes_objects_inside_objects_and_lists() -> None:
    inner = {"type": "object", "properties": {"b": {"type": "string"}}}
    made = strict({"type": "object", "properties": {"a": {"type": "array", "items": inner}}})
    assert made["properties"]["a"]["items"]["required"] == ["b"]
    assert made["properties"]["a"]["items"]["additionalProperties"] is False
    assert "required" not in inner


@pytest.mark.parametrize("json_mode", JsonMode)
@given(system=st.text(), user=st.text(), most=st.integers(1, 4000))
def test_no_request_is_longer_than_its_bound(json_mode: JsonMode, system: str, user: str, most: int) -> None:
    given = Ask(system, user, most, {"type": "object", "properties": {"opener": {"type": "string"}}})
    said = worded(given, json_mode)
    texts = [message["content"] for message in said["messages"]]
    texts += [json.dumps(said[k]) for k in ("tools", "response_format") if k in said]
    assert sum(len(t.encode("utf-8", "replace")) for t in texts) + most <= bound(given)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\n\n ```json\n{"a": 1}\n``` \n', {"a": 1}),
        ('<think>{"a": 0}? no</think>{"a": 1}', {"a": 1}),
        ('<think>{"a": 0} for ever', None),
        ('Here you are, with {f12}: {"a": "{f12}"} Enjoy!', {"a": "{f12}"}),
        ("{}", {}),
        ("[1, 2]", None), ('[{"a": 1}]', None), ("null", None), ('"{\\"a\\": 1}"', None), ("", None),
        ('{"a": {"b": 1}', None),
        ('{"a": NaN}', None), ('{"a": "\\ud800"}', None), ('{"a": 1', None), ("{" * 50_000, None),
        ('{"a": ' + "[" * 50_000, None), ('{"a": 1' + "0" * 5000 + "}", None),
    ],
)  # fmt: skip
def test_the_object_in_a_text(text: str, found: dict[str, Any] | None) -> None:
    assert extract(text) == found


@pytest.mark.parametrize(
    ("payload", "why", "fault"),
    [
        (None, Why.DOWN, "alien"), ([], Why.DOWN, "alien"), ({"error": {"message": "x"}}, Why.DOWN, "alien"),
        ({"choices": []}, Why.UNREADABLE, "empty"), ({"choices": [None]}, Why.UNREADABLE, "empty"),
        ({"choices": [{"message": None}]}, Why.UNREADABLE, "empty"),
        (completion(""), Why.UNREADABLE, "empty"), (completion(None), Why.UNREADABLE, "empty"),
        (completion("la la"), Why.UNREADABLE, "garbled"),
        (completion('{"a": ', finish="length"), Why.UNREADABLE, "length"),
        (completion(None, finish="length"), Why.UNREADABLE, "length"),
        (completion('{"a": 1}', finish="content_filter"), Why.REFUSED, "filter"),
        (completion(None, refusal="I cannot."), Why.REFUSED, "refusal"),
        (completion('{"a', finish="insufficient_system_resource"), Why.DOWN, "starved"),
        (completion('{"a": 1}'), None, ""), (completion('{"a": 1}', finish="length"), None, ""),
        (completion('{"a": 1}', refusal=""), None, ""),
        (completion([{"type": "text", "text": '{"a": '}, {"type": "text", "text": "1}"}, 7]), None, ""),
        (completion(None, tool_calls=[{"function": {"name": "answer", "arguments": '{"a": 1}'}}]), None, ""),
        (completion(None, tool_calls=[{"function": {"name": "answer", "arguments": {"a": 1}}}]), None, ""),
        (completion('{"a": 1}', tool_calls=[]), None, ""),
    ],
)  # fmt: skip
def test_what_a_completion_means(payload: Any, why: Why | None, fault: str) -> None:
    reading = read(payload)
    assert (reading.why, reading.fault) == (why, fault)
    assert reading.found == ({"a": 1} if why is None else None)


@given(JSON)
def test_any_payload_is_read_without_an_exception(payload: Any) -> None:
    shapes = (payload, {"choices": payload}, {"choices": [payload]}, {"choices": [], "usage": payload})
    for shape in (*shapes, completion(payload)):
        reading = read(shape)
        assert (reading.found is None) == (reading.why is not None)


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35}, Tokens(30, 5, 0)),
        ({"prompt_tokens": 30, "prompt_tokens_details": {"cached_tokens": 9}}, Tokens(30, 0, 9)),
        ({"prompt_tokens": 30, "completion_tokens": 5, "prompt_cache_hit_tokens": 28}, Tokens(30, 5, 28)),
        ({"prompt_tokens": 30, "completion_tokens": 5, "prompt_cache_hit_tokens": 99}, Tokens(30, 5, 30)),
        ({"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 60}, Tokens(30, 30, 0)),
        ({"total_tokens": 60}, Tokens(60, 0, 0)),
        ({"prompt_tokens": -4, "completion_tokens": "7"}, None), ({}, None), (None, None), ("many", None),
        ({"prompt_tokens": 10**30, "completion_tokens": True}, Tokens(2**31, 0, 0)),
    ],
)  # fmt: skip
def test_what_was_charged(usage: Any, tokens: Tokens | None) -> None:
    assert read({"choices": [], "usage": usage}).tokens == tokens
