"""What a store that is begun anew knows of the one that was set aside: rollbacks, the pin, announcements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from warehouse.serving.versions import Versions


def recalled(
    memory: Versions,
    fresh: Versions | None = None,
    begun: Callable[[Versions, str, date], Versions] = Versions.begun,
) -> Versions:
    """Versions of a fresh store: each that was announced or pinned waits for being published again.

    Args:
        memory: what can still be read of the store set aside.
        fresh: those of the fresh store, none by default.
        begun: begins a version in it.
    """
    fresh = Versions(last=memory.last) if fresh is None else fresh
    for version in memory.remembered:
        if all(v.name != version.name for v in fresh.all):  # another run may be at it already
            fresh = begun(fresh, version.name, version.ds)
    before = {v.name: v for v in memory.remembered}
    known = tuple(replace(v, announced=before[v.name].announced) if v.name in before else v for v in fresh.all)
    pinned = next((v.number for v in fresh.all if v.name in before and before[v.name].number == memory.pinned), None)
    return replace(fresh, all=known, pinned=pinned, rolled_back=memory.rolled_back)
