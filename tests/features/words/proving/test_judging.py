"""Every sentence of a night is proved; one figure, name, title or key changed is told as false."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl
import pytest

from features.evidence.kind import EvidenceRow
from features.seeds import Seeds
from features.words.facts.slots import Slots
from features.words.grounding import Sheet
from features.words.params import WordParams
from features.words.proving import texts
from features.words.proving.apart import Sentence, taken_apart
from features.words.proving.judging import May, judged, modelled
from features.words.writer import frames, review_briefs
from features.words.writer.citations import citations
from jobs.commands.fact_sheets import brief_of
from jobs.reviews import briefs_of
from tests.worlds.night import night

pytestmark = pytest.mark.slow

_KEY = re.compile(r"[降升]?[A-G][大小]调|\b[A-G](?:-flat|[ -]sharp|[♭♯])? (?:major|minor)")


class Published(NamedTuple):
    """A text, and what it may say."""

    text: str
    may: list[May]
    joined: list[Sentence]


def _published() -> tuple[dict[str, pl.DataFrame], list[Published]]:
    tables, ds = night(11, users=16, songs=60)
    found = []
    for copy in tables["list_copy"].to_dicts():
        briefs, order = brief_of(tables.__getitem__, copy["user_id"], ds)
        found += [Published(copy["opener"], texts.opener(order), []), Published(copy["intro"], texts.intro(order), [])]
        own = pl.col("user_id") == copy["user_id"]
        said = {row["track_id"]: row for row in tables["song_reasons"].filter(own).to_dicts()}
        why = tables["evidence"].filter(own).sort("seq").to_dicts()
        for entry in order.entries:
            song = said[entry.song.track_id]
            of_song = (row for row in why if row["track_id"] == entry.song.track_id)
            rows = {row["seq"]: EvidenceRow(*(row[name] for name in EvidenceRow._fields)) for row in of_song}
            found.append(Published(song["reason"], *texts.line(briefs, order, entry, rows)))
            paragraph = texts.paragraph(briefs, order, entry, rows, song["paragraph"])
            found.append(Published(song["paragraph"], *paragraph))
    wanted = review_briefs.needed(tables["daily_lists"], tables["users"])
    cited = citations(tables["tracks"], tables["snippets"])
    made = briefs_of(wanted, tables["tracks"], tables["facts"], tables["neighbours"], cited, Seeds(0), WordParams())
    for review in tables["reviews"].to_dicts():
        brief = made[review["track_id"], review["language"]]
        may = texts.review(brief.song, brief.other, brief.language, brief.citation)
        found += [Published(paragraph, may, []) for paragraph in review["paragraphs"]]
    return tables, found


def test_every_sentence_of_a_night_is_proved() -> None:
    _, found = _published()
    sentences = [one for text in found for one in judged(*text)]
    assert len(sentences) > 2400
    assert [one for one in sentences if one.verdict != "proved"] == []


def test_a_changed_number_name_title_or_key_is_false() -> None:
    tables, found = _published()
    artists, titles = (sorted(set(tables["tracks"][name].drop_nulls())) for name in ("artist_name", "title"))
    told = [(lie, text) for text in found for lie in _lies(text.text, artists, titles)]
    unseen = [lie for lie, text in told if "false" not in {one.verdict for one in judged(lie, *text[1:])}]
    assert len(told) > 4000
    assert unseen == []


def _lies(text: str, *names: list[str]) -> Iterator[str]:
    for match in re.finditer(r"\d+", text):
        for number in ("977", str(int(match[0]) + 1)):
            yield text[: match.start()] + number + text[match.end() :]
    for known in names:
        for name in (name for name in known if name in text):
            strange = [other for other in known if other not in text]
            yield from (text.replace(name, next(o for o in strange if o.isascii() is latin)) for latin in (True, False))
    for match in _KEY.finditer(text):
        other = "升F小调" if match[0].endswith("调") else "F# minor"
        yield text[: match.start()] + other + text[match.end() :]


def _may(language: str, **numbers: int) -> list[May]:
    slots = Slots(language)
    for slot, number in numbers.items():
        slots.number(slot, number, "bpm")
    return [May("reviews", "open.tempo", slots)]


def test_what_is_false_says_what_was_counted() -> None:
    may = _may("en", bpm=96)
    (one,) = judged("The tempo is 108 BPM.", may)
    assert (one.verdict, one.figures) == ("false", {"bpm": ("108", "96")})
    assert one.why == "bpm 108, counted 96"


def test_a_sentence_of_a_reason_that_does_not_hold_is_false() -> None:
    may = [m._replace(row=3) for m in _may("en", bpm=96)]
    text = "The tempo is 96 BPM."
    assert [(one.verdict, one.row) for one in judged(text, may)] == [("proved", 3)]
    assert [(one.verdict, one.why) for one in judged(text, may, (), [3])] == [("false", "its reason is not borne out")]


def test_what_nobody_wrote_is_false_where_it_states_something_and_else_not_to_be_proved() -> None:
    may = _may("en", bpm=96)
    assert [one.verdict for one in judged("It won 7 awards.", may)] == ["false"]
    (one,) = judged("Someone else put it this way.", may)
    assert (one.verdict, one.why) == (
        "unproved", "no sentence of ours reads so; its figures and names are on the sheet",
    )  # fmt: skip


def test_a_sentence_of_what_is_not_counted_is_false() -> None:
    """A frame of a section that nothing of this text bears out."""
    waltz = frames.load("en", "reviews")["metre.three"][0].text
    (one,) = judged(waltz, _may("en", bpm=96))
    assert (one.verdict, one.section, one.why) == ("false", "metre.three", "nothing counted says metre.three")


def test_as_little_as_possible_is_left_over() -> None:
    slots = Slots("en")
    short, long = (Sentence("s", text, (), slots) for text in ("It is slow.", "It is slow. It is low."))
    assert taken_apart("It is slow. It is low. So it goes.", [short, long]) == [long, "So it goes."]
    assert taken_apart("It is slow. It is slow.", [short, long]) == [short, short]
    count = Sentence("s", "30 songs.", (), slots)
    assert taken_apart("430 songs. 30 songs.", [count]) == ["430 songs.", count]


def test_a_text_of_a_model_is_held_against_its_sheet() -> None:
    sheet = Sheet("en")
    sheet.number(96, "bpm")
    assert modelled("It runs at 96 BPM.", sheet, frozenset(), 1, 99).verdict == "proved"
    wrong = modelled("It runs at 97 BPM, like Ida Lund.", sheet, frozenset({"Ida Lund"}), 1, 99)
    assert wrong.verdict == "false"
    assert "number: 97 bpm" in wrong.why
