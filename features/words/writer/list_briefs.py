"""Gathers what each listener's words need from the tables, and has them written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from features.evidence import registry
from features.evidence.kind import EvidenceRow
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.taste.affinity import artist_names
from features.words import labels
from features.words.facts import lists as list_facts
from features.words.facts.reader import Entry, Reader, SongHistory
from features.words.facts.slots import Slots
from features.words.facts.songs import Song, songs
from features.words.params import WordParams
from features.words.terms import occasion
from features.words.writer import hashtags
from features.words.writer import lists as list_writer
from features.words.writer import reasons as reason_writer
from features.words.writer.frames import Draws
from features.words.writer.inputs import BriefTables
from features.words.writer.paragraphs import Paragraphs
from features.words.writer.song_slots import OFTEN, Teller

_DRAWS = 512  # uniform numbers drawn per listener; a list needs about 300
_FAVOURITES = 6  # songs a listener plays most that a text may set another beside
_REASON = ("track_id", "kind", "subject", "value", "value_high", "song_value", "song_text", "subject_too")


@dataclass(frozen=True, slots=True)
class ListBrief:
    """Everything one listener's words are made of; ``past`` are openers and intros of earlier nights, ``tags``
    how often the hashtags of these nights came.
    """

    reader: Reader
    newcomer: bool
    entries: list[Entry]
    reasons: Mapping[str, list[EvidenceRow]]
    slots: Slots
    day: occasion.Occasion
    scenes: list[str]
    used: Mapping[str, int]
    past: frozenset[str]
    tags: Mapping[str, int]
    draws: Draws


class ListBriefs:
    """Answers per listener; every look-up is built once per bucket."""

    def __init__(
        self, tables: BriefTables, night: Night, seeds: Seeds, params: WordParams, policy: MeasurementPolicy
    ) -> None:
        self.night, self.seeds, self.params = night, seeds, params
        self.tables = tables
        looped = tables.taste["looped_track_ids"].explode(empty_as_null=True).drop_nulls().to_list()
        listed = tables.daily_lists["track_id"].to_list()
        subjects = tables.evidence.filter(pl.col("kind").is_in(registry.about("track")))
        spoken = pl.concat([subjects["subject"], subjects["subject_too"].alias("subject")]).drop_nulls().to_list()
        self._known = _known(tables.affinity, tables.taste, subjects)
        heard = [track_id for known in self._known.values() for track_id in known]
        wanted = {*listed, *looped, *spoken, *heard}
        self.songs: dict[str, Song] = songs(tables.facts, wanted)
        self.artists = _artists(tables)
        self._teller = Teller(self.songs, self.artists)
        self._lines = reason_writer.Lines(self._teller, params)
        self._paragraphs = Paragraphs(self.songs, self._teller, params)
        self._scenes = _scenes(tables.emotions, set(listed), policy)
        self._lists = _grouped(tables.daily_lists.sort("user_id", "rank"), "rank", "track_id", "artist_id", "discovery")
        self._evidence = _grouped(tables.evidence.sort("user_id", "track_id", "seq"), *_REASON)
        self._taste = {row["user_id"]: row for row in tables.taste.drop("text_vector").iter_rows(named=True)}
        self._recent = _recent(tables.recent_plays)
        self._summaries = {row["user_id"]: row for row in tables.list_summaries.iter_rows(named=True)}
        self._contexts = {
            row["city"]: row
            for row in tables.contexts.filter(pl.col("local_date") == night.serves_on).iter_rows(named=True)
        }
        self._used = _used(tables.copy_history, night)
        self._past: dict[str, set[str]] = defaultdict(set)
        self._tags: dict[str, Counter[str]] = defaultdict(Counter)
        told = tables.copy_history.select("user_id", "opener", "intro", "hashtags")
        for user_id, opener, intro, tags in told.iter_rows():
            self._past[user_id] |= {opener, intro}
            self._tags[user_id].update(tags)

    def orders(self) -> Iterator[ListBrief]:
        """One order per user with a list, by user id."""
        for user in self.tables.users.sort("user_id").iter_rows(named=True):
            if user["user_id"] in self._lists:
                yield self._order(user)

    def _order(self, user: Mapping[str, Any]) -> ListBrief:
        user_id, language = user["user_id"], user["language"]
        summary, taste = self._summaries.get(user_id, {}), self._taste.get(user_id, {})
        personalised = bool(user["personalised"]) and bool(summary.get("personalised"))
        known = self._known.get(user_id, {}) if personalised else {}
        recent = self._recent.get(user_id, {}) if personalised else {}
        reader = Reader(user_id, language, user["city"], personalised, not user["personalised"], taste, known, recent)
        entries = [Entry(r, self.songs[t], a, d) for r, t, a, d in self._lists[user_id]]
        reasons: dict[str, list[EvidenceRow]] = defaultdict(list)
        for row in self._evidence.get(user_id, ()):
            reasons[row[0]].append(EvidenceRow._make(row[1:]))
        slots = list_facts.list_slots(reader, entries, reasons, self.songs, self.artists, self.night.serves_on)
        day = occasion.occasion(self.night.serves_on, language, self._contexts.get(user["city"]))
        list_writer.add_day(slots, reader, day)
        draws = Draws(self.seeds.rng("copy", user_id, self.night.ds.isoformat()).random(_DRAWS).tolist())
        scenes = [self._scenes[e.song.track_id] for e in entries if e.song.track_id in self._scenes]
        newcomer = bool(user["personalised"]) and summary.get("history_class") == "new"
        used, past = self._used.get(user_id, {}), frozenset(self._past.get(user_id, ()))
        tags: Mapping[str, int] = self._tags.get(user_id, {})
        return ListBrief(reader, newcomer, entries, reasons, slots, day, scenes, used, past, tags, draws)

    def told(self, order: ListBrief, track_id: str, reason: EvidenceRow | None) -> Slots:
        """What a song of the list and one of its reasons (None: the song alone) say."""
        return self._teller.tell(self.songs[track_id], reason, order.slots, order.reader.known)

    def list_copy(self, order: ListBrief) -> dict[str, Any]:
        """The row of ``list_copy`` by the built-in writer."""
        slots, day, draws = order.slots, order.day, order.draws
        opener = list_writer.opener(slots, order.reader, day, order.used, draws, self.params)
        intro = list_writer.intro(slots, order.reader, order.newcomer, order.used, draws, self.params, opener.used)
        artist, head = slots.values.get("artist"), opener.frame_ids[0].rpartition(".")[0]
        tags = hashtags.hashtags(order.entries, order.scenes, day, order.reader, draws, artist, head, order.tags)
        return {
            "user_id": order.reader.user_id,
            "language": slots.language,
            "opener": opener.text,
            "hashtags": tags,
            "intro": intro.text,
            "frame_ids": [*opener.frame_ids, *intro.frame_ids],
            **labels.builtin(opener.text, intro.text, *tags),
        }

    def song_reasons(self, order: ListBrief) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows of ``song_reasons`` of one list, a line and a paragraph per song; and the frames of the lines."""
        user_id, language, known = order.reader.user_id, order.slots.language, order.reader.known
        lines: dict[str, int] = {}
        paragraphs: dict[str, int] = {}
        rows, before = [], None
        for entry in order.entries:
            track_id = entry.song.track_id
            reasons = order.reasons.get(track_id, ())
            line, reason = self._lines.line(entry, reasons, order.slots, known, lines, order.draws, order.used)
            paragraph = self._paragraphs.write(
                entry, reasons, reason, before, order.slots, order.reader, paragraphs, order.draws
            )
            rows.append({
                "user_id": user_id, "track_id": track_id, "language": language, "reason": line,
                "paragraph": paragraph or line,
            })  # fmt: skip
            before = entry.song
        return rows, reason_writer.frame_ids(lines)


