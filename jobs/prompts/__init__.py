"""Versioned prompts: ``<name>_v<N>.md``; a change of words is a new file (see CHANGELOG.md)."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from features.words.modelwriter import Prompt

CURRENT = {"review": 1, "list": 1}


@lru_cache(maxsize=8)
def load(name: str) -> Prompt:
    """The current prompt of this name."""
    version = f"{name}_v{CURRENT[name]}"
    return Prompt(version, resources.files("jobs.prompts").joinpath(f"{version}.md").read_text("utf-8"))
