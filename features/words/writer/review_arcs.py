"""What a review says in which order: each step of a paragraph as the sections that one sentence is drawn from.

A sentence without its stop goes on in that of the next step.
"""

from __future__ import annotations

from features.words.facts.songs import Song
from features.words.terms import forms, genres, stanzas
from features.words.terms import lyrics as words
from features.words.writer.review_openings import FAST, SLOW, opening, points, side, turns

Step = tuple[str, ...]
"""Sections of frames; a sentence is drawn from one of them."""

_SHORT, _LONG = 100.0, 270.0  # length up to which, and from which, it is told [s]
_WHOLE = 60.0  # length under which it is an excerpt as likely as a song [s]
_QUOTED = 3  # lines of the lyrics in one review at most
_ARC = ("rises", "falls", "late_peak", "early_peak")  # courses that are told together with the span from soft to loud


def sound(song: Song) -> list[Step]:
    """The song's one point, else the course of its loudness, with tempo, key and mood; then colour and course.

    What most songs are (a tone in the middle, a moderate span from soft to loud, a feeling that fits the mode) is left
    out: said of every other song of a list, it tells nothing of any. A mood alone is told with the release.
    """
    if only_mood(song):
        return []
    first, rest = opening(song), _rest(song)
    left = () if points(song) else tuple(f"turn.{name}" for name in turns(song))
    course = (f"course.{song.energy_shape}",)
    if first == ("open.tempo_key_mood",) and not left and song.energy_shape in _ARC and course in rest:
        first, rest = (f"open.{song.energy_shape}",), [step for step in rest if step != course]
    return [*([first] if first else []), *([left] if left else []), *rest, *_unsung(song, bool(first))]


def _rest(song: Song) -> list[Step]:
    tone = song.brightness if song.brightness in ("warm", "bright") else None
    made = song.acoustic if tone or song.acoustic == "acoustic" else None
    colour = "_".join(word for word in (tone, made) if word)
    steps: list[Step] = [(f"colour.{colour}",)] if colour else []
    steps += [("metre.three",)] if song.metre == 3 and genres.find(song.genre) != "waltz" else []
    return steps if song.language == "instrumental" else steps + _course(song)


def only_mood(song: Song) -> bool:
    """Whether a mood is all that is known of the sound, and an artist is named whose song it can be told with."""
    return opening(song) == ("open.mood",) and not _rest(song) and _named(song.artist)


def _unsung(song: Song, here: bool) -> list[Step]:
    """That a song has no words, where nothing else is told under a heading of its own."""
    return [("wordless",)] if here and song.language == "instrumental" and not _course(song) else []


def _course(song: Song) -> list[Step]:
    """How the loudness goes and how wide it reaches, in one sentence where both are known; a length out of the way.

    A soft song is not said to reach far from soft to loud, nor one whose loudness stays flat.
    """
    shape, span = song.energy_shape, song.dynamics if song.dynamics in ("even", "wide") else None
    if span == "wide" and (song.energy == "low" or shape == "steady"):
        span = None
    if shape in _ARC and span is not None:
        steps: list[Step] = [(f"arc.{shape}_{span}",)]
    else:
        steps = [(f"course.{shape}",)] if shape else [(f"dynamics.{span}",)] if span else []
    told = side(song.length, _SHORT, _LONG, "short", "long")
    return [*steps, (f"length.{told}",)] if told and (song.length or 0) >= _WHOLE else steps


def instrumental(song: Song) -> list[Step]:
    """Of a song without words the course of its loudness; nothing where that is not known."""
    course = _course(song)
    return [("instrumental.open",), *course] if course else []


def lyrics(song: Song, link: str | None = None) -> list[Step]:
    """Of the words: who speaks, how they begin, what comes back, and a theme in a line of it with what it is like.

    Who wrote them is told with their first line; of words that are not known, with the others who made the song.

    Args:
        link: kind of the other song told of last; whoever that sentence names is not named here.
    """
    steps: list[Step] = [(f"lyrics.person.{song.person}",)] if song.person else []
    steps += _formed(song) if song.lines is not None else _quoted(song)
    found = theme_line(song)
    if steps and link != "same_lyricist" and writes_words_alone(song):
        steps = _signed(steps)
    if found is None:
        return steps
    theme, line = found
    return [*steps, ("lyrics.themed" if line in _shown(song) else "lyrics.theme",), (f"lyrics.reading.{theme}",)]


def writes_words_alone(song: Song) -> bool:
    """Whether the writer of the words is known and did nothing else for the song."""
    return _named(song.lyricist) and song.lyricist not in (song.composer, song.producer)


def _signed(steps: list[Step]) -> list[Step]:
    """The steps with who wrote the words: beside their first line, else after the first sentence."""
    if ("lyrics.first",) in steps:
        return [("lyrics.first.by",) if step == ("lyrics.first",) else step for step in steps]
    return [steps[0], ("lyrics.by",), *steps[1:]]


def theme_line(song: Song) -> tuple[str, str] | None:
    """The strongest theme of which a line can be shown, and the line: one that the review quotes, or another."""
    shown = _shown(song)
    more = [line for line, _ in song.quotes if forms.speakable(line) is not None] if len(shown) < _QUOTED else []
    found = ((theme, line) for theme in song.themes for line in (*shown, *more) if words.carries(line, theme))
    return next(found, None)


def ring(song: Song) -> str | None:
    """A word that the first line and the last one share, where they are two."""
    first, last = song.first_line, song.last_line
    return stanzas.shared_word(first, last) if first and last and first != last else None


