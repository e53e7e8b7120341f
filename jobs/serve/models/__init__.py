"""What answers hold, for OpenAPI, JSON Schema and the client; ``features/serving/payload.py`` makes what is served."""

from jobs.serve.models.base import ProblemBody
from jobs.serve.models.codes import CodeName, Codes, InBoth, KeyName
from jobs.serve.models.feedback import Taken
from jobs.serve.models.lists import Daily30, Evidence, Header, Listener, Listeners, Note, Review, Song
from jobs.serve.models.nights import (
    Check,
    Health,
    NightOf,
    Nights,
    Pointer,
    Readiness,
    Run,
    StageRun,
    Version,
    Versions,
)
from jobs.serve.models.songs import Artist, Card, Colours, Names, Similar, SimilarTracks, Track

__all__ = [
    "Artist",
    "Card",
    "Check",
    "CodeName",
    "Codes",
    "Colours",
    "Daily30",
    "Evidence",
    "Header",
    "Health",
    "InBoth",
    "KeyName",
    "Listener",
    "Listeners",
    "Names",
    "NightOf",
    "Nights",
    "Note",
    "Pointer",
    "ProblemBody",
    "Readiness",
    "Review",
    "Run",
    "Similar",
    "SimilarTracks",
    "Song",
    "StageRun",
    "Taken",
    "Track",
    "Version",
    "Versions",
]
