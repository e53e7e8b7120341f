"""Lengths and ceilings of the words; settings sections ``[facts]``, ``[copy_plan]``,
``[reviews]``, ``[copy]``."""

from __future__ import annotations

from dataclasses import dataclass

MOST_OF_A_KIND = 10
"""Moods, themes or lines that a song's facts can number: ids f22 to f31, f32 to f41, f42 to f51."""


@dataclass(frozen=True, slots=True)
class FactParams:
    """How many facts of a kind a track has; which of them may be said is told by features.measurement.

    Args:
        max_moods: mood facts per track.
        max_themes: lyric themes per track.
        min_theme_hits: words of a theme that must occur in the lyrics.
        max_quotes: quotable lines per track.
        quote_max_chars: longest quotable Chinese line [characters].
        quote_max_words: longest quotable English line [words].
    """

    max_moods: int = 3
    max_themes: int = 3
    min_theme_hits: int = 2
    max_quotes: int = 3
    quote_max_chars: int = 20
    quote_max_words: int = 12

    def __post_init__(self) -> None:
        most = max(self.max_moods, self.max_themes, self.max_quotes)
        if most > MOST_OF_A_KIND:
            raise ValueError(f"max_moods, max_themes and max_quotes are {MOST_OF_A_KIND} at most: so many ids each has")


@dataclass(frozen=True, slots=True)
class WordParams:
    """How long texts are, how much a model may write, and what counts as near.

    Args:
        opener_max: longest opener, (Chinese characters, English words).
        intro_zh: shortest and longest Chinese intro [characters].
        intro_en: shortest and longest English intro [words].
        reason_max: longest reason, (Chinese characters, English words).
        personal_max: longest paragraph of a listener's own under a song, (Chinese characters, English words).
        paragraph_max: longest review paragraph, (Chinese characters, English words).
        same_tempo_bpm: two songs this near count as the same pace [BPM].
    """

    opener_max: tuple[int, int] = (80, 45)
    intro_zh: tuple[int, int] = (80, 160)
    intro_en: tuple[int, int] = (60, 110)
    reason_max: tuple[int, int] = (90, 45)
    personal_max: tuple[int, int] = (120, 70)
    paragraph_max: tuple[int, int] = (260, 150)
    same_tempo_bpm: float = 4.0


@dataclass(frozen=True, slots=True)
class CopyPlanParams:
    """Who gets words by a model when not everybody can; settings section ``[copy_plan]``.

    Args:
        review_share: share of the night's tokens that reviews may take where lists want theirs too.
        list_answer_tokens, review_answer_tokens: most tokens one answer may have.
        tokens_per_byte: most tokens a byte of a prompt costs. Ours cost about 0.25 with the
            tokenizers of today; 1.0 holds for every tokenizer there can be. Should a night meet its
            ceiling all the same, the client stops there and the built-in writer writes.
    """

    review_share: float = 0.5
    list_answer_tokens: int = 650
    review_answer_tokens: int = 1300
    tokens_per_byte: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.review_share <= 1:
            raise ValueError("review_share is a share, 0 to 1")
        if self.tokens_per_byte <= 0:
            raise ValueError("tokens_per_byte must be above 0")