def _formed(song: Song) -> list[Step]:
    """What comes back, then what stands between; or how the words begin and end, then what comes back."""
    steps: list[Step] = []
    if song.refrain is not None:
        line, times = song.refrain
        steps.append(("lyrics.refrain." + ("plain" if line is None else "more" if times > 2 else "twice"),))
    elif song.often is not None:
        steps.append(("lyrics.often." + ("more" if song.often[1] > 2 else "twice"),))
    told = _ends(song)
    if told is None:
        return steps
    if told == "between":
        return [*steps, ("lyrics.between",)]
    return [(f"lyrics.{told}",), *(steps if told != "circle" or song.first_line not in _returning(song) else [])]


def _ends(song: Song) -> str | None:
    """What is told beside what comes back: between, circle, ring or first; three lines quoted at most."""
    said, first = _returning(song), song.first_line
    if song.refrain is not None and len(set(song.between)) == 2 and len(said | set(song.between)) <= _QUOTED:
        return "between"
    if first is not None and first == song.last_line:
        return "circle"
    if first is None or first in said:
        return None
    return "ring" if song.last_line not in said and ring(song) else "first"


def _returning(song: Song) -> set[str]:
    """The line that is told to come back."""
    line = song.refrain[0] if song.refrain is not None else song.often[0] if song.often is not None else None
    return set() if line is None else {line}


def _shown(song: Song) -> list[str]:
    """The lines that a review quotes, whatever the words speak of."""
    if song.lines is None:
        return [line for line, _ in song.quotes[:1] if forms.speakable(line) is not None]
    told = _ends(song)
    between = tuple(song.between)
    ends: dict[str, tuple[str | None, ...]] = {"ring": (song.first_line, song.last_line), "between": between}
    more = ends.get(told, (song.first_line,)) if told is not None else ()
    return list(dict.fromkeys((*_returning(song), *(line for line in more if line is not None))))


def _quoted(song: Song) -> list[Step]:
    """Of words too few to have a form one line."""
    if not song.quotes or forms.speakable(song.quotes[0][0]) is None:
        return []
    at = song.quotes[0][1]
    return [("lyrics.quote_timed",) if at is not None and at >= 1 else ("lyrics.quote",)]


def style(song: Song, link: str | None, note: str | None = None) -> list[Step]:
    """How the song stands to the habits of its genre, else where the genre comes from; what a note says of song or
    artist; at the close who and when, and who made it.

    Where the label is told among those who made it, the date stands with it.

    Nothing of a song of which only the artist is known: whoever reads its review has read that.

    Args:
        link: kind of the other song told of last; whoever that sentence names is not named before.
        note: the sentence of a note that is quoted; whom it names is not told before as who made the song.
    """
    credit = _credit(song, link, note or "")
    by_label = credit == [("style.credit.composer_producer_label",)] and song.release is not None
    dated = song.release is not None and not by_label
    parts = {"album": song.album != song.title and forms.whole(song.album), "date": dated}
    name = "_".join(part for part, known in parts.items() if known) or "plain"
    by = "mood" if only_mood(song) else "artist"
    steps: list[Step] = [(f"style.{by}.{name}",)] if _named(song.artist) else []
    steps += _unsung(song, bool(steps) and not sound(song))
    steps += [("style.credit.composer_producer_label_date",)] if by_label else credit
    genre = genres.find(song.genre)
    lineage = (_habit(song, genre) or [(f"genre.{genre}",)]) if genre is not None else []
    steps = [*lineage, *([("note",)] if note is not None else []), *steps]
    steps += [(f"style.link.{link}",)] if link else []
    return steps if steps != [("style.artist.plain",)] else []


def _named(name: str | None) -> bool:
    """Whether a name is known and may be spoken."""
    return forms.speakable(name) is not None


def _habit(song: Song, genre: str) -> list[Step]:
    """The first habit of the genre of which the song is known to keep it or to leave it."""
    energy = {"high": "strong", "low": "soft"}.get(song.energy or "")
    opposite = {"acoustic": "electric", "electric": "acoustic", "slow": "fast", "strong": "soft", "soft": "strong",
                "three": "four"}  # fmt: skip
    metre = {3: "three", 4: "four"}.get(song.metre or 0)
    is_so = {song.acoustic, energy, side(song.tempo, SLOW, FAST, "slow", "fast"), metre} - {None}
    for habit in genres.habits(genre):
        if habit in is_so or opposite[habit] in is_so:
            return [(f"habit.{habit}.{'kept' if habit in is_so else 'left'}",)]
    return []


def _credit(song: Song, link: str | None, note: str) -> list[Step]:
    """Who wrote words and music and who produced it, but for whom another sentence or a note names; else the label."""
    signed = {("lyrics.by",), ("lyrics.first.by",)} & set(lyrics(song, link))
    roles = ["composer", "producer"] if song.language == "instrumental" or signed else [
        "lyricist", "composer", "producer"]  # fmt: skip
    by = {role: name for role in roles if link != f"same_{role}" and _named(name := getattr(song, role))}
    by = {role: name for role, name in by.items() if name not in note}
    labelled = _named(song.label) and link is None and str(song.label) not in note
    if not by:
        return [("style.credit.label",)] if labelled else []
    composer = by.get("composer")
    if len(by) == 3 and len(set(by.values())) == 1:
        return [("style.credit.all",)]
    if composer is not None and composer == by.get("lyricist"):
        return [("style.credit.author",), *([("style.credit.producer",)] if "producer" in by else [])]
    if composer is not None and composer == by.get("producer"):
        return [*([("style.credit.lyricist",)] if "lyricist" in by else []), ("style.credit.one",)]
    made = "_".join(by)
    return [(f"style.credit.{made}_label" if labelled and made == "composer_producer" else f"style.credit.{made}",)]
