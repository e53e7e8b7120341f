"""How an ask is said in OpenAI's chat completions, and how the answer is read, whatever came.

A capability says what an endpoint understands. The modes go from the strictest way of asking for
JSON down to plain text; every json_mode is read with the same forgiving reader, because endpoints
ignore what they accept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from features.words.model.asking import Ask, Why

_TOOL = "answer"
_OBJECT = re.compile(r'\{\s*["}]')
_THOUGHT = re.compile(r"<think>.*?(</think>|\Z)", re.S)
_MOST_TEXT = 200_000  # characters of an answer that are looked at
_MOST_TOKENS = 2**31
_OVERHEAD = 256  # tokens of chat templates, role marks and tool wrappers, at most


class JsonMode(StrEnum):
    """Ways to ask for JSON, strictest first."""

    SCHEMA = "json_schema"
    TOOL = "tool"
    OBJECT = "json_object"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Capability:
    """What an endpoint and model understand.

    Args:
        json_mode: the strictest way of asking for JSON that was not refused.
        token_field: its name for the most tokens of an answer.
        temperature, listener: whether these fields may be sent.
        batch: whether it offers the Batch API; only looked at where it is wished for.
    """

    json_mode: JsonMode = JsonMode.SCHEMA
    token_field: str = "max_tokens"  # noqa: S105
    temperature: bool = True
    listener: bool = True
    batch: bool = True


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an answer cost [tokens]; ``prefix`` of ``into`` came from the endpoint's prompt cache."""

    into: int = 0
    out: int = 0
    prefix: int = 0

    @property
    def total(self) -> int:
        return self.into + self.out


@dataclass(frozen=True, slots=True)
class Reading:
    """A completion as read: an object, or why there is none and in one word what was wrong."""

    found: dict[str, Any] | None = None
    why: Why | None = None
    fault: str = ""
    raw: str | None = None
    tokens: Tokens | None = None


def bound(ask: Ask) -> int:
    """Most tokens an ask can cost: a token is at least one byte, and the schema may be sent as well."""
    schema = len(json.dumps(dict(ask.schema))) * 2
    return len(ask.system.encode()) + len(ask.user.encode()) + schema + _OVERHEAD + ask.max_tokens


