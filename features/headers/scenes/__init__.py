"""The scenes, and which one a song gets."""

from __future__ import annotations

from features.headers.brief import Brief
from features.headers.scenes.aurora import Aurora
from features.headers.scenes.base import Scene
from features.headers.scenes.drive import Drive
from features.headers.scenes.moonwater import Moonwater
from features.headers.scenes.pulse import Pulse
from features.headers.scenes.rain import Rain
from features.headers.scenes.snow import Snow
from features.headers.scenes.sunfield import Sunfield

SCENES: dict[str, type[Scene]] = {s.name: s for s in (Aurora, Drive, Moonwater, Pulse, Rain, Snow, Sunfield)}

# Words speak first, then style, then mood.
_BY_THEME = {
    "rain": "rain", "moon": "moonwater", "sea": "moonwater", "mountain": "moonwater", "tea": "moonwater",
    "road": "drive", "city": "drive", "stars": "aurora", "dream": "aurora", "summer": "sunfield", "spring": "sunfield",
    "morning": "sunfield", "hope": "sunfield", "winter": "snow", "dance": "pulse", "homecoming": "drive",
}  # fmt: skip
_BY_GENRE = {
    "guofeng": "moonwater", "electronic": "pulse", "city_pop": "drive", "ambient": "aurora", "rock": "pulse",
    "playful": "sunfield", "waltz": "snow", "lofi": "rain", "bossa_nova": "sunfield",
}  # fmt: skip


def scene_name(brief: Brief) -> str:
    """The scene of a song: by what its words speak of, else its style, else its mood."""
    for theme in brief.themes:
        if theme in _BY_THEME:
            return _BY_THEME[theme]
    if brief.genre in _BY_GENRE:
        return _BY_GENRE[brief.genre]
    if brief.arousal > 0.3:
        return "pulse" if brief.valence < 0.4 else "drive"
    if brief.valence < -0.1:
        return "rain"
    return "aurora" if brief.arousal < -0.2 else "sunfield"


__all__ = ["SCENES", "Scene", "scene_name"]
