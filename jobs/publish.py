"""Publish: write one version aside, seal it, flip one pointer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import polars as pl

from features.audit.checks import refusal
from features.measurement import MeasurementPolicy
from features.night import Night
from features.serving.inputs import PublishedTables, PublishInputs
from features.serving.payload import list_payloads, review_payloads
from features.serving.tracks import track_payloads
from features.serving.version import content_version
from schemas import TABLES
from schemas.errors import AuditRefused, OutsideServiceError, UsageError
from warehouse.serving.checksums import DamagedStore
from warehouse.serving.store import Flip, Outcome

if TYPE_CHECKING:
    from datetime import date

    from warehouse.serving import ServingStore
    from warehouse.serving.store import StoreDamage

_log = logging.getLogger(__name__)


def run(
    inputs: PublishInputs, *, serving_store: ServingStore, policy: MeasurementPolicy, night: Night
) -> dict[str, pl.DataFrame]:
    """One row: the version these tables make. The store is untouched when the audit refuses."""
    if refused := refusal(inputs.audit):
        raise AuditRefused(refused, fix="`daily30 audit` shows every check; mend its cause and run the night again.")
    version, flip = publish(inputs, policy, night, serving_store)
    _log.info("version %s: %s; served now: %s", version, flip.outcome, flip.current)
    users_listed = inputs.daily_lists.get_column("user_id").n_unique()
    row = {"version": version, "ds": night.ds, "users": users_listed, "songs": inputs.daily_lists.height}
    return {"publication": TABLES["publication"].frame([row])}


def still_there(publication: pl.DataFrame, *, serving_store: ServingStore) -> bool:
    """Whether the store has what was published, whole: publishing it once more would change nothing."""
    rows = list(publication.select("version", "ds").iter_rows())
    # Looked through before it is asked: a file that cannot be read is published to again, and is no error here.
    return not any(serving_store.damaged(version) for version, _ in rows) and all(
        serving_store.settled(*row) for row in rows
    )


def let_go(store: ServingStore, version: str | None = None, ds: date | None = None) -> list[StoreDamage]:
    """Drop what is damaged of a store, or of one version of it, to be published again; what that was.

    Args:
        ds: the night that asks.

    Raises:
        OutsideServiceError: only the whole store could be let go of, and it serves later days than that.
    """
    found = store.damaged(version)
    whole = next((damage for damage in found if damage.version is None), None)
    if whole is not None and whole.unused:
        store.rewrite()
    elif whole is not None:
        _set_aside(store, whole.what, ds)
    else:
        for name in {damage.version for damage in found if damage.version is not None}:
            store.drop(name)
    return found


def _set_aside(store: ServingStore, what: str, ds: date | None) -> None:
    """Move a broken store out of the way, unless it serves later days: those an earlier night cannot publish again."""
    if ds is not None and _serves_later(store, ds):
        raise OutsideServiceError(
            f"{what}; it serves later days than {ds}", fix="run `daily30 repair`: it publishes all of them again."
        )
    store.set_aside()


def _serves_later(store: ServingStore, ds: date) -> bool:
    try:
        return any(version.ds > ds for version in store.versions())
    except OutsideServiceError:
        return False


def publish(tables: PublishedTables, policy: MeasurementPolicy, night: Night, store: ServingStore) -> tuple[str, Flip]:
    """Write the version unless the store has it whole, and flip to it; the same tables twice write nothing.

    What is damaged of it is written again; a store that cannot be written for damage is set aside.
    """
    version = content_version(tables, policy, night)
    for damage in let_go(store, version, night.ds):
        _log.warning("serving store: damaged, published again: %s", damage.what)
    try:
        return version, _publish(version, tables, policy, night, store)
    except DamagedStore as error:
        _log.warning("serving store: set aside: %s", error.message)
        _set_aside(store, error.message, night.ds)
        return version, _publish(version, tables, policy, night, store)


def _publish(
    version: str, tables: PublishedTables, policy: MeasurementPolicy, night: Night, store: ServingStore
) -> Flip:
    if store.begin(version, night.ds):
        lists = store.write_lists(version, list_payloads(tables, policy, night))
        reviews = store.write_reviews(version, review_payloads(tables))
        tracks = store.write_tracks(version, track_payloads(tables, policy))
        store.seal(version, lists=lists, songs=tables.daily_lists.height, reviews=reviews, tracks=tracks)
    flip = flipped(store, version, night.ds)
    store.prune(ds=night.ds)
    return flip


def flipped(store: ServingStore, version: str, ds: date) -> Flip:
    """Flip to a sealed version; one that newer days, published meanwhile, have pushed out is older than they are."""
    try:
        return store.flip(version)
    except UsageError:
        if not store.settled(version, ds):
            raise
        return Flip(Outcome.OLDER, store.current())