def body(
    ask: Ask, model: str, capability: Capability, *, temperature: float | None, listener_field: str
) -> dict[str, Any]:
    """The request; its first message is the same, byte for byte, for all asks of a kind."""
    json_mode = json_mode_for(ask, capability)
    system = ask.system
    if json_mode in (JsonMode.OBJECT, JsonMode.TEXT):
        system += f"\n\nAnswer with one JSON object of this JSON Schema and nothing else:\n{_text(ask.schema)}"
    request: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": ask.user}],
        capability.token_field: ask.max_tokens,
    }
    if json_mode is JsonMode.SCHEMA:
        schema = {"name": _TOOL, "strict": True, "schema": strict(ask.schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif json_mode is JsonMode.TOOL:
        function = {"name": _TOOL, "description": "Hands the answer over.", "parameters": strict(ask.schema)}
        request["tools"] = [{"type": "function", "function": function}]
        request["tool_choice"] = {"type": "function", "function": {"name": _TOOL}}
    elif json_mode is JsonMode.OBJECT:
        request["response_format"] = {"type": "json_object"}
    if temperature is not None and capability.temperature:
        request["temperature"] = temperature
    if listener_field and capability.listener and ask.listener is not None:
        request[listener_field] = ask.listener
    return request


def json_mode_for(ask: Ask, capability: Capability) -> JsonMode:
    """A schema that names no properties binds nothing: strict ways would allow the empty object only."""
    if capability.json_mode in (JsonMode.SCHEMA, JsonMode.TOOL) and not ask.schema.get("properties"):
        return JsonMode.OBJECT
    return capability.json_mode


def strict(schema: Any) -> Any:
    """The schema as strict modes want it: every object closed and all its properties required."""
    if isinstance(schema, Mapping):
        made = {k: strict(v) for k, v in schema.items()}
        if isinstance(made.get("properties"), dict):
            made |= {"additionalProperties": False, "required": list(made["properties"])}
        return made
    return [strict(v) for v in schema] if isinstance(schema, (list, tuple)) else schema


def _text(schema: Mapping[str, Any]) -> str:
    return json.dumps(dict(schema), ensure_ascii=False, sort_keys=True)


def read(payload: Any) -> Reading:
    """A completion's meaning; anything at all may be handed in."""
    if not isinstance(payload, dict) or not isinstance(payload.get("choices"), list):
        return Reading(why=Why.DOWN, fault="alien")
    tokens = _tokens(payload.get("usage"))
    choice = payload["choices"][0] if payload["choices"] else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return Reading(why=Why.UNREADABLE, fault="empty", tokens=tokens)
    return _judged(message, choice.get("finish_reason"), tokens)


def _judged(message: Mapping[str, Any], ended: Any, tokens: Tokens | None) -> Reading:
    raw = _content(message)
    if ended == "insufficient_system_resource":  # DeepSeek's word for "cut short by load"
        return Reading(why=Why.DOWN, fault="starved", raw=raw, tokens=tokens)
    if ended == "content_filter":
        return Reading(why=Why.REFUSED, fault="filter", raw=raw, tokens=tokens)
    if isinstance(message.get("refusal"), str) and message["refusal"]:
        return Reading(why=Why.REFUSED, fault="refusal", raw=clean(message["refusal"]), tokens=tokens)
    found = extract(raw or "")
    if found is not None:
        return Reading(found=found, raw=raw, tokens=tokens)
    fault = "length" if ended == "length" else "garbled" if raw else "empty"
    return Reading(why=Why.UNREADABLE, fault=fault, raw=raw, tokens=tokens)


def _content(message: Mapping[str, Any]) -> str | None:
    """The text of a message: of its tool call, of its content, or of its content's parts."""
    calls = message.get("tool_calls")
    call = calls[0] if isinstance(calls, list) and calls else None
    function = call.get("function") if isinstance(call, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    for given in (arguments, message.get("content")):
        if isinstance(given, dict):
            return clean(json.dumps(given))
        if isinstance(given, list):
            given = "".join(str(p.get("text") or "") for p in given if isinstance(p, dict))  # noqa: PLW2901
        if isinstance(given, str) and given.strip():
            return clean(given)
    return None


def clean(text: str) -> str:
    """The text without halves of surrogate pairs, which neither files nor tables take."""
    return text.encode("utf-8", "replace").decode()


def _tokens(usage: Any) -> Tokens | None:
    """What the endpoint says it took; None where it says nothing usable."""
    if not isinstance(usage, dict):
        return None
    into, out = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    total = _count(usage.get("total_tokens"))
    if into is None and out is None:
        return None if total is None else Tokens(into=total)
    into, out = into or 0, out or 0
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    prefix = _count(cached if cached is not None else usage.get("prompt_cache_hit_tokens")) or 0
    return Tokens(into, max(out, (total or 0) - into), min(prefix, into))


def _count(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return min(value, _MOST_TOKENS) if fits else None


def extract(text: str) -> dict[str, Any] | None:
    """The JSON object in a text: whole, fenced, after thoughts or amid chatter; None where there is none.

    Only the first thing that looks like an object is tried: what stands inside a broken one is not the answer.
    """
    seen = _THOUGHT.sub("", text[:_MOST_TEXT]).lstrip()
    start = None if seen[:1] in ("[", '"') else _OBJECT.search(seen)
    if start is None:
        return None
    try:
        value, _ = json.JSONDecoder(parse_constant=_no_constant).raw_decode(seen, start.start())
        json.dumps(value, ensure_ascii=False).encode()  # halves of surrogate pairs end here
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
