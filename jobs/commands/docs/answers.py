"""What the read API answers, as a JSON Schema."""

from __future__ import annotations

import json

from pydantic.json_schema import models_json_schema

from jobs.serve import models

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def answers_schema() -> str:
    """A schema of a list; those of every other answer and part stand under ``$defs``, all made from the models."""
    _, told = models_json_schema([(getattr(models, name), "serialization") for name in models.__all__])
    head = {"$schema": DIALECT, "title": "daily30: what the read API answers", "$ref": "#/$defs/Daily30"}
    return json.dumps(head | told, indent=2, ensure_ascii=False) + "\n"
