"""Words that say a relation of which no claim was declared: a comparison, a share of the list, what is new or old."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from schemas.text_files import lexicon

_FAMILIES = lexicon("features.words.model", "undeclared")
FAMILIES = tuple(_FAMILIES)


def undeclared(written: str, language: str, relations: Collection[str]) -> list[str]:
    """The first such word of each family that no declared relation answers for.

    Args:
        written: what the model wrote itself, references taken out.
    """
    told = written.lower()
    found = ((family, _pattern(family, language).search(told)) for family in FAMILIES)
    return [
        f"{family}, {match[0]}"
        for family, match in found
        if match is not None and not set(_FAMILIES[family]["relations"]).intersection(relations)
    ]


@cache
def _pattern(family: str, language: str) -> re.Pattern[str]:
    return re.compile("|".join(_FAMILIES[family][language]))
