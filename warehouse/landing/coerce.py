"""Raw columns to a contract's types; a cell that does not parse makes its row unreadable, never null."""

from __future__ import annotations

from datetime import date

import polars as pl

from schemas.catalogue import LANDING_UNREADABLE
from schemas.contract import Column, Type
from schemas.delivery import DELIVERED, LANDING, columns_of
from schemas.errors import ContractError
from warehouse.landing.limits import DEFAULT, Limits, check_unreadable

_TRUE, _FALSE = ("true", "1", "yes", "t", "y"), ("false", "0", "no", "f", "n")
_KEY_CHARS = 200  # of a key that is no key; enough to find it
_FLOATS = (pl.Float32, pl.Float64, pl.Decimal)
_EPOCH = date(1970, 1, 1)
_CALENDAR_DAYS = ((date(1, 1, 3) - _EPOCH).days, (date(9999, 12, 29) - _EPOCH).days)
_DAY_S, _PER_SECOND = 86_400, {"ms": 10**3, "us": 10**6, "ns": 10**9}
_NUMBERS = {Type.I32: pl.Int32, Type.I64: pl.Int64, Type.F32: pl.Float32, Type.F64: pl.Float64}


def coerce(raw: pl.DataFrame, table: str, *, name: str, limits: Limits = DEFAULT) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Typed rows of ``landing_<table>`` and the rows that could not be typed.

    Text forms: dates ``YYYY-MM-DD``; timestamps ISO 8601, without an offset they are UTC; booleans
    true/false, yes/no, 1/0; lists separated by ``|``. NaN and infinity are refused, and so are days
    and moments that no calendar of ours can name.

    Args:
        raw: ``source_row`` and some of the table's columns, as text or Parquet types.
        name: the file's name, for ``source_file`` and messages.
        limits: how long a text and a list may be.
    """
    contract = LANDING[f"landing_{table}"]
    present = [contract.column(c) for c in columns_of(table) if c in raw.columns]
    parsed = raw.with_columns(
        *(_parse(c, raw.schema[c.name], name).alias(f"typed {c.name}") for c in present),
        pl.lit(name).alias("source_file"),
    )
    bad = {c.name: _lost(c, raw.schema[c.name]) for c in present}
    large = {c.name: said for c in present for said in _too_large(c, raw.schema[c.name], limits)}
    parsed = parsed.with_columns(
        unreadable=pl.any_horizontal(*bad.values(), *(over for over, _ in large.values()), pl.lit(False))
    )
    check_unreadable(int(parsed["unreadable"].sum()), limits, name=name)
    typed = parsed.filter(~pl.col("unreadable")).select(
        *(pl.col(f"typed {c.name}").alias(c.name) for c in present), "source_file", "source_row"
    )
    return contract.frame(typed), _unreadable(parsed.filter("unreadable"), bad, large, contract.name)


def _parse(column: Column, dtype: pl.DataType, name: str) -> pl.Expr:
    value = pl.col(column.name)
    if dtype == pl.Null:
        return value.cast(column.dtype())
    if dtype in (pl.Categorical, pl.Enum):
        value, dtype = value.cast(pl.String), pl.String()
    if dtype == pl.String:
        return _parse_text(column.type, value)
    if not _suits(column.type, dtype):
        raise ContractError(
            f"{name}: column {column.name!r} holds {dtype}, not {column.type.value}",
            fix=f"deliver {column.name} as {column.type.value}: {column.doc}",
        )
    value = _in_calendar(value, dtype) if dtype.is_temporal() else value
    if column.type is Type.TIMESTAMP:
        naive = isinstance(dtype, pl.Datetime) and dtype.time_zone is None
        value = value.dt.replace_time_zone("UTC") if naive else value.dt.convert_time_zone("UTC")
    return value.cast(column.dtype(), strict=False)


def _suits(wanted: Type, dtype: pl.DataType) -> bool:
    """Whether a Parquet type may be read as ``wanted`` without guessing."""
    if wanted is Type.STR:
        return dtype.is_integer()
    if wanted in _NUMBERS:
        return dtype.is_integer() or (wanted in (Type.F32, Type.F64) and dtype in _FLOATS)
    if wanted is Type.TIMESTAMP:
        return isinstance(dtype, pl.Datetime)
    if wanted.is_list:
        inner = dtype.inner if isinstance(dtype, pl.List) else pl.Null()
        text = inner in (pl.String, pl.Categorical, pl.Null)
        return isinstance(dtype, pl.List) and (text if wanted is Type.LIST_STR else inner.is_numeric())
    return dtype == {Type.BOOL: pl.Boolean, Type.DATE: pl.Date, Type.BYTES: pl.Binary}[wanted]


def _parse_text(wanted: Type, text: pl.Expr) -> pl.Expr:
    if wanted is Type.STR:
        return pl.when(~text.str.contains("\x00", literal=True)).then(text)
    if wanted is Type.BOOL:
        word = text.str.strip_chars().str.to_lowercase()
        return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)
    if wanted in _NUMBERS:
        return text.str.strip_chars().cast(_NUMBERS[wanted], strict=False)
    if wanted is Type.DATE:
        whole = text.str.strip_chars()
        day = pl.when(whole.str.contains(r"^\d{4}-\d{2}-\d{2}$")).then(whole.str.to_date("%Y-%m-%d", strict=False))
        return _in_calendar(day, pl.Date())
    if wanted is Type.TIMESTAMP:
        return _in_calendar(_parse_moment(text.str.strip_chars()), pl.Datetime("us"))
    if wanted is Type.LIST_STR:
        return text.str.split("|").list.eval(pl.element().str.strip_chars())
    raise ContractError(f"a column of type {wanted.value} cannot be delivered as text", fix="deliver it as Parquet.")


def _in_calendar(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Null for days and moments outside the calendar, to a few days: no clock can show them in every time zone."""
    per_day = _PER_SECOND[dtype.time_unit] * _DAY_S if isinstance(dtype, pl.Datetime) else 1
    return pl.when((value.to_physical() // per_day).is_between(*_CALENDAR_DAYS)).then(value)


def _parse_moment(text: pl.Expr) -> pl.Expr:
    iso = text.str.replace(r"^(\d{4}-\d{2}-\d{2}) +", "${1}T")
    iso = pl.when(iso.str.contains(r"([Zz]|[+-]\d{2}:?\d{2})$")).then(iso).otherwise(iso + pl.lit("Z"))
    return iso.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)


def _lost(column: Column, dtype: pl.DataType) -> pl.Expr:
    """True where a delivered value did not survive its parsing."""
    raw, typed = pl.col(column.name), pl.col(f"typed {column.name}")
    lost = raw.is_not_null() & typed.is_null()
    if column.type in (Type.F32, Type.F64):
        lost = lost | ~typed.is_finite().fill_null(True)
    if column.type is Type.LIST_STR and dtype != pl.Null:
        nul = pl.element().str.contains("\x00", literal=True)
        lost = lost | typed.list.eval(nul).list.any().fill_null(False)
    if column.type.is_list and isinstance(dtype, pl.List):
        lost = lost | typed.list.eval(pl.element().is_null()).list.any().fill_null(False)
    return lost


def _too_large(column: Column, dtype: pl.DataType, limits: Limits) -> list[tuple[pl.Expr, pl.Expr]]:
    """Where a text or list is longer than may be, and what to say of it; nothing for other types."""
    value = pl.col(column.name)
    if isinstance(dtype, pl.List):
        items = value.list.len()
        over = items > limits.max_list_items
        if dtype.inner == pl.String:
            over = over | (value.list.eval(pl.element().str.len_chars()).list.max() > limits.max_cell_chars)
        told = f"elements; at most {limits.max_list_items:,}, each of at most {limits.max_cell_chars:,} characters"
        return [(over.fill_null(False), _counted(column.name, items, told))]
    if dtype == pl.String:
        length = value.str.len_chars()
        told = f"characters; at most {limits.max_cell_chars:,} are read"
        return [((length > limits.max_cell_chars).fill_null(False), _counted(column.name, length, told))]
    return []


def _counted(name: str, number: pl.Expr, told: str) -> pl.Expr:
    return pl.format("{} has {} {}", pl.lit(name), number, pl.lit(told))


def _unreadable(
    rows: pl.DataFrame, bad: dict[str, pl.Expr], large: dict[str, tuple[pl.Expr, pl.Expr]], landing_name: str
) -> pl.DataFrame:
    table = landing_name.removeprefix("landing_")
    if rows.is_empty():
        return LANDING_UNREADABLE.empty()
    complaints = [
        pl.when(expr).then(
            pl.format(
                "{} = {} is no {}", pl.lit(n), _shown(n, rows.schema[n]), pl.lit(DELIVERED[table].column(n).type.value)
            )
        )
        for n, expr in bad.items()
    ]
    complaints += [pl.when(over).then(told) for over, told in large.values()]
    too_large = pl.any_horizontal(*(over for over, _ in large.values()), pl.lit(False))
    detail = pl.concat_list(complaints).list.drop_nulls().list.join("; ")
    return LANDING_UNREADABLE.frame(
        rows.select(
            pl.lit(table).alias("table_name"),
            "source_file",
            "source_row",
            delivered_key(rows, table).alias("row_key"),
            pl.when(too_large).then(pl.lit("too_long")).otherwise(pl.lit("bad_value")).alias("reason"),
            detail.alias("detail"),
        )
    )


def _shown(name: str, dtype: pl.DataType) -> pl.Expr:
    value = pl.col(name)
    if isinstance(dtype, pl.List):
        value = value.cast(pl.List(pl.String)).list.eval(pl.element().fill_null("null")).list.join("|")
    text = _text(name, dtype) if dtype.is_temporal() else value.cast(pl.String)
    text = text.fill_null("null").str.replace_all("\x00", "", literal=True).str.slice(0, 60)
    return pl.lit("'") + text + pl.lit("'")


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A day or moment as text; one that no calendar has as its bare number."""
    value = pl.col(name)
    return _in_calendar(value, dtype).cast(pl.String).fill_null(value.to_physical().cast(pl.String))


def delivered_key(rows: pl.DataFrame, table: str) -> pl.Expr:
    """The row's key as delivered: key cells joined by ``|``, ``null`` for empty ones."""
    names = [k for k in DELIVERED[table].key if k in columns_of(table)]
    return pl.concat_str([_key(k, rows.schema.get(k)) for k in names], separator="|")


def _key(name: str, dtype: pl.DataType | None) -> pl.Expr:
    if dtype is None:
        return pl.lit("null")
    text = _text(name, dtype) if dtype.is_temporal() else pl.col(name).cast(pl.String)
    return text.fill_null("null").str.slice(0, _KEY_CHARS)
