"""The sentences around one song proved as they were published: each figure said beside the figure counted again.

The texts are those of the version that the night published. Each is taken apart into the sentences its writer could
have made, and what those may say is worked out anew: reasons by their proofs, the listener's habits from their plays,
the songs' facts from what was measured.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from features.evidence.kind import EvidenceRow
from features.evidence.proof import Bounds, recheck_sql
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.serving.inputs import ServedTables
from features.serving.payload import list_payloads, review_payloads
from features.words.claims.night import ListWorlds
from features.words.claims.world import World
from features.words.facts.inputs import FactInputs
from features.words.grounding import distinctive_names
from features.words.model import references
from features.words.model.answers import least_left
from features.words.params import WordParams
from features.words.proving import texts
from features.words.proving.judging import Judged, judged, modelled
from features.words.writer.citations import citations
from features.words.writer.inputs import BriefTables
from features.words.writer.list_briefs import ListBrief, ListBriefs
from features.words.writer.review_briefs import ReviewBrief
from jobs import copy, facts, reviews, taste
from jobs.commands.fact_sheets import brief_of
from jobs.commands.recheck import Row
from jobs.run.body import apply, asked_by, gather
from schemas.errors import UsageError

if TYPE_CHECKING:
    from features.words.model.requests import TextRequest
    from jobs.run.settings import Settings
    from warehouse.lake.reader import NightView
    from warehouse.serving import ServingStore

Tables = dict[str, pl.DataFrame]
_HABITS = ("affinity", "taste", "recent_plays")
_USED = (BriefTables, ServedTables, FactInputs)
_NEEDED = {field.name for record in _USED for field in fields(record)} - {"copy_history"}
_NEEDED |= {"plays", "feedback", "text_vectors", "neighbours", "snippets"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One song of one listener's list, and the rows of evidence (of all their songs) that did not hold."""

    user_id: str
    track_id: str
    wrong: Collection[Row]


def sentences(
    night: NightView, asked: Asked, settings: Settings, given: Bounds, store: ServingStore
) -> list[dict[str, Any]]:
    """Every sentence above the list and under one song, its review's too: proved, not to be proved, or false."""
    if lacking := sorted(_NEEDED - {*night.tables}):
        why = f"the night was made by an older version and keeps no table {', '.join(lacking)}"
        return [{"where": "all texts", **asdict(Judged("", "unproved", why=why))}]
    tables = _worked_out(night, asked, settings)
    counted, refuted = _counted(night, tables, asked, given)
    payload, review = _published(night, tables, asked, given.policy, store)
    briefs, order = brief_of(tables.__getitem__, asked.user_id, Night(night.ds))
    params = settings.tool("copy")
    names = distinctive_names(tables["tracks"]["artist_name"].drop_nulls().unique().to_list())
    found = [
        *_of_list(payload, order, ListWorlds(briefs).of(order), params, names),
        *_of_song(payload, briefs, order, asked, counted, refuted),
        *_of_review(review, tables, params, names),
    ]
    return [{"where": where, **asdict(one)} for where, one in found]


def _worked_out(night: NightView, asked: Asked, settings: Settings) -> Tables:
    """The tables of one listener: habits counted again from plays, facts from what was measured, reasons that hold."""
    from jobs.pipeline import STAGES

    whole = {name: night.frame(name) for name in sorted(_NEEDED)}
    mine = {
        name: frame.filter(pl.col("user_id") == asked.user_id) if "user_id" in frame.columns else frame
        for name, frame in whole.items()
    }
    of_taste, of_facts = (settings.params_of(STAGES[name]) for name in ("taste", "facts"))
    mine |= apply(taste.run, mine, night=Night(night.ds), **of_taste)
    wrong = [track_id + str(seq) for _, track_id, seq in asked.wrong]
    held = ~pl.concat_str("track_id", "seq").is_in(wrong)
    listed = mine["evidence"].filter(held | (pl.col("track_id") == asked.track_id))
    near = mine["neighbours"].filter(pl.col("track_id") == asked.track_id)["neighbour_id"]
    subjects = (listed[name].drop_nulls() for name in ("subject", "subject_too"))
    spoken = {
        *mine["affinity"]["track_id"],
        *mine["daily_lists"]["track_id"],
        *near,
        *(s for some in subjects for s in some),
    }
    songs = {
        name: mine[name].filter(pl.col("track_id").is_in(sorted(spoken))) for name in asked_by(facts.run) & mine.keys()
    }
    return mine | {"evidence": listed} | apply(facts.run, songs, **of_facts)