def _grouped(frame: pl.DataFrame, *columns: str) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in frame.select("user_id", *columns).iter_rows():
        found[row[0]].append(row[1:])
    return found


def _known(affinity: pl.DataFrame, taste: pl.DataFrame, subjects: pl.DataFrame) -> dict[str, dict[str, SongHistory]]:
    """User -> track -> what they did with it: loops, subjects of evidence, and a few favourites."""
    key = ["user_id", "track_id"]
    loops = taste.select("user_id", track_id="looped_track_ids").explode("track_id", empty_as_null=True)
    spoken = [subjects.select("user_id", track_id=column) for column in ("subject", "subject_too")]
    wanted = pl.concat([loops, *spoken]).drop_nulls().unique()
    open_to = affinity.filter(~pl.col("blocked") & (pl.col("weight") > 0))
    dear = open_to.filter(pl.col("liked") | (pl.col("plays") >= OFTEN))
    ranked = dear.sort("user_id", "plays", "track_id", descending=[False, True, False])
    favourites = ranked.group_by("user_id", maintain_order=True).head(_FAVOURITES).select(key)
    rows = open_to.join(pl.concat([wanted, favourites]).unique(), on=key, how="semi").sort(key)
    found: dict[str, dict[str, SongHistory]] = defaultdict(dict)
    told = ~pl.col("doubtful")
    kept = pl.when(told).then(pl.col("plays") - pl.col("skips")).otherwise(0)
    # Which of the week were skipped is not known.
    week = pl.when(told & (pl.col("skips") == 0)).then("plays_7d").otherwise(0)
    first, last = (pl.when(told).then(column) for column in ("first_played", "last_played"))
    for user_id, track_id, *row in rows.select(
        *key, plays=kept, plays_7d=week, liked="liked", first=first, last=last
    ).iter_rows():
        found[user_id][track_id] = SongHistory(*row)
    return dict(found)


def _recent(recent_plays: pl.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    """User -> measure -> item -> plays in 30 days."""
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for user_id, measure, item, plays in recent_plays.select("user_id", "measure", "item", "plays").iter_rows():
        found[user_id][measure][item] = plays
    return found


def _artists(tables: BriefTables) -> dict[str, str]:
    """Names of the artists that lists, loops, rotations and evidence speak of."""
    rotating = tables.taste["artist_ids"].explode(empty_as_null=True).drop_nulls().to_list()
    spoken = tables.evidence.filter(pl.col("kind").is_in(registry.about("artist")))["subject"].drop_nulls().to_list()
    ids = {*rotating, *spoken, *tables.daily_lists["artist_id"].drop_nulls().to_list()}
    named = artist_names(tables.tracks)
    return dict(named.filter(pl.col("artist").is_in(sorted(ids))).iter_rows())


def _scenes(emotions: pl.DataFrame, listed: set[str], policy: MeasurementPolicy) -> dict[str, str]:
    """The surest scene of each track, where it may be said: a hashtag names what the list suits."""
    theirs = emotions.filter(pl.col("track_id").is_in(sorted(listed)))
    return dict(theirs.select("track_id", policy.said("scene")).drop_nulls().iter_rows())


def _used(history: pl.DataFrame, night: Night) -> dict[str, dict[str, int]]:
    """User -> frame id -> nights ago it was last used."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for user_id, ds, frame_ids in history.select("user_id", "ds", "frame_ids").iter_rows():
        ago = (night.ds - ds).days
        for frame_id in frame_ids:
            found[user_id][frame_id] = min(ago, found[user_id].get(frame_id, ago))
    return found
