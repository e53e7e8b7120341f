"""What an endpoint understands: learned from its refusals, once, and remembered in the ledger.

The first ask of an endpoint goes out alone, in the strictest way; a refusal that names what it does
not know leads down one json_mode, or drops the field, and the same ask goes again. Refusals cost nothing.
Other endpoints accept what they then ignore: after some answers in a row that are no object, the schema goes into the
prompt instead.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from jobs.clients.llm.ledger import Ledger
from jobs.clients.llm.sending import Sent
from jobs.clients.llm.wire import Capability, JsonMode

_IGNORED = 3  # answers in a row that are no JSON
_STALE = timedelta(days=30)
_NEXT = {JsonMode.SCHEMA: JsonMode.TOOL, JsonMode.TOOL: JsonMode.OBJECT, JsonMode.OBJECT: JsonMode.TEXT}
_NAMES = {
    JsonMode.SCHEMA: ("response_format", "json_schema", "structured output"),
    JsonMode.TOOL: ("tool_choice", "tools", "tool use", "tool call", "function call", "functions"),
    JsonMode.OBJECT: ("response_format", "json_object", "json mode"),
    JsonMode.TEXT: (),
}
_UNKNOWN = ("unsupport", "not support", "unrecogni", "unknown", "extra", "unexpected", "not permitted", "not allowed",
            "does not support", "only the default", "deprecated", "forbidden")  # fmt: skip


class Probe:
    """The capability of one endpoint and model.

    Args:
        night: listening day, ISO; what was learned a month before it is tried anew.
    """

    def __init__(self, ledger: Ledger, endpoint: str, model: str, night: str) -> None:
        self._ledger, self._place, self._night = ledger, (endpoint, model), night
        known = ledger.capability(*self._place)
        fresh = known is not None and not _stale(known[1], night)
        self.capability = known[0] if known is not None and fresh else Capability()
        self.sure, self._ignored = fresh, 0

    def answered(self, json_mode: JsonMode, obeyed: bool | None) -> None:
        """The endpoint understood what it was asked.

        Args:
            obeyed: whether it answered in JSON; None where its answer was cut short and proves nothing.
        """
        if (
            obeyed is not None
            and json_mode is self.capability.json_mode
            and json_mode in (JsonMode.SCHEMA, JsonMode.TOOL)
        ):
            self._ignored = 0 if obeyed else self._ignored + 1
            if self._ignored >= _IGNORED:
                self.capability, self.sure = replace(self.capability, json_mode=JsonMode.OBJECT), False
                return
        if not self.sure:
            self.sure = True
            self._ledger.learn(*self._place, self.capability, self._night)

    def heed(self, sent: Sent, json_mode: JsonMode, listener_field: str) -> bool:
        """Whether a refusal names something of the request, which from now on is said otherwise or left out.

        Args:
            json_mode: how the refused request asked for JSON.
        """
        lower = lesser(self.capability, sent.complaint, json_mode, listener_field)
        if lower is None:
            return False
        self.sure = self.sure and self.capability == lower
        self.capability = lower
        return True

    def no_batch(self) -> None:
        """The endpoint has no Batch API."""
        self.capability = replace(self.capability, batch=False)
        self._ledger.learn(*self._place, self.capability, self._night)


def lesser(known: Capability, complaint: str, json_mode: JsonMode, listener_field: str) -> Capability | None:
    """The capability without what a complaint names; None where it names nothing that could be left out."""
    unknown = any(word in complaint for word in _UNKNOWN)
    if unknown and known.token_field in complaint:
        other = {"max_tokens": "max_completion_tokens"}.get(known.token_field)
        if other is not None:
            return replace(known, token_field=other)
    if any(name in complaint for name in _NAMES[json_mode]) and json_mode in _NEXT:
        # A json_mode that another ask has left already needs no further step.
        return known if _below(known.json_mode, json_mode) else replace(known, json_mode=_NEXT[json_mode])
    if unknown and known.temperature and "temperature" in complaint:
        return replace(known, temperature=False)
    if unknown and known.listener and listener_field and _quoted(listener_field, complaint):
        return replace(known, listener=False)
    return None


def _below(one: JsonMode, other: JsonMode) -> bool:
    order = list(JsonMode)
    return order.index(one) > order.index(other)


def _quoted(name: str, complaint: str) -> bool:
    return any(f"{mark}{name}{mark}" in complaint for mark in ("'", '"', "`"))


def _stale(learned: str, night: str) -> bool:
    try:
        return date.fromisoformat(night) - date.fromisoformat(learned) > _STALE
    except ValueError:
        return False