def _published(
    night: NightView, tables: Tables, asked: Asked, policy: MeasurementPolicy, store: ServingStore
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the night published of the list and the song's review; as it would have been, where no store holds it."""
    version = night.frame("publication")["version"][0] if "publication" in night.tables else ""
    try:
        with store.reading(version=version) as served:
            payload = served.user_list(asked.user_id)
            if payload is not None:
                return payload, served.review(asked.track_id, payload["language"])
    except UsageError:
        pass  # an older night, or one that was refused
    made = gather(ServedTables, tables)
    payload = next(payload for _, payload in list_payloads(made, policy, Night(night.ds)))
    key = (asked.track_id, payload["language"])
    return payload, next((review for *of, review in review_payloads(made) if tuple(of) == key), None)


def _counted(night: NightView, tables: Tables, asked: Asked, given: Bounds) -> tuple[dict[int, EvidenceRow], set[int]]:
    """The song's rows of evidence by ``seq``, numbered by their proofs over the habits counted again; which fail."""
    from warehouse.duck import query_night

    others = pl.col("user_id") != asked.user_id
    instead = {name: pl.concat([night.frame(name).filter(others), tables[name]]) for name in _HABITS}
    rows = tables["evidence"].filter(pl.col("track_id") == asked.track_id).sort("seq").to_dicts()
    answers = query_night(night, [recheck_sql(row, asked.user_id, night.ds, given) for row in rows], instead)
    again = {
        row["seq"]: answer.rows[0] if answer.rows else (False, None, None, None)
        for row, answer in zip(rows, answers, strict=True)
    }
    refuted = {seq for _, track_id, seq in asked.wrong if track_id == asked.track_id}
    counted = {row["seq"]: _row(row, again[row["seq"]][1:]) for row in rows}
    return counted, refuted | {seq for seq, (holds, *_) in again.items() if not holds}


def _row(row: Mapping[str, Any], numbers: Sequence[Any]) -> EvidenceRow:
    value, high, song = (None if n is None else float(n) for n in numbers)
    return EvidenceRow(row["kind"], row["subject"], value, high, song, row["song_text"], row["subject_too"])


def _of_list(
    payload: Mapping[str, Any], order: ListBrief, world: World, params: WordParams, names: frozenset[str]
) -> Iterator[tuple[str, Judged]]:
    may = {"opener": texts.opener(order), "intro": texts.intro(order)}
    if payload["writer"] == "model":
        yield from _of_model(payload, copy.text_request(order, world, 1, names, params), names)
        return
    for where, sections in may.items():
        yield from ((where, one) for one in judged(payload[where], sections))


def _of_song(
    payload: Mapping[str, Any],
    briefs: ListBriefs,
    order: ListBrief,
    asked: Asked,
    rows: texts.Rows,
    refuted: Collection[int],
) -> Iterator[tuple[str, Judged]]:
    song = next(song for song in payload["songs"] if song["track_id"] == asked.track_id)
    entry = next(entry for entry in order.entries if entry.song.track_id == asked.track_id)
    line, lines = texts.line(briefs, order, entry, rows)
    yield from (("reason", one) for one in judged(song["reason"], line, lines, refuted))
    may, joined = texts.paragraph(briefs, order, entry, rows, song["paragraph"])
    yield from (("paragraph", one) for one in judged(song["paragraph"], [*may, *line], [*joined, *lines], refuted))


def _of_review(
    review: Mapping[str, Any] | None, tables: Tables, params: WordParams, names: frozenset[str]
) -> Iterator[tuple[str, Judged]]:
    if review is None:
        return
    key = {"track_id": [review["track_id"]], "language": [review["language"]], "listeners": [1]}
    tracks, known, near = (tables[name] for name in ("tracks", "facts", "neighbours"))
    cited = citations(tracks, tables["snippets"])
    (brief,) = reviews.briefs_of(pl.DataFrame(key), tracks, known, near, cited, Seeds(0), params).values()
    if review["writer"] == "model":
        request = reviews.text_request(brief, 1, names, params)
        parts = dict(zip(request.rules.bounds, review["paragraphs"], strict=False))
        yield from (("review", one) for _, one in _of_model(parts, request, names))
        return
    may = texts.review(brief.song, brief.other, brief.language, brief.citation)
    for paragraph in review["paragraphs"]:
        yield from (("review", _noted(one, brief)) for one in judged(paragraph, may))


def _noted(one: Judged, brief: ReviewBrief) -> Judged:
    """A quotation of a note with which one it is."""
    if one.section != "note" or one.verdict != "proved" or brief.citation is None:
        return one
    return replace(one, why=f"sentence {brief.citation.snippet_id} of the delivered notes")


def _of_model(
    published: Mapping[str, Any], request: TextRequest, names: frozenset[str]
) -> Iterator[tuple[str, Judged]]:
    """Texts of a model by the checks that let them in; which facts each one used is not kept, so all are lawful."""
    known = {reference.id: reference for reference in request.given}
    sheet = references.sheet(request.slots, known, known)
    sheet.times = None
    for where, (low, high) in request.rules.bounds.items():
        if where in published:
            yield where, modelled(published[where], sheet, names, least_left(low), high)
