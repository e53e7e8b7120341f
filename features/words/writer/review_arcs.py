"""What a review says in which order: each step of a paragraph as the sections that one sentence is drawn from."""

from __future__ import annotations

from features.words.facts.songs import Song
from features.words.terms import forms, genres
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
    """Of the words: whose and how many, who speaks, what comes back and what stands between, what they speak of.

    A song whose words are not known is told who wrote them, and nothing else.
    """
    steps: list[Step] = []
    if song.lines is not None:
        steps.append(("lyrics.by.lines",) if _named(song.lyricist) else ("lyrics.lines",))
    elif _named(song.lyricist):
        steps.append(("lyrics.lyricist",))
    steps += [(f"lyrics.person.{song.person}",)] if song.person else []
    steps += _returning(song) if song.lines is not None else _quoted(song)
    return [*steps, *_speaking_of(song)]


def _returning(song: Song) -> list[Step]:
    """What comes back, then what stands between or how the words begin and end; three lines quoted at most."""
    steps: list[Step] = []
    said: set[str] = set()
    if song.refrain is not None:
        line, times = song.refrain
        said |= {line} if line else set()
        steps.append(("lyrics.refrain." + ("plain" if line is None else "more" if times > 2 else "twice"),))
    elif song.often is not None:
        said.add(song.often[0])
        steps.append(("lyrics.often." + ("more" if song.often[1] > 2 else "twice"),))
    first, last = song.first_line, song.last_line
    if song.refrain is not None and len(set(song.between)) == 2 and len(said | set(song.between)) <= _QUOTED:
        return [*steps, ("lyrics.between",)]
    if first is not None and first == last:
        return [("lyrics.circle",), *(steps if first not in said else [])]
    if first is None or first in said:
        return steps
    both = last is not None and last not in said and len(said | {first, last}) <= _QUOTED
    return [("lyrics.ends",) if both else ("lyrics.first",), *steps]


def _quoted(song: Song) -> list[Step]:
    """Of words too few to have a form one line."""
    if not song.quotes or forms.speakable(song.quotes[0][0]) is None:
        return []
    at = song.quotes[0][1]
    return [("lyrics.quote_timed",) if at is not None and at >= 1 else ("lyrics.quote",)]


def _speaking_of(song: Song) -> list[Step]:
    """Themes with the lines that carry them, and a reading of the first."""
    if not song.themes:
        return []
    counted = [theme for theme in song.themes[:2] if song.theme_lines.get(theme, 0) >= 2]
    told = "plain" if not counted or counted[0] != song.themes[0] else "two" if len(counted) == 2 else "counted"
    return [(f"lyrics.theme.{told}",), (f"lyrics.reading.{song.themes[0]}",)]


def style(song: Song, link: str | None) -> list[Step]:
    """Who and when; where the genre comes from; whether this song keeps its habits; who made it.

    Nothing of a song of which only the artist is known: whoever reads its review has read that.

    Args:
        link: kind of the other song told of last; whoever that sentence names is not named before.
    """
    parts = {"album": song.album != song.title and _named(song.album), "date": song.release is not None}
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
    composer = link != "same_composer" and _named(song.composer)
    producer = link != "same_producer" and _named(song.producer)
    if composer and producer:
        return [("style.credit.one",) if song.composer == song.producer else ("style.credit.both",)]
    if composer or producer:
        return [("style.credit.composer",) if composer else ("style.credit.producer",)]
    return [("style.credit.label",)] if _named(song.label) and link is None else []


def beside(pairing: Pairing) -> list[Step]:
    """The other song, in what the two are alike, and then where they part."""
    telling = [b for b in pairing.bonds if b.strong or b.family in ("key", "tempo", "mood")]
    ordered = sorted(telling, key=lambda bond: not bond.strong)
    known = pairing.slots.values
    exact = {"tempo.same": "tempo.equal"} if known.get("bpm") == known.get("other_bpm") else {}
    return [("beside.open",), *((f"beside.{exact.get(b.section, b.section)}",) for b in ordered[:_BONDS])]
