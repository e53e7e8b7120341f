"""What is commissioned from a model: a list's words or a song's review, each with its sheet and its rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from features.words.claims.night import of_review
from features.words.claims.proofs import PROOFS, pairs, words
from features.words.claims.proofs import song as song_proofs
from features.words.claims.world import World
from features.words.facts.slot_registry import BY_NAME, slot_id
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.model import references, terms
from features.words.model.answers import Reading, Rules, read
from features.words.model.asking import Ask
from features.words.model.declared import Allowed
from features.words.model.prompts import Prompt, question
from features.words.model.references import Reference
from features.words.model.second_reader import Place, Told
from features.words.params import WordParams
from features.words.terms import forms
from features.words.writer import companions
from features.words.writer.citations import Citation

LIST_KEYS = ("opener", "intro")
LIST_CAP = 4096  # bytes of a list's data; what would go beyond is left out, last facts first
_LASTING = frozenset({*pairs.PROOFS, *song_proofs.PROOFS, *words.PROOFS})  # true on every day and for every listener
_SOUND = frozenset({slot_id("song", kind) for kind in ("tempo", "key", "mood", "length")})
_LEAST_OPENER = {"zh": 6, "en": 4}
_LEAST_PARAGRAPH = {"zh": 16, "en": 10}
# Words of the data that a model may put in its own; they need no reference.
_NOTES = ("energy_shape", "brightness", "dynamics", "energy", "voice", "acoustic")


@dataclass(frozen=True, slots=True)
class TextRequest:
    """One text to be written by a model.

    Args:
        given: references it may use.
        slots: what the text may state; they prove the references.
        rules: what its answer is held against.
        ask: the question.
        prompt: the prompt it opens with.
    """

    given: Sequence[Reference]
    slots: Slots
    rules: Rules
    ask: Ask
    prompt: Prompt

    def read(self, found: Mapping[str, Any], vetoed: Collection[Place] = ()) -> Reading:
        """An answer, filled and checked; sentences that a second reader vetoed fall as well."""
        return read(found, self.given, self.slots, self.rules, vetoed)

    def told(self, reading: Reading) -> dict[Place, Told]:
        """What a second reader is shown of an answer: the sentences that stand."""
        known = {reference.id: reference for reference in self.given}
        return {
            (key, number): Told(
                references.half_filled(sentence.raw, known, self.slots.language),
                [claim.words for claim in sentence.claims],
            )
            for key, sentences in reading.sentences.items()
            for number, sentence in enumerate(sentences)
            if not sentence.faults
        }


def for_list(
    slots: Slots,
    world: World,
    past: Collection[str],
    prompt: Prompt,
    params: WordParams,
    max_tokens: int,
    catalogue_names: Collection[str] = (),
    listener: str | None = None,
) -> TextRequest:
    """The opener and intro of one list.

    Args:
        world: what its claims are proved from.
        past: openers and intros of the nights before.
        listener: salted hash, or None.
    """
    given, ask = _list_question(references.of_list(slots), slots.language, prompt, max_tokens, listener)
    side = 0 if slots.language == "zh" else 1
    bounds = {
        "opener": (_LEAST_OPENER[slots.language], params.opener_max[side]),
        "intro": params.intro_zh if side == 0 else params.intro_en,
    }
    allowed = Allowed(world, frozenset(PROOFS), terms.of_list(slots, world))
    rules = Rules(bounds, prompt, allowed, (), past, catalogue_names, led=("intro",))
    return TextRequest(given, slots, rules, ask, prompt)


def _list_question(
    given: Sequence[Reference], language: str, prompt: Prompt, max_tokens: int, listener: str | None
) -> tuple[Sequence[Reference], Ask]:
    """The question with as many of the facts as its cap holds, and those facts."""
    for size in range(len(given), -1, -1):
        data = {"language": language, "facts": _facts(given[:size])}
        ask = question(prompt, data, LIST_KEYS, max_tokens, listener)
        if len(ask.user.encode()) <= LIST_CAP:
            break
    return given[:size], ask


def for_review(
    song: Song,
    other: Song | None,
    language: str,
    prompt: Prompt,
    params: WordParams,
    max_tokens: int,
    catalogue_names: Collection[str] = (),
    citation: Citation | None = None,
) -> TextRequest:
    """The paragraphs of one review; of the other song the model sees measured facts alone.

    Args:
        citation: the sentence of a note that it may quote.
    """
    if other is not None and forms.speakable(other.title) is None:
        other = None  # a song that cannot be named is nothing to be heard beside
    given, slots = references.of_review(song, other, language, citation)
    keys = sections(song, other)
    most = params.paragraph_max[0 if language == "zh" else 1]
    notes = {BY_NAME["song", name].meaning("en"): word for name in _NOTES if (word := getattr(song, name)) is not None}
    if other is not None:
        bonds = companions.pair(song, other, language).bonds
        notes["this song beside the other"] = ", ".join(bond.section.replace(".", " ") for bond in bonds)
    data = {"language": language, "sections": list(keys), "facts": _facts(given), "notes": notes}
    owed = {"its sound": _SOUND, "the other song": [r.id for r in given if r.id[0] in "gc"]}
    lines = [line for line, _ in song.quotes] + ([citation.text] if citation else [])
    allowed = Allowed(of_review(song, other, language), _LASTING, terms.of_review(song, other, slots))
    bounds = dict.fromkeys(keys, (_LEAST_PARAGRAPH[language], most))
    rules = Rules(bounds, prompt, allowed, lines, (), catalogue_names, ("beside",), owed)
    return TextRequest(given, slots, rules, question(prompt, data, keys, max_tokens), prompt)


def sections(song: Song, other: Song | None) -> tuple[str, ...]:
    """Keys of a review's answer; each is a heading of the published review."""
    told = song.themes or song.quotes or song.lyricist
    words = ["instrumental"] if song.language == "instrumental" else ["lyrics"] if told else []
    return ("sound", *words, "style", *(["beside"] if other is not None else []))


def _facts(given: Sequence[Reference]) -> dict[str, str]:
    """Reference -> meaning, with its value where the model may see it."""
    return {r.id: r.means if r.opaque else f"{r.means} = {r.text}" for r in given}
