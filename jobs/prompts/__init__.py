"""Versioned prompts: ``<name>_v<N>.md``; a change of words is a new version (see CHANGELOG.md).

``versions.json`` holds the hash of every version, so that words cannot change under a number.
``golden/*.json`` hold a sheet each, with answers that must pass and answers that must not.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from features.words.model.asking import Writer
from features.words.model.prompts import Prompt
from features.words.model.second_reader import SecondReader

CURRENT = {"review": 5, "list": 4, "reader": 1}


@lru_cache(maxsize=8)
def load(name: str) -> Prompt:
    """The current prompt of this name."""
    version = f"{name}_v{CURRENT[name]}"
    return Prompt(version, resources.files("jobs.prompts").joinpath(f"{version}.md").read_text("utf-8"))


def second_reader(llm: Writer) -> SecondReader | None:
    """Who reads what this endpoint's model writes; None where nobody is asked to."""
    return None if llm.reader is None else SecondReader(llm.reader, load("reader"), llm.reader_tokens)
