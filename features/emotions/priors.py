"""What the catalogue alone suggests: genres' usual feeling, and listeners' tags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from features.emotions.words import SILENT, Affect, read
from schemas.text_files import lexicon
from schemas.vocabulary import SCENE_IDS

_AFFECT_OF_GENRES: dict[str, tuple[float, float]] = {
    word: (valence, arousal)
    for word, (valence, arousal) in lexicon("features.emotions", "genres")["valence_arousal"].items()
}
_SCENE_WORDS: dict[str, list[str]] = lexicon("features.emotions", "scenes")["words"]


def of_genre(genre: str | None) -> tuple[float, float] | None:
    """Usual valence and arousal of a genre; the longest name found in it counts."""
    name = (genre or "").lower()
    found = [(len(word), word) for word in _AFFECT_OF_GENRES if word in name or word == name.replace(" ", "_")]
    return _AFFECT_OF_GENRES[max(found)[1]] if found else None


def of_tags(tags: Sequence[str]) -> Affect:
    """The affect of listeners' tags."""
    return read(sorted(tags)) if tags else SILENT


def scenes_named(texts: Sequence[str]) -> set[str]:
    """Scenes that a tag or a line names."""
    joined = "\n".join(texts).lower()
    return {scene for scene in SCENE_IDS if any(_names(word, joined) for word in _SCENE_WORDS[scene])}


def _names(word: str, text: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}\b", text) is not None
    return word in text
