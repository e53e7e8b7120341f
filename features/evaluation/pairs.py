"""Interactions written as text: ``user item [weight]`` or ``user item item ...`` lines."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum

import polars as pl

from schemas.errors import ContractError

_SHOWN = 60


class Format(StrEnum):
    """How a line is to be read."""

    PAIRS = "pairs"
    LISTS = "lists"


def parse(lines: Iterable[str], form: Format, source: str) -> pl.DataFrame:
    """Read lines into one row per user and item: ``user``, ``item`` (text) and ``weight``.

    Blank lines are skipped; fields are parted by spaces or tabs. A list may name a user
    without any item.

    Args:
        lines: the file's lines.
        form: pairs (weight 1 when not given) or lists (weight 1).
        source: name of the file, for messages.

    Raises:
        ContractError: a line that cannot be read, naming file and line, or a file without interactions.
    """
    read = _pair if form is Format.PAIRS else _list
    users: list[str] = []
    items: list[str] = []
    weights: list[float] = []
    for number, line in enumerate(lines, start=1):
        fields = line.split()
        if not fields:
            continue
        try:
            found = read(fields)
        except ValueError as error:
            raise ContractError(f"{source}, line {number}: {error}: {line.strip()[:_SHOWN]!r}", _FIX[form]) from None
        for item, weight in found:
            users.append(fields[0])
            items.append(item)
            weights.append(weight)
    if not users:
        raise ContractError(f"{source}: no interactions in it", _FIX[form])
    return pl.DataFrame({"user": users, "item": items, "weight": weights})


_FIX = {
    Format.PAIRS: "write one 'user item' or 'user item weight' per line, or say --format lists.",
    Format.LISTS: "write one 'user item item ...' per line, or say --format pairs.",
}


def _pair(fields: list[str]) -> list[tuple[str, float]]:
    if len(fields) not in (2, 3):
        raise ValueError(f"expected 2 or 3 fields, found {len(fields)}")
    if len(fields) == 2:
        return [(fields[1], 1.0)]
    try:
        weight = float(fields[2])
    except ValueError:
        raise ValueError(f"the weight {fields[2][:_SHOWN]!r} is not a number") from None
    if not math.isfinite(weight):
        raise ValueError("the weight is not finite")
    return [(fields[1], weight)]


def _list(fields: list[str]) -> list[tuple[str, float]]:
    return [(item, 1.0) for item in fields[1:]]
