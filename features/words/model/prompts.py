"""What is sent to a model: static text first, then data that cannot be mistaken for anything else."""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from features.words.model.asking import Ask
from features.words.model.declared import PARTS

CHECKS = 2  # raise it when a check becomes stricter: reviews kept from earlier nights are then asked anew

OPEN, CLOSE = "<data>", "</data>"
CAP = 120  # characters of any one string of the data
_FAULT_CAP, _NOTE_CAP, _NOTE_REST = 80, 840, 60  # a fault's characters, and a repair note's bytes and closing words
_WRAPPING = 256  # bytes around a request that are not ours
_RUN = 8  # words of the prompt in a row that betray it
# Letters that draw nothing: fillers of Hangul and Braille, the combining joiner, variation selectors.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DELIMITERS, _OURS = str.maketrans("", "", "<>"), str.maketrans("", "", "<>{}")  # and the marks of references
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A versioned static prompt."""

    version: str
    text: str


def shown(text: str, cap: int = CAP, *, braces: bool = False) -> str:
    """A string of the data: compatibility forms folded, nothing unseen, no mark of ours, capped.

    Args:
        braces: whether the marks of references stay.
    """
    seen = unicodedata.normalize("NFKC", text)
    if not seen.isprintable():  # only then may a character be of category C
        seen = "".join(c for c in seen if unicodedata.category(c)[0] != "C" or c in "\t\n")
    return " ".join(_UNSEEN.sub("", seen).translate(_DELIMITERS if braces else _OURS).split())[:cap].rstrip()


def question(
    prompt: Prompt, data: Mapping[str, Any], keys: Sequence[str], max_tokens: int, listener: str | None = None
) -> Ask:
    """The ask for one JSON object with these keys, about this data."""
    return Ask(prompt.text, delimited(data), max_tokens, schema(keys), listener)


def delimited(data: Mapping[str, Any], cap: int = CAP) -> str:
    """Data as they stand in a question.

    Args:
        cap: most characters of any one string.
    """
    return f"{OPEN}\n{json.dumps(_clean(data, cap), ensure_ascii=False, sort_keys=True)}\n{CLOSE}"


def schema(keys: Sequence[str]) -> dict[str, Any]:
    """JSON Schema of an object with exactly these keys, each a list of sentences with their claims."""
    properties = {key: {"$ref": "#/$defs/text"} for key in keys}
    return object_schema(properties, keys) | {"$defs": {"text": {"type": "array", "items": _SENTENCE}}}


def object_schema(properties: Mapping[str, Any], required: Sequence[str] | None = None) -> dict[str, Any]:
    """JSON Schema of an object with these properties and no others; all are required where nothing is said."""
    named = list(properties if required is None else required)
    return {"type": "object", "properties": properties, "required": named, "additionalProperties": False}


_CLAIM = object_schema({part: {"type": "string"} for part in PARTS}, PARTS[:1])
_SENTENCE = object_schema({"text": {"type": "string"}, "claims": {"type": "array", "items": _CLAIM}})


def _clean(value: Any, cap: int) -> Any:
    if isinstance(value, str):
        return shown(value, cap)
    if isinstance(value, Mapping):
        return {shown(str(k), cap): _clean(v, cap) for k, v in value.items()}
    return [_clean(v, cap) for v in value] if isinstance(value, (list, tuple)) else value


def repair(ask: Ask, faults: Sequence[str]) -> Ask:
    """The same question again with what was wrong named; what the answer said comes back cleaned."""
    named = "; ".join(dict.fromkeys(shown(fault)[:_FAULT_CAP] for fault in faults))
    note = f"\nYour last answer broke these rules: {named}".encode()[:_NOTE_CAP].decode(errors="ignore")
    return replace(ask, user=f"{ask.user}{note}. Answer again, whole, and mend them.")


def most_tokens(ask: Ask, tokens_per_byte: float = 1.0) -> int:
    """Most tokens that asking can cost, repair included.

    A token is at least one byte, so 1.0 always holds; the schema may travel twice, as a field and
    in the text, and endpoints wrap messages in a few tokens of their own.
    """
    sent = len(ask.system.encode()) + len(ask.user.encode()) + 2 * len(json.dumps(dict(ask.schema))) + _WRAPPING
    return math.ceil((2 * sent + _NOTE_CAP + _NOTE_REST) * tokens_per_byte) + 2 * ask.max_tokens


def ask_key(model: str, prompt: Prompt, ask: Ask, told: Mapping[str, str], reader: str | None = None) -> str:
    """Hash of everything a text by a model is made from, the listener apart.

    Args:
        reader: who reads it after it is written; None where nobody does.
    """
    said = json.dumps([ask.schema, dict(told), CHECKS, *([] if reader is None else [reader])], sort_keys=True)
    parts = (model, prompt.version, ask.system, ask.user, str(ask.max_tokens), said)
    return hashlib.blake2b("\x1e".join(parts).encode(), digest_size=16).hexdigest()


def leaks(text: str, prompt: Prompt) -> str | None:
    """The piece of the prompt that stands in a text: its delimiters, or eight of its words in a row."""
    folded = unicodedata.normalize("NFKC", text).lower()
    for mark in (OPEN, CLOSE, "<data", "data>"):
        if mark in folded:
            return mark
    said, own = _WORD.findall(folded), _runs(prompt.text)
    for start in range(len(said) - _RUN + 1):
        run = tuple(said[start : start + _RUN])
        if run in own:
            return " ".join(run)
    return None


@lru_cache(maxsize=16)  # of prompts there are a few, each for thousands of texts
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return frozenset(tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))


def listener(user_id: str, secret: str | None) -> str | None:
    """Salted hash under which an endpoint may know a listener; None without a secret: then it knows nobody."""
    if not secret:
        return None
    return hashlib.blake2b(user_id.encode(), key=hashlib.sha256(secret.encode()).digest(), digest_size=12).hexdigest()
