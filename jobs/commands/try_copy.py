"""One text tried out: what a model is told, what it says, what the checks say, what would be published.

Reads a finished night; nothing of it is changed. A model is asked only where the caller hands in an asker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl

from features.night import Night
from features.seeds import Seeds
from features.words import labels
from features.words.claims.night import ListWorlds
from features.words.grounding import distinctive_names
from features.words.model import narration
from features.words.model.asking import Writer
from features.words.model.narration import Record
from features.words.model.requests import TextRequest
from features.words.model.second_reader import SecondReading
from features.words.writer import review_briefs
from features.words.writer.citations import citations
from features.words.writer.inputs import BriefTables
from features.words.writer.list_briefs import ListBriefs
from jobs import copy, prompts, reviews
from jobs.pipeline import STAGES
from jobs.run.settings import Settings
from jobs.run.stage import LOOKBACKS
from schemas import TABLES
from schemas.errors import UsageError
from warehouse.lake.reader import Lake, NightView


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything about one text.

    Args:
        subject: whose it is: a user id or a track id.
        sheet: per reference its meaning, the words that stand for it and whether the model sees them.
        question: static text and data, as they are or would be sent.
        rounds: per question what came back, what was wrong with it, and its sentences with their claims.
        outcome, fell_back: as in ``list_asks``; outcome is builtin where nobody was asked.
        texts: what would be published, by key.
        provenance: who wrote that: writer, model, notice, content_id, label.
    """

    kind: str
    subject: str
    language: str
    prompt: str
    sheet: list[dict[str, Any]]
    question: dict[str, Any]
    rounds: list[dict[str, Any]]
    outcome: str
    fell_back: str | None
    texts: dict[str, str]
    provenance: dict[str, Any] = field(default_factory=dict)


def of_list(
    home: Path, night: NightView, settings: Settings, user: str, language: str | None, asker: Writer | None, model: str
) -> Trial:
    """The opener and intro of a listener's list.

    Args:
        language: another language than the listener's own.
        asker: who is asked; None asks nobody.
        model: the name to label its text with.
    """
    given = settings.params_of(STAGES["copy"])
    params = given["params"]
    tables = _users_tables(home, night, user, language)
    briefs = ListBriefs(tables, Night(night.ds), Seeds(settings.seed), params, given["policy"])
    order = next(briefs.orders(), None)
    if order is None:
        raise UsageError(f"the night of {night.ds} has no list for user {user!r}", fix="`daily30 show` knows near ids.")
    catalogue_names = distinctive_names(tables.tracks["artist_name"].drop_nulls().unique().to_list())
    secret = settings.tool("llm").listener_secret.get_secret_value()
    tokens = settings.params_of(STAGES["copy_plan"])["params"].list_answer_tokens
    world = ListWorlds(briefs).of(order)
    wanted = copy.text_request(order, world, tokens, catalogue_names, params, secret)
    builtin = briefs.list_copy(order)
    written = {name: builtin[name] for name in ("opener", "intro")}
    return _trial("list", user, wanted, asker, model, written, builtin)


def of_review(
    night: NightView, settings: Settings, track: str, language: str, asker: Writer | None, model: str
) -> Trial:
    """The deep review of a song."""
    tracks = night.frame("tracks")
    if track not in tracks["track_id"]:
        raise UsageError(f"no track {track!r} in the night of {night.ds}", fix="daily30 search TITLE shows track ids.")
    params, seeds = settings.params_of(STAGES["reviews"])["params"], Seeds(settings.seed)
    needed = pl.DataFrame({"track_id": [track], "language": [language], "listeners": [1]})
    known, near = night.frame("facts"), night.frame("neighbours")
    cited = citations(tracks, night.frame("snippets"))
    briefs = reviews.briefs_of(needed, tracks, known, near, cited, seeds, params)
    brief = briefs[track, language]
    catalogue_names = distinctive_names(tracks["artist_name"].drop_nulls().unique().to_list())
    tokens = settings.params_of(STAGES["copy_plan"])["params"].review_answer_tokens
    builtin = review_briefs.builtin(brief, seeds, params)
    written = dict(zip(builtin["headings"], builtin["paragraphs"], strict=True))
    return _trial(
        "review", track, reviews.text_request(brief, tokens, catalogue_names, params), asker, model, written, builtin
    )


