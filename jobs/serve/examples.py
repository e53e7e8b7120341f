"""Answers as they look, for OpenAPI; each is a lawful one of its model (``examples.json``)."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

EXAMPLES: dict[str, Any] = json.loads(files("jobs.serve").joinpath("examples.json").read_text("utf-8"))
"""By the name of the model that each is of."""
DAILY30: dict[str, Any] = EXAMPLES["Daily30"]
REVIEW: dict[str, Any] = EXAMPLES["Review"]
SONG: dict[str, Any] = DAILY30["songs"][0]
CARD: dict[str, Any] = EXAMPLES["Track"]["track"]
