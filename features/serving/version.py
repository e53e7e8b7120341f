"""The name of a version: a hash of the content it is made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from io import BytesIO

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night
from features.serving.inputs import PublishedTables, ServedTables
from features.serving.payload import PAYLOAD_FORMAT
from features.serving.tracks import similar_songs
from schemas import TABLES

_ROWS_AT_ONCE = 50_000
_DIGITS = 16


def content_version(tables: PublishedTables, policy: MeasurementPolicy, night: Night) -> str:
    """``<ds>-<16 hex digits>``: equal content gives an equal name, whatever the row order or the file layout.

    The policy belongs to the content: it decides what of the tables is said.
    """
    head = f"{PAYLOAD_FORMAT}|{night.ds}|{json.dumps(asdict(policy), sort_keys=True)}"
    digest = hashlib.blake2b(head.encode(), digest_size=_DIGITS // 2)
    for field in fields(ServedTables):
        digest.update(f"\n{field.name}\n".encode())
        _update(digest, getattr(tables, field.name).sort(TABLES[field.name].key))
    digest.update(b"\nsimilar\n")
    _update(digest, similar_songs(tables))  # of the neighbours, which are many, no more than is served
    return f"{night.ds}-{digest.hexdigest()}"


def _update(digest: hashlib.blake2b, frame: pl.DataFrame) -> None:
    for part in frame.iter_slices(_ROWS_AT_ONCE):
        text = BytesIO()
        part.write_ndjson(text)
        digest.update(text.getbuffer())
