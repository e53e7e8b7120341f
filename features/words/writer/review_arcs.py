"""What a review says in which order: each step of a paragraph as the sections that one sentence is drawn from."""

from __future__ import annotations

from features.words.facts.songs import Song
from features.words.terms import forms, genres, stanzas
from features.words.terms import lyrics as words
from features.words.writer.companions import Pairing

Step = tuple[str, ...]
"""Sections of frames; a sentence is drawn from one of them."""

_FAST, _SLOW = 120, 85  # tempo from which, and up to which, a step is told as quick or slow [BPM]
_FELT = 0.15  # valence from which, and below minus which, a feeling is told as bright or dark
_SHORT, _LONG = 100.0, 270.0  # length up to which, and from which, it is told [s]
_WHOLE = 60.0  # length under which it is an excerpt as likely as a song [s]
_QUOTED = 3  # lines of the lyrics in one review at most
_BONDS = 3  # things said of two songs


def sound(song: Song) -> list[Step]:
    """Tempo, key and mood in one sentence; how they sit with one another; the colour; the course of the loudness.

    What most songs are (a tone in the middle, a moderate span from soft to loud, a feeling that fits the mode) is left
    out: said of every other song of a list, it tells nothing of any.
    """
    known = {"tempo": song.tempo, "key": song.key, "mood": song.moods}
    name = "_".join(kind for kind, value in known.items() if value)
    steps: list[Step] = [(f"open.{name}",)] if name else []
    steps += [turns] if (turns := _turns(song)) else []
    tone = song.brightness if song.brightness in ("warm", "bright") else None
    made = song.acoustic if tone or song.acoustic == "acoustic" else None
    colour = "_".join(word for word in (tone, made) if word)
    steps += [(f"colour.{colour}",)] if colour else []
    steps += [("metre.three",)] if song.metre == 3 and genres.find(song.genre) != "waltz" else []
    return steps if song.language == "instrumental" else steps + _course(song)


def _turns(song: Song) -> Step:
    """Where two things measured pull apart; where none do, where pace and energy go together."""
    feeling = _side(song.valence, -_FELT, _FELT, "dark", "bright")
    mode = song.key.split()[1] if song.key else None
    pace = _side(song.tempo, _SLOW, _FAST, "slow", "fast")
    force = {"low": "soft", "high": "strong"}.get(song.energy or "")
    pairs = [f"{mode}_{feeling}"] if mode and feeling else []
    pairs += [f"{pace}_{force}"] if pace and force else []
    apart = [pair for pair in pairs if pair in ("major_dark", "minor_bright", "fast_soft", "slow_strong")]
    together = [pair for pair in pairs if pair in ("fast_strong", "slow_soft")]
    return tuple(f"turn.{pair}" for pair in apart or together)


def _side(value: float | None, low: float, high: float, below: str, above: str) -> str | None:
    if value is None:
        return None
    return below if value <= low else above if value >= high else None


def _course(song: Song) -> list[Step]:
    steps: list[Step] = [(f"course.{song.energy_shape}",)] if song.energy_shape else []
    steps += [(f"dynamics.{song.dynamics}",)] if song.dynamics in ("even", "wide") else []
    told = _side(song.length, _SHORT, _LONG, "short", "long")
    return [*steps, (f"length.{told}",)] if told and (song.length or 0) >= _WHOLE else steps


def instrumental(song: Song) -> list[Step]:
    """Of a song without words the course of its loudness; nothing where that is not known."""
    course = _course(song)
    return [("instrumental.open",), *course] if course else []


def lyrics(song: Song) -> list[Step]:
    """Of the words: who speaks, what comes back and what stands between, and a reading of what they speak of.

    Nothing of words that are not known: who wrote them is told with the others who made the song.
    """
    steps: list[Step] = [(f"lyrics.person.{song.person}",)] if song.person else []
    steps += _formed(song) if song.lines is not None else _quoted(song)
    found = theme_line(song)
    if found is None:
        return steps
    theme, line = found
    shown = [] if line in _shown(song) else [("lyrics.theme",)]
    return [*steps, *shown, (f"lyrics.reading.{theme}",)]


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


def style(song: Song, link: str | None) -> list[Step]:
    """Who and when; where the genre comes from; whether this song keeps its habits; who made it.

    Nothing of a song of which only the artist is known: whoever reads its review has read that.

    Args:
        link: kind of the other song told of last; whoever that sentence names is not named before.
    """
    parts = {"album": song.album != song.title and forms.whole(song.album), "date": song.release is not None}
    name = "_".join(part for part, known in parts.items() if known)
    steps: list[Step] = [(f"style.artist.{name or 'plain'}",)] if _named(song.artist) else []
    genre = genres.find(song.genre)
    if genre is not None:
        steps.append((f"genre.{genre}",))
        steps += _habit(song, genre)
    steps += _credit(song, link)
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
    is_so = {song.acoustic, energy, _side(song.tempo, _SLOW, _FAST, "slow", "fast"), metre} - {None}
    for habit in genres.habits(genre):
        if habit in is_so or opposite[habit] in is_so:
            return [(f"habit.{habit}.{'kept' if habit in is_so else 'left'}",)]
    return []


def _credit(song: Song, link: str | None) -> list[Step]:
    """Who wrote words and music and who produced it, but for whom the link names; where nobody is known, the label."""
    roles = ["composer", "producer"] if song.language == "instrumental" else ["lyricist", "composer", "producer"]
    by = {role: getattr(song, role) for role in roles if link != f"same_{role}" and _named(getattr(song, role))}
    if not by:
        return [("style.credit.label",)] if _named(song.label) and link is None else []
    composer = by.get("composer")
    if len(by) == 3 and len(set(by.values())) == 1:
        return [("style.credit.all",)]
    if composer is not None and composer == by.get("lyricist"):
        return [("style.credit.author",), *([("style.credit.producer",)] if "producer" in by else [])]
    if composer is not None and composer == by.get("producer"):
        return [*([("style.credit.lyricist",)] if "lyricist" in by else []), ("style.credit.one",)]
    return [(f"style.credit.{'_'.join(by)}",)]


def beside(pairing: Pairing) -> list[Step]:
    """The other song, in what the two are alike, and then where they part."""
    telling = [b for b in pairing.bonds if b.strong or b.family in ("key", "tempo", "mood")]
    ordered = sorted(telling, key=lambda bond: not bond.strong)
    known = pairing.slots.values
    exact = {"tempo.same": "tempo.equal"} if known.get("bpm") == known.get("other_bpm") else {}
    return [("beside.open",), *((f"beside.{exact.get(b.section, b.section)}",) for b in ordered[:_BONDS])]
