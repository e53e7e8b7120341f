"""Everything that a text may state, each under one id with one meaning.

Ids begin with l for a list, f for a song, g for the song it is heard beside, c for the comparison of
the two, t for a time in the song, n for what a note says. They are what people read on a fact sheet
and what a model writes in braces; those of songs stand in table ``facts``. An id is never given another
meaning: a new slot takes a new number. The meanings are in ``texts/<language>/slots.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.text_files import texts

About = Literal["list", "song", "other", "comparison"]
Form = Literal["value", "title", "name", "line", "note"]
_TEXTS = texts("features.words.facts", "slots")


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that a text may state.

    Args:
        id: what a text refers to it by.
        about: what it is true of.
        name: what it is; for songs the kind of fact, with a 2 after it for the second of its kind.
        values: the values of :class:`Slots` that say it, where they are called otherwise; two are the
            edges of a band.
        form: how it is told: a title or a line in quotation marks, a note in them with its source, a bare name, or a
            value with its unit.
        source: table that proves it.
        for_model: whether a model is given it.
        private: known, but never said.
    """

    id: str
    about: About
    name: str
    source: str = "facts"
    values: tuple[str, ...] = ()
    form: Form = "value"
    for_model: bool = True
    private: bool = False

    def __post_init__(self) -> None:
        if not self.values:
            object.__setattr__(self, "values", (self.name,))

    def meaning(self, language: str) -> str:
        """What it is, in words."""
        return _TEXTS[language][self.about][self.name]


