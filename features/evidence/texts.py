"""What may be said of each kind of evidence: sentences in text files, per language and family of kinds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

Sections = Mapping[str, tuple[str, ...]]
_CLAIM = "claim."


def parsed(text: str) -> dict[str, tuple[str, ...]]:
    """Lines by section: ``[section]``, then a sentence a line; ``;`` comments."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (raw.strip() for raw in text.splitlines()):
        if not line or line.startswith(";"):
            continue
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            found.setdefault(name, [])
        else:
            found[name].append(line)
    return {section: tuple(lines) for section, lines in found.items()}


@lru_cache(maxsize=8)
def _all(language: str) -> Sections:
    folder = resources.files("features.evidence").joinpath("sentences", language)
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    return {section: lines for file in files for section, lines in parsed(file.read_text("utf-8")).items()}


def sentences(language: str, area: str) -> dict[str, tuple[str, ...]]:
    """Sentences by section: area ``reasons`` is the line under a song, ``paragraphs`` the start of its paragraph."""
    if area == "reasons":
        return {name: lines for name, lines in _all(language).items() if "." not in name}
    if area == "paragraphs":
        return {name: lines for name, lines in _all(language).items() if name.startswith("why.")}
    return {}


def claims(language: str, kind: str) -> tuple[str, ...]:
    """What a row of this kind claims, over the columns of ``evidence``; a second sentence has a second subject."""
    return _all(language)[_CLAIM + kind]
