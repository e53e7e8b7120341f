"""What a table is: its grain, keys and columns, declared once and used everywhere.

From these declarations come the runner's checks on every input and output, the Great
Expectations suites, DuckDB's column comments, the docs page and the tests' strategies.
Nothing heavy is imported here; Polars is loaded only when a dtype is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.errors import ContractDeclarationError
from schemas.sensitive import is_sensitive

if TYPE_CHECKING:
    import polars as pl


class Type(StrEnum):
    """Column types the lake may hold; all timestamps are UTC with microseconds."""

    STR = "str"
    BOOL = "bool"
    I32 = "i32"
    I64 = "i64"
    F32 = "f32"
    F64 = "f64"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BYTES = "bytes"
    LIST_STR = "list[str]"
    LIST_I32 = "list[i32]"
    LIST_F32 = "list[f32]"

    @property
    def is_list(self) -> bool:
        return self.value.startswith("list[")


class Severity(StrEnum):
    """STOP refuses the table; WARN reports and goes on."""

    STOP = "stop"
    WARN = "warn"


class Pii(StrEnum):
    """How a column relates to a person: none, an identifier, or behaviour of one."""

    NONE = "none"
    IDENTIFIER = "identifier"
    BEHAVIOUR = "behaviour"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Args:
        name: snake_case; carries the unit where there is one (``duration_s``).
        type: see :class:`Type`.
        doc: one sentence an analyst understands.
        unit: physical unit or scale, e.g. ``"BPM"``, ``"LUFS"``, ``"s"``.
        range: inclusive bounds, for every element of a list column too.
        values: the closed set of allowed values (elements, for lists).
        nullable: whether a null says "unknown"; a null in any other column is an error.
        length: the fixed number of elements of a list column.
        norm: the Euclidean norm every vector must have (tolerance 1e-3).
        severity: what a broken rule on this column does.
    """

    name: str
    type: Type
    doc: str
    unit: str | None = None
    range: tuple[float, float] | None = None
    values: tuple[str, ...] | None = None
    nullable: bool = False
    length: int | None = None
    norm: float | None = None
    severity: Severity = Severity.STOP
    pii: Pii = Pii.NONE

    def __post_init__(self) -> None:
        if is_sensitive(self.name):
            raise ContractDeclarationError(f"column {self.name!r} names a sensitive attribute")
        if not self.doc.strip():
            raise ContractDeclarationError(f"column {self.name!r} has no documentation")
        if (self.length is not None or self.norm is not None) and not self.type.is_list:
            raise ContractDeclarationError(f"column {self.name!r} is not a list but has a length")

    def dtype(self) -> pl.DataType:
        """The Polars dtype of this column."""
        return _dtypes()[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lake.

    Args:
        name: plural snake_case.
        grain: "one row per ...".
        key: the columns that make a row unique; rows are stored sorted by them.
        columns: all columns, in stored order.
        doc: what it is for, in a sentence or two.
        split: ``"user_id"`` or ``"track_id"`` when rows lie in hash buckets of that column.
        may_be_empty: whether a night without a single row is lawful.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    doc: str = ""
    split: str | None = None
    may_be_empty: bool = False
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [c.name for c in self.columns]
        if len(set(names)) != len(names):
            raise ContractDeclarationError(f"{self.name}: a column is declared twice")
        if not self.grain.startswith("one row per"):
            raise ContractDeclarationError(f"{self.name}: the grain must read 'one row per ...'")
        object.__setattr__(self, "_by_name", dict(zip(names, self.columns, strict=True)))
        missing = [k for k in (*self.key, *([self.split] if self.split else [])) if k not in names]
        if missing or not self.key:
            raise ContractDeclarationError(f"{self.name}: key columns not declared: {missing}")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        return self._by_name[name]

    def schema(self) -> dict[str, pl.DataType]:
        """Column name to Polars dtype, in stored order."""
        return {c.name: c.dtype() for c in self.columns}

    def empty(self) -> pl.DataFrame:
        """A frame of this table's schema without rows."""
        import polars as pl

        return pl.DataFrame(schema=self.schema())

    def frame(self, data: Any) -> pl.DataFrame:
        """Build a frame of exactly this schema from rows (dicts), columns (dict) or a frame.

        Columns the data lacks become null; columns the table does not have are dropped.
        """
        import polars as pl

        if isinstance(data, pl.DataFrame):
            given = data
        elif not data:
            return self.empty()
        elif isinstance(data, dict):
            given = pl.DataFrame({k: v for k, v in data.items() if k in self._by_name}, strict=False)
        else:
            given = pl.DataFrame(
                [{k: v for k, v in row.items() if k in self._by_name} for row in data],
                schema_overrides={c.name: c.dtype() for c in self.columns if c.name in data[0]},
                infer_schema_length=None,
            )
        return given.select(
            (pl.col(c.name) if c.name in given.columns else pl.lit(None)).cast(c.dtype()).alias(c.name)
            for c in self.columns
        )

    def fingerprint_text(self) -> str:
        """Stable text of what is stored (names, types, key); part of stage fingerprints."""
        cols = ",".join(f"{c.name}:{c.type}:{c.length or ''}" for c in self.columns)
        return f"{self.name}|{self.split}|{','.join(self.key)}|{cols}"


@cache
def _dtypes() -> dict[Type, pl.DataType]:
    import polars as pl

    return {
        Type.STR: pl.String(),
        Type.BOOL: pl.Boolean(),
        Type.I32: pl.Int32(),
        Type.I64: pl.Int64(),
        Type.F32: pl.Float32(),
        Type.F64: pl.Float64(),
        Type.DATE: pl.Date(),
        Type.TIMESTAMP: pl.Datetime("us", "UTC"),
        Type.BYTES: pl.Binary(),
        Type.LIST_STR: pl.List(pl.String()),
        Type.LIST_I32: pl.List(pl.Int32()),
        Type.LIST_F32: pl.List(pl.Float32()),
    }
