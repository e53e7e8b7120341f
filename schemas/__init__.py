"""Every table daily30 knows, by name."""

from __future__ import annotations

from schemas.audio import HEARING_TABLES
from schemas.catalogue import CATALOGUE_TABLES
from schemas.collaborative import COLLABORATIVE_TABLES
from schemas.contract import Column, Pii, Severity, Table, Type
from schemas.daily import DAILY_TABLES
from schemas.identity import IDENTITY_TABLES
from schemas.listeners import LISTENER_TABLES
from schemas.listening import LISTENING_TABLES
from schemas.model_asks import COPYING_TABLES
from schemas.notes import NOTE_TABLES
from schemas.outcomes import OUTCOME_TABLES
from schemas.ranker import RANKER_TABLES
from schemas.sound import SOUND_TABLES

_ALL = (
    *CATALOGUE_TABLES, *IDENTITY_TABLES, *NOTE_TABLES, *HEARING_TABLES, *SOUND_TABLES, *LISTENER_TABLES,
    *COLLABORATIVE_TABLES, *LISTENING_TABLES, *RANKER_TABLES, *DAILY_TABLES, *COPYING_TABLES, *OUTCOME_TABLES,
)  # fmt: skip
TABLES: dict[str, Table] = {t.name: t for t in _ALL}

__all__ = ["TABLES", "Column", "Pii", "Severity", "Table", "Type"]
