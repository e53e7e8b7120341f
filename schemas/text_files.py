"""Words that people read, kept as data beside the code that uses them.

Two kinds of files, both TOML, both shipped inside the package that owns them:

- ``texts/<language>/<name>.toml``: the same text in every language. All languages have the same
  sections and keys, and fill the same slots (a test holds every file to that).
- ``lexicons/<name>.toml``: vocabularies that belong to one language, or that map one to another.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

LANGUAGES = ("zh", "en")
Section = Mapping[str, str]
Texts = Mapping[str, Mapping[str, Section]]


@cache
def lexicon(package: str, name: str) -> Mapping[str, Any]:
    """The vocabulary ``lexicons/<name>.toml`` of a package, in the file's order."""
    return MappingProxyType(_toml(package, f"lexicons/{name}.toml"))


@cache
def texts(package: str, name: str) -> Texts:
    """language -> section -> key -> text, from ``texts/<language>/<name>.toml`` of a package."""
    return MappingProxyType({language: _sections(package, f"texts/{language}/{name}.toml") for language in LANGUAGES})


def _sections(package: str, path: str) -> Mapping[str, Section]:
    made: dict[str, Section] = {}
    for section, entries in _toml(package, path).items():
        if not isinstance(entries, dict) or not all(isinstance(text, str) for text in entries.values()):
            raise TypeError(f"{package}, {path}: [{section}] holds something else than texts under keys.")
        made[section] = MappingProxyType(entries)
    return MappingProxyType(made)


def _toml(package: str, path: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(package).joinpath(path).read_text("utf-8"))
