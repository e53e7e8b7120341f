"""Parameters of songs like this."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SimilarityParams:
    """How near songs are found.

    Args:
        neighbours: similar tracks kept per track.
        audio_share: share of the sound in the joint similarity, 0..1; the words have the rest.
        flat_limit: catalogues larger than this many tracks are searched by an inverted file (IVF).
        probes: inverted lists visited per query then.
    """

    neighbours: int = 50
    audio_share: float = 0.5
    flat_limit: int = 200_000
    probes: int = 32
