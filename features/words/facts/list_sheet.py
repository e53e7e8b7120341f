"""The fact sheet of one list: what its slots say, as rows that a text may refer to.

The built-in writer fills frames from the same slots, so what a model may say and what our own
sentences say is one and the same sheet.
"""

from __future__ import annotations

from features.words.facts import slot_registry
from features.words.facts.sheet import Fact
from features.words.facts.slots import Slots


def list_facts(known: Slots) -> list[Fact]:
    """The facts of a list in the order of the registry, those known only."""
    facts = []
    for slot in slot_registry.of("list"):
        text = known.text_of(slot.values)
        if text is None:
            continue
        kind, number, units = known.proofs.get(slot.values[-1], ("word", text, ()))
        counted = kind == "number" and len(slot.values) == 1 and ":" not in number
        facts.append(
            Fact(
                ref=slot.id,
                kind=slot.name,
                what=slot.meaning(known.language),
                text=text,
                value=float(number) if counted else None,
                unit=units[0] if units else None,
                source=slot.source,
                assertable=not slot.private,
            )
        )
    return facts
