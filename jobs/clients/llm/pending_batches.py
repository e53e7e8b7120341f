"""Batches under way, kept in the ledger's file so that a restarted process finds them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jobs.clients.llm.ledger import Ledger, Reservation
from jobs.clients.llm.wire import Reading, Tokens

_TABLES = (
    """create table if not exists batch (token text primary key, endpoint text not null, model text not null,
    night text not null, id text, reservation integer not null, tokens integer not null)""",
    "create table if not exists batch_line (key text not null, token text not null, tokens integer not null)",
    "create index if not exists batch_line_key on batch_line (key)",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch under way.

    Args:
        token: our name for it, sent along as metadata.
        id: the endpoint's name, None until it told us.
        held: its tokens, reserved in the night it was made.
        lines: most tokens of each line by the ask's key.
    """

    token: str
    id: str | None
    held: Reservation
    lines: Mapping[str, int]


class PendingBatches:
    """Batches of one endpoint and model."""

    def __init__(self, ledger: Ledger, endpoint: str, model: str) -> None:
        self._ledger, self._target = ledger, (endpoint, model)
        with ledger.transaction() as db:
            for table in _TABLES:
                db.execute(table)

    def open(self, night: str, lines: Sequence[tuple[str, int]]) -> Batch | None:
        """A new batch with its tokens reserved, of as many first lines as fit; None where none does.

        Args:
            lines: (key, most tokens) in order.
        """
        with self._ledger.transaction() as db:
            room, fitting = self._ledger.room(night), dict[str, int]()
            for key, tokens in lines:
                if tokens > room:
                    break
                fitting[key], room = tokens, room - tokens
            held = self._ledger.reserve(night, sum(fitting.values())) if fitting else None
            if held is None:
                return None
            token = uuid.uuid4().hex
            row = (token, *self._target, night, None, held.id, held.tokens)
            db.execute("insert into batch values (?, ?, ?, ?, ?, ?, ?)", row)
            db.executemany("insert into batch_line values (?, ?, ?)", [(k, token, t) for k, t in fitting.items()])
        return Batch(token, None, held, fitting)

    def named(self, batch: Batch, batch_id: str) -> Batch:
        """The endpoint's name for it, on disk before anybody waits."""
        with self._ledger.transaction() as db:
            db.execute("update batch set id = ? where token = ?", (batch_id, batch.token))
        return Batch(batch.token, batch_id, batch.held, batch.lines)

    def holding(self, keys: Iterable[str]) -> list[Batch]:
        """Batches under way in which any of these asks travels, whichever process or night made them."""
        wanted = set(keys)
        with self._ledger.transaction() as db:
            rows = db.execute(
                "select token, id, night, reservation, tokens from batch where endpoint = ? and model = ?"
                " order by token",
                self._target,
            ).fetchall()
            made = []
            for token, batch_id, night, reservation, tokens in rows:
                lines = dict(db.execute("select key, tokens from batch_line where token = ?", (token,)).fetchall())
                if not wanted.isdisjoint(lines):
                    made.append(Batch(token, batch_id, Reservation(reservation, night, tokens), lines))
        return made

    def close(self, batch: Batch, readings: Mapping[str, Reading], lost: bool = False) -> None:
        """Keep what came, settle what it cost and forget the batch: all of it or nothing, and only once.

        Args:
            readings: by key, of the lines that were answered.
            lost: whether nobody can say what became of it; then all of it counts as spent.
        """
        with self._ledger.transaction() as db:
            if db.execute("delete from batch where token = ?", (batch.token,)).rowcount != 1:
                return
            db.execute("delete from batch_line where token = ?", (batch.token,))
            told, assumed = Tokens(), batch.held.tokens if lost else 0
            counts: dict[str, int] = {"calls": 0 if lost else len(readings)}
            for key, reading in readings.items():
                self._ledger.keep(key, batch.held.night, reading)
                if reading.tokens is None:
                    assumed += batch.lines[key]
                else:
                    told = Tokens(told.into + reading.tokens.into, told.out + reading.tokens.out)
                if reading.fault:
                    counts[f"fault.{reading.fault}"] = counts.get(f"fault.{reading.fault}", 0) + 1
            counts |= {"batch_tokens_in": told.into, "batch_tokens_out": told.out, "tokens_assumed": assumed}
            self._ledger.settle(batch.held, told.total + assumed)
            self._ledger.count(batch.held.night, counts)
