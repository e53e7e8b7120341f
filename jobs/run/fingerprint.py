"""What a result depends on, and its hash. Equal fingerprints mean equal results.

A task depends on: the stage's name, version and body; its parameters and those of other sections that it
takes; the settings of its tools (without secrets); the contracts of its outputs and how they are bucketed;
the hash of every input (its own bucket's file for inputs in the same buckets, the whole table otherwise);
the night only if the body asks for ``night``; the seed only if it asks for ``seeds``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from jobs.run.task import Output, ToolSpec
from schemas.credentials import is_secret_name, redacted
from warehouse.lake.atomic import canonical
from warehouse.lake.manifest import digest

# Settings of tools, or of one tool, that change how work is done or where it lies, never what comes out.
OPERATIONAL = frozenset({
    "timeout_s", "connect_s", "retries", "retry_share", "concurrency", "requests_per_minute", "tokens_per_minute",
    "retry_after_cap_s", "deadline_s", "give_up_after", "rest_s", "listener_field", "batch", "batch_from",
    "batch_lines", "batch_wait_s", "batch_poll_s", "keep_nights", "price_in", "price_out", "price_prefix",
    "price_batch_share", "serving_store.url",
})  # fmt: skip


def of(causes: Mapping[str, Any]) -> str:
    """The fingerprint of a task with these causes."""
    return digest(canonical(causes))


def of_stage(fingerprints: Iterable[str]) -> str:
    """The fingerprint of a stage from those of its tasks, in bucket order."""
    return digest("\n".join(fingerprints).encode())


def params_text(params: Any) -> Any:
    """A parameters object as plain JSON values; never a secret."""
    return None if params is None else _open(json.loads(json.dumps(asdict(params), default=str, sort_keys=True)))


def outputs_text(outputs: Iterable[Output]) -> dict[str, str]:
    """Contract and bucketing of every output."""
    return {o.table.name: digest(f"{o.table.fingerprint_text()}|{o.buckets}".encode())[:16] for o in outputs}


def tools_text(tools: Iterable[ToolSpec]) -> dict[str, Any]:
    """Settings of the tools that may change what comes out; never a secret."""
    return {
        t.name: _open({k: str(v) for k, v in t.settings.items() if not {k, f"{t.name}.{k}"} & OPERATIONAL})
        for t in tools
    }


def _open(value: Any) -> Any:
    """What may be written down of a setting; of a secret it counts only that it is given."""
    if isinstance(value, Mapping):
        return {k: "given" if is_secret_name(k) else _open(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_open(v) for v in value]
    return redacted(value) if isinstance(value, str) else value


def difference(before: Mapping[str, Any], now: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Names of the causes that differ, dotted: ``["inputs.tracks", "version"]``."""
    found: list[str] = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found.extend(difference(old, new, f"{prefix}{name}."))
        else:
            found.append(f"{prefix}{name}")
    return found
