"""Chinese words of music, mood and listening, as English writes about songs.

CC-CEDICT explains words ("治愈: to cure"); listeners mean something else by them. These
entries win over the dictionary. Moods, scenes and genres of the closed vocabularies are
added to them, so that a query and a track's tags meet.
"""

from __future__ import annotations

from schemas.text_files import lexicon
from schemas.vocabulary import MOOD_IDS, MOOD_NAMES, SCENE_IDS, SCENE_NAMES

_LEXICON = lexicon("features.embeddings", "glossary")

GLOSSARY: dict[str, str] = {
    **{SCENE_NAMES["zh"][scene]: SCENE_NAMES["en"][scene] for scene in SCENE_IDS},
    **{MOOD_NAMES["zh"][mood]: MOOD_NAMES["en"][mood] for mood in MOOD_IDS},
    **_LEXICON["moods"],
    **_LEXICON["genres"],
    **_LEXICON["listening"],
    **_LEXICON["last"],
}