def _users_tables(home: Path, night: NightView, user: str, language: str | None) -> BriefTables:
    """What the words of one listener's list are made of."""
    mine = pl.col("user_id") == user
    own = {
        name: night.frame(name).filter(mine)
        for name in ("users", "daily_lists", "list_summaries", "evidence", "taste", "recent_plays", "affinity")
    }
    whole = {name: night.frame(name) for name in ("tracks", "facts", "emotions", "contexts")}
    tables = BriefTables(**own, **whole, copy_history=_past(home, night, mine))
    return tables if language is None else replace(tables, users=own["users"].with_columns(language=pl.lit(language)))


def _past(home: Path, night: NightView, mine: pl.Expr) -> pl.DataFrame:
    """The listener's words of the nights before."""
    lake, first = Lake(home), night.ds - timedelta(days=LOOKBACKS["copy_history"].nights)
    nights = [lake.night(day) for day in lake.nights() if first <= day < night.ds]
    rows = [n.frame("list_copy").filter(mine).with_columns(ds=pl.lit(n.ds)) for n in nights if "list_copy" in n.tables]
    contract = TABLES["copy_history"]
    return pl.concat([contract.frame(frame) for frame in rows]) if rows else contract.empty()


def _trial(
    kind: str,
    subject: str,
    wanted: TextRequest,
    asker: Writer | None,
    model: str,
    written: Mapping[str, str],
    builtin: Mapping[str, Any],
) -> Trial:
    record = Record(wanted) if asker is None else narration.write(asker, [wanted], prompts.second_reader(asker))[0]
    language = wanted.slots.language
    provenance = {name: builtin[name] for name in ("writer", "model", "notice", "content_id")}
    if record.texts is not None:
        provenance = dict(labels.model(model, wanted.prompt.version, language, *record.texts.values()))
    return Trial(
        kind=kind,
        subject=subject,
        language=language,
        prompt=wanted.prompt.version,
        sheet=[{"ref": r.id, "means": r.means, "stands": r.text, "shown": not r.opaque} for r in wanted.given],
        question={
            "system": wanted.ask.system,
            "user": wanted.ask.user,
            "schema": dict(wanted.ask.schema),
            "max_tokens": wanted.ask.max_tokens,
            "listener": wanted.ask.listener,
        },
        rounds=[_round(record, place) for place in range(len(record.rounds))],
        outcome=record.outcome,
        fell_back=record.fell_back,
        texts=dict(record.texts or written),
        provenance=provenance | {"label": labels.implicit(provenance)},
    )


def _round(record: Record, place: int) -> dict[str, Any]:
    """What one question brought."""
    made = record.rounds[place]
    answer = made.answer
    return {
        "added": made.ask.user.removeprefix(record.text_request.ask.user).strip(),
        "raw": answer.raw,
        "why_none": None if answer.why is None else str(answer.why),
        "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
        "from_cache": answer.cached,
        "faults": made.faults,
        "second_reading": _second(made.second),
        "sentences": [
            {
                "key": key,
                "text": sentence.text or sentence.raw,
                "claims": [{"claim": claim.words, "verdict": str(claim.verdict)} for claim in sentence.claims],
                "follows": None if made.second is None else made.second.follows.get((key, number)),
                "stands": not sentence.faults,
                "why": [f"{fault}: {what}" for fault, what in sentence.faults],
            }
            for key, sentences in made.reading.sentences.items()
            for number, sentence in enumerate(sentences)
        ],
    }


def _second(second: SecondReading | None) -> dict[str, Any] | None:
    """What the second reader answered, and why that is no verdict; None where it was not asked."""
    if second is None:
        return None
    answer = second.answer
    return {
        "raw": answer.raw,
        "why_none": None if second.why_none is None else str(second.why_none),
        "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
        "from_cache": answer.cached,
    }
