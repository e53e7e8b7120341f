"""Ingest: what was delivered, checked; bad rows to quarantine; too bad a delivery stops the night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from features.ingest import aliases, artists, catalogue, gates, listening, notes
from features.ingest.gates import IngestParams, Judged
from features.ingest.horizon import newest_plausible_day
from features.ingest.inputs import IngestInputs
from features.ingest.near import with_near
from features.ingest.sieve import Sieved, accounts
from features.ingest.works import with_works
from features.night import Night
from schemas import TABLES
from schemas.catalogue import QUARANTINE
from schemas.delivery import DELIVERED
from schemas.expectations import require_expectations, validate_with_gx


def run(inputs: IngestInputs, *, params: IngestParams, night: Night) -> dict[str, pl.DataFrame]:
    """Clean tables known by the end of ds, the quarantine and the accounts of the ingest.

    Raises:
        ContractError: a gate is broken; figures and first offenders are in the message.
    """
    judged = judge(inputs, params=params, night=night)
    for stop in gates.stops(judged, night, params):
        raise stop.error
    outcomes = judged.outcomes
    return _tables(outcomes, params) | {"ingest_counts": accounts(list(outcomes.values()), judged.read)}


def judge(inputs: IngestInputs, *, params: IngestParams, night: Night) -> Judged:
    """Every delivered row through its rules; what the gates then look at."""
    checked, known = _checked(inputs, night, params)
    outcomes = {o.table: _with_unreadable(o, inputs.landing_unreadable) for o in checked}
    return Judged(outcomes, _rows_read(inputs, tuple(outcomes)), known)


def _rows_read(inputs: IngestInputs, tables: Sequence[str]) -> dict[str, int]:
    """Rows delivered of each table, those that no reader could read among them."""
    torn = inputs.landing_unreadable.get_column("table_name")
    return {name: getattr(inputs, f"landing_{name}").height + int((torn == name).sum()) for name in tables}


def _checked(inputs: IngestInputs, night: Night, params: IngestParams) -> tuple[list[Sieved], pl.DataFrame]:
    """Every delivered table, sieved; and the plays by which the joins are judged."""
    newest = newest_plausible_day(
        inputs.landing_plays.get_column("played_at").dt.date(),
        night.ds,
        share=params.newest_day_share,
        max_gap_days=params.max_gap_days,
    )
    alias_rows = aliases.check_aliases(inputs.landing_aliases)
    names = aliases.of(alias_rows)
    users = catalogue.check_users(inputs.landing_users, night, newest, params)
    tracks = catalogue.check_tracks(inputs.landing_tracks, inputs.last_tracks, names, night, newest, params)
    credited = artists.resolve(tracks.kept, inputs.landing_tracks.filter(pl.col("added_on") <= night.ds))
    tracks = replace(tracks, kept=with_near(with_works(credited.tracks), aliases.none_other(inputs.landing_aliases)))
    everyone = pl.concat([users.kept, users.later], how="diagonal").unique("user_id", keep="first", maintain_order=True)
    played = aliases.renamed(inputs.landing_plays, "track_id", names)
    plays = listening.locate(played, "plays", "played_at", everyone)
    marked = listening.mark_known(plays, users.kept, tracks.kept)
    judged = aliases.renamed(inputs.landing_feedback, "subject_id", names)
    signals = listening.locate(judged, "feedback", "event_at", everyone)
    sieved = [
        tracks,
        users,
        listening.check_plays(marked, night, newest, params),
        listening.check_feedback(signals, night, newest, users.kept, tracks.kept, credited.ids, params),
        catalogue.check_contexts(inputs.landing_contexts, night, newest, params),
        catalogue.check_lyrics(inputs.landing_lyrics, names, tracks),
        alias_rows,
        notes.check_notes(inputs.landing_notes, names, tracks, credited.ids, night, newest, params),
    ]
    return sieved, listening.known_by(marked, night, params)


def _tables(outcomes: Mapping[str, Sieved], params: IngestParams) -> dict[str, pl.DataFrame]:
    """What was kept, as the contracts say, and what was refused."""
    kept = {c.name: c.frame(outcomes[name].kept).sort(c.key) for name, c in DELIVERED.items()}
    kept["tracks"] = catalogue.with_sung_language(kept["tracks"], kept["lyrics"])
    if params.expectations:
        require_expectations([validate_with_gx(t, TABLES[n]) for n, t in kept.items()], where="ingest")
    return kept | {"quarantine": pl.concat([o.quarantine for o in outcomes.values()]).sort(QUARANTINE.key)}


def _with_unreadable(outcome: Sieved, unreadable: pl.DataFrame) -> Sieved:
    """The outcome with rows no reader could read, as refused rows."""
    mine = QUARANTINE.frame(unreadable.filter(pl.col("table_name") == outcome.table))
    return replace(outcome, quarantine=pl.concat([outcome.quarantine, mine]))
