"""Read-only SQL over ``warehouse.duckdb``: SELECT and its kin, files of the lake, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import UsageError
from warehouse.duck.build import WAREHOUSE, night_views
from warehouse.duck.proof import prove_named, prove_night

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from duckdb import DuckDBPyConnection, Statement

    from warehouse.lake.reader import NightView

_REBUILD = "`daily30 report` builds it anew."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query returned: column names and rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def query(home: Path, sql: str) -> Answer:
    """Run one reading statement.

    Raises:
        UsageError: for anything that would write or reach outside the lake, and for SQL that is wrong.
        DamagedFile: a file below a view that the statement names is not the one the night wrote.
    """
    import duckdb

    path = home / WAREHOUSE
    if not path.is_file():
        raise UsageError(f"{path} does not exist", fix="run `daily30 nightly`, or " + _REBUILD)
    try:
        statement = _only_reading(duckdb.extract_statements(sql))
        with duckdb.connect(path, read_only=True) as db:
            prove_named(db, home, sql)
            _lock_down(db, home)
            result = db.execute(statement)
            return Answer(tuple(c[0] for c in result.description or ()), result.fetchall())
    except duckdb.PermissionException as error:
        raise _refused(error, path) from None
    except duckdb.IOException as error:
        raise UsageError(f"cannot read: {_first_line(error)}", fix=_REBUILD) from None
    except duckdb.Error as error:
        raise UsageError(str(error), fix="SHOW TABLES lists the views, DESCRIBE <view> its columns.") from None


def query_night(
    night: NightView, statements: Sequence[str], instead: Mapping[str, pl.DataFrame] | None = None
) -> list[Answer]:
    """Run our own statements over the tables of any one night, whichever the warehouse shows.

    Not for what people type: nothing is locked down here.

    Args:
        instead: tables to be read in place of the night's own.
    """
    import duckdb

    prove_night(night, statements, instead or {})
    with duckdb.connect() as db:
        night_views(db, night)
        for name, frame in (instead or {}).items():
            db.register(f"given_{name}", frame.to_arrow())
            db.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS FROM "given_{name}"')
        answers = []
        for statement in statements:
            result = db.execute(statement)
            answers.append(Answer(tuple(c[0] for c in result.description or ()), result.fetchall()))
        return answers


def _only_reading(statements: list[Statement]) -> Statement:
    import duckdb

    if len(statements) != 1:
        raise UsageError(f"one statement at a time, not {len(statements)}", fix="leave out the semicolons between.")
    # EXPLAIN is not let through: EXPLAIN ANALYZE COPY would write.
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = statements[0].type.name
        raise UsageError(
            f"only SELECT, WITH, FROM, DESCRIBE, SHOW and SUMMARIZE may run here, not {kind}",
            fix="ask for what you need; to write, use --csv or --json and a file of your own.",
        )
    return statements[0]


def _refused(error: Exception, warehouse: Path) -> UsageError:
    """A file outside the lake: named in the query, or by the views of a home that was moved or copied since."""
    message = _first_line(error)
    if "/lake/" in message and message.split('"')[1].endswith(".parquet"):
        return UsageError(
            f"{warehouse} looks into the lake of another home: {message}", fix=f"after a move, {_REBUILD}"
        )
    return UsageError(f"not allowed here: {message}", fix="read the views; SHOW TABLES lists them.")


def _lock_down(db: DuckDBPyConnection, home: Path) -> None:
    """Reading the lake is all that is left. read_only alone would still let COPY write anywhere."""
    lake = str((home / "lake").resolve()).replace("'", "''")
    db.execute(f"SET allowed_directories = ['{lake}']")
    db.execute("SET enable_external_access = false")
    db.execute("SET lock_configuration = true")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