SLOTS = (
    Slot("l01", "list", "songs", source="daily_lists"),
    Slot("l02", "list", "rest_songs", source="daily_lists", for_model=False),
    Slot("l03", "list", "artists", source="daily_lists"),
    Slot("l04", "list", "minutes", source="audio_features"),
    Slot("l05", "list", "tempo", source="audio_features", values=("low", "high")),
    Slot("l06", "list", "slow", source="audio_features", for_model=False),
    Slot("l07", "list", "fast", source="audio_features", for_model=False),
    Slot("l08", "list", "key", source="audio_features"),
    Slot("l09", "list", "key_n", source="audio_features"),
    Slot("l10", "list", "mood", source="emotions"),
    Slot("l11", "list", "mood_n", source="emotions"),
    Slot("l12", "list", "mood2", source="emotions"),
    Slot("l13", "list", "mood2_n", source="emotions"),
    Slot("l14", "list", "genre", source="tracks"),
    Slot("l15", "list", "genre_n", source="tracks"),
    Slot("l16", "list", "genre2", source="tracks"),
    Slot("l17", "list", "genre2_n", source="tracks"),
    Slot("l18", "list", "zh_n", source="tracks"),
    Slot("l19", "list", "en_n", source="tracks"),
    Slot("l20", "list", "inst_n", source="tracks"),
    Slot("l21", "list", "fresh_n", source="tracks"),
    Slot("l22", "list", "first", source="daily_lists", form="title"),
    Slot("l23", "list", "first_artist", source="tracks", form="name"),
    Slot("l24", "list", "first_bpm", source="audio_features"),
    Slot("l25", "list", "first_mood", source="emotions"),
    Slot("l26", "list", "last", source="daily_lists", form="title"),
    Slot("l27", "list", "last_bpm", source="audio_features"),
    Slot("l28", "list", "last_mood", source="emotions"),
    Slot("l29", "list", "usual_tempo", source="taste", values=("ulow", "uhigh")),
    Slot("l30", "list", "inside", source="audio_features"),
    Slot("l31", "list", "ugenre", source="taste"),
    Slot("l33", "list", "ugenre_n", source="tracks"),
    Slot("l34", "list", "umood", source="taste"),
    Slot("l35", "list", "umood_n", source="emotions"),
    Slot("l36", "list", "plays7", source="taste"),
    Slot("l37", "list", "artist", source="taste", form="name"),
    Slot("l38", "list", "artist_plays", source="taste"),
    Slot("l39", "list", "loops", source="taste"),
    Slot("l40", "list", "loop", source="taste", form="title"),
    Slot("l86", "list", "loop_away", source="taste", form="title", for_model=False),
    Slot("l41", "list", "loop_plays", source="taste"),
    Slot("l42", "list", "band_loops", source="taste"),
    Slot("l68", "list", "band_plays", source="recent_plays"),
    Slot("l69", "list", "ugenre_plays", source="recent_plays"),
    Slot("l70", "list", "umood_plays", source="recent_plays"),
    Slot("l43", "list", "loop_since", source="affinity", for_model=False),
    Slot("l44", "list", "led", source="evidence"),
    Slot("l45", "list", "daypart", source="taste"),
    Slot("l46", "list", "dp_n", source="evidence"),
    Slot("l47", "list", "why_artist", source="evidence", for_model=False),
    Slot("l48", "list", "why_sound", source="evidence", for_model=False),
    Slot("l49", "list", "why_crowd", source="evidence", for_model=False),
    Slot("l50", "list", "why_people", source="evidence", for_model=False),
    Slot("l51", "list", "why_pace", source="evidence", for_model=False),
    Slot("l52", "list", "hour", source="taste", for_model=False),
    Slot("l53", "list", "new", source="daily_lists"),
    Slot("l54", "list", "new_artist", source="tracks", form="name"),
    Slot("l55", "list", "new_song", source="daily_lists", form="title", for_model=False),
    Slot("l56", "list", "rest", source="evidence", form="title"),
    Slot("l57", "list", "rest_n", source="evidence"),
    Slot("l58", "list", "rest_days", source="evidence"),
    Slot("l59", "list", "beside", source="audio_features", form="title", for_model=False),
    Slot("l60", "list", "beside_key", source="audio_features", for_model=False),
    Slot("l61", "list", "beside_bpm", source="audio_features", for_model=False),
    Slot("l62", "list", "loop_bpm", source="audio_features", for_model=False),
    Slot("l63", "list", "city", source="users", form="name", for_model=False, private=True),
    Slot("l64", "list", "weekday", source="contexts"),
    Slot("l65", "list", "festival", source="contexts"),
    Slot("l66", "list", "term", source="contexts"),
    Slot("l67", "list", "weather", source="contexts"),
    Slot("l71", "list", "road", source="audio_features", for_model=False),
    Slot("l72", "list", "road_start", source="audio_features", for_model=False),
    Slot("l73", "list", "road_mid", source="audio_features", for_model=False),
    Slot("l74", "list", "road_end", source="audio_features", for_model=False),
    Slot("l75", "list", "top", source="audio_features", form="title", for_model=False),
    Slot("l76", "list", "top_place", source="daily_lists", for_model=False),
    Slot("l77", "list", "top_bpm", source="audio_features", for_model=False),
    Slot("l78", "list", "kin", source="evidence", form="title", for_model=False),
    Slot("l79", "list", "kin_place", source="daily_lists", for_model=False),
    Slot("l80", "list", "new_place", source="daily_lists", for_model=False),
    Slot("l81", "list", "new_late", source="daily_lists", for_model=False),
    Slot("l82", "list", "rest_place", source="daily_lists", for_model=False),
    Slot("l83", "list", "beside_place", source="daily_lists", for_model=False),
    Slot("l84", "list", "road_level", source="audio_features", for_model=False),
    Slot("l85", "list", "new_all_late", source="daily_lists", for_model=False),
    Slot("l87", "list", "artist_n", source="daily_lists", for_model=False),
    Slot("l88", "list", "artist_song", source="daily_lists", form="title", for_model=False),
    Slot("l89", "list", "ugenre_song", source="daily_lists", form="title", for_model=False),
    Slot("l90", "list", "umood_song", source="daily_lists", form="title", for_model=False),
    Slot("l91", "list", "genre_song", source="daily_lists", form="title", for_model=False),
    Slot("l92", "list", "genre2_song", source="daily_lists", form="title", for_model=False),
    Slot("l93", "list", "mood_song", source="daily_lists", form="title", for_model=False),
    Slot("l94", "list", "mood2_song", source="daily_lists", form="title", for_model=False),
    Slot("l95", "list", "fresh_song", source="daily_lists", form="title", for_model=False),
    Slot("f01", "song", "title", form="title"),
    Slot("f02", "song", "artist", form="name"),
    Slot("f03", "song", "album", form="title"),
    Slot("f04", "song", "release", values=("date",)),
    Slot("f05", "song", "genre"),
    Slot("f06", "song", "language", for_model=False),
    Slot("f07", "song", "label", form="name"),
    Slot("f08", "song", "producer", form="name"),
    Slot("f09", "song", "composer", form="name"),
    Slot("f10", "song", "lyricist", form="name"),
    Slot("f11", "song", "length"),
    Slot("f12", "song", "tempo", values=("bpm",)),
    Slot("f13", "song", "key"),
    Slot("f14", "song", "loudness", for_model=False),
    Slot("f15", "song", "dynamics", for_model=False),
    Slot("f16", "song", "energy", for_model=False),
    Slot("f17", "song", "energy_shape", for_model=False),
    Slot("f18", "song", "danceability", for_model=False),
    Slot("f19", "song", "brightness", for_model=False),
    Slot("f20", "song", "valence", for_model=False),
    Slot("f21", "song", "arousal", for_model=False),
    Slot("f22", "song", "mood"),
    Slot("f23", "song", "mood2"),
    Slot("f32", "song", "theme"),
    Slot("f33", "song", "theme2"),
    Slot("f42", "song", "quote", form="line"),
    Slot("f43", "song", "quote2", form="line"),
    Slot("t42", "song", "quote_time", values=("at",)),
    Slot("f52", "song", "voice", for_model=False),
    Slot("f53", "song", "metre", for_model=False),
    Slot("f54", "song", "acoustic", for_model=False),
    Slot("f55", "song", "version", for_model=False),
    Slot("f60", "song", "same_album", for_model=False),
    Slot("f61", "song", "same_producer", for_model=False),
    Slot("f62", "song", "same_composer", for_model=False),
    Slot("f63", "song", "same_lyricist", for_model=False),
    Slot("f64", "song", "same_label", for_model=False),
    Slot("f65", "song", "lines", for_model=False),
    Slot("f66", "song", "refrain", form="line", for_model=False),
    Slot("f67", "song", "refrain_lines", for_model=False),
    Slot("f68", "song", "often", form="line", for_model=False),
    Slot("f69", "song", "first_line", form="line", for_model=False),
    Slot("f70", "song", "last_line", form="line", for_model=False),
    Slot("f71", "song", "between", form="line", for_model=False),
    Slot("f72", "song", "between2", form="line", for_model=False),
    Slot("f73", "song", "person", for_model=False),
    Slot("n01", "song", "note", source="snippets", form="note"),
    Slot("g01", "other", "title", values=("other",), form="title"),
    Slot("g02", "other", "artist", values=("other_artist",), form="name"),
    Slot("g12", "other", "tempo", values=("other_bpm",)),
    Slot("g13", "other", "key", values=("other_key",)),
    Slot("g22", "other", "mood", values=("other_mood",)),
    Slot("c01", "comparison", "key_relation", for_model=False),
    Slot("c02", "comparison", "key_steps", for_model=False),
    Slot("c03", "comparison", "key_shared", for_model=False),
    Slot("c04", "comparison", "tempo_difference", values=("diff",)),
    Slot("c05", "comparison", "tempo_ratio", for_model=False),
    Slot("c06", "comparison", "beat", for_model=False),
    Slot("c07", "comparison", "moods", for_model=False),
    Slot("c08", "comparison", "valence", for_model=False),
    Slot("c09", "comparison", "arousal", for_model=False),
    Slot("c10", "comparison", "energy", for_model=False),
    Slot("c11", "comparison", "length", for_model=False),
    Slot("c12", "comparison", "years", for_model=False),
    Slot("c13", "comparison", "shared", for_model=False),
)
BY_NAME = {(slot.about, slot.name): slot for slot in SLOTS}


def of(about: About) -> tuple[Slot, ...]:
    """The slots of a list, a song, the other song or a comparison, in the order of a sheet."""
    return tuple(slot for slot in SLOTS if slot.about == about)


def slot_id(about: About, name: str, seq: int = 0) -> str:
    """The id of a slot; of the ``seq``-th of its kind after the first.

    A song has up to ten moods, themes and lines to quote (f22, f23, ...), and a comparison as many things shared.
    """
    first = BY_NAME[about, name].id
    return f"{first[0]}{int(first[1:]) + seq:02d}"
