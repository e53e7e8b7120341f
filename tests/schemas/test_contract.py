"""Rules over every declaration, and the checks that come from them."""

from __future__ import annotations

import polars as pl
import pytest

from schemas import TABLES
from schemas.contract import Column, Table, Type
from schemas.errors import ContractDeclarationError, ContractError
from schemas.validate import check, require

TOY = Table(
    "toys",
    grain="one row per toy",
    key=("toy_id",),
    columns=(
        Column("toy_id", Type.STR, "Id."),
        Column("weight_kg", Type.F32, "Weight.", unit="kg", range=(0, 10)),
        Column("colour", Type.STR, "Colour.", values=("red", "blue"), nullable=True),
        Column("vector", Type.LIST_F32, "A direction.", length=2, norm=1.0),
    ),
)


def toys(**overrides: object) -> pl.DataFrame:
    columns = {"toy_id": ["a", "b"], "weight_kg": [1.0, 2.0], "colour": ["red", None], "vector": [[1, 0], [0.6, 0.8]]}
    return TOY.frame({**columns, **overrides})


def test_a_lawful_frame_passes() -> None:
    assert check(toys(), TOY) == []


@pytest.mark.parametrize(
    ("overrides", "rule"),
    [
        ({"toy_id": ["a", "a"]}, "duplicate key"),
        ({"toy_id": ["a", None]}, "null"),
        ({"weight_kg": [1.0, 11.0]}, "outside"),
        ({"weight_kg": [1.0, float("nan")]}, "not_finite"),
        ({"colour": ["red", "green"]}, "not one of"),
        ({"vector": [[1, 0], [1, 0, 0]]}, "length"),
        ({"vector": [[1, 0], [1, 1]]}, "norm"),
        ({"vector": [[1, 0], [None, 1]]}, "null_element"),
    ],
)
def test_each_rule_is_found_and_named(overrides: dict[str, object], rule: str) -> None:
    found = check(toys(**overrides), TOY)
    assert any(rule in v.rule for v in found), found


def test_require_reports_every_schema_fault_at_once() -> None:
    frame = toys().drop("colour").with_columns(pl.col("weight_kg").cast(pl.String), extra=pl.lit(1))
    with pytest.raises(ContractError) as caught:
        require(frame, TOY, where="test")
    assert all(word in str(caught.value) for word in ("colour", "weight_kg", "extra"))


@pytest.mark.parametrize("name", ["gender", "user_age", "birth_date", "religion", "occupation", "political_party"])
def test_sensitive_columns_cannot_be_declared(name: str) -> None:
    with pytest.raises(ContractDeclarationError):
        Column(name, Type.STR, "Never.")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_every_declaration_is_complete(table: Table) -> None:
    assert all(c.doc.endswith((".", "?")) or ";" in c.doc for c in table.columns), "docs are sentences"
    assert table.empty().height == 0
    assert check(table.empty(), table) == [] or not table.may_be_empty
