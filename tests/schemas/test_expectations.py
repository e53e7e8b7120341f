"""Great Expectations and our own checks agree on every frame, lawful or corrupted; docs stay at home."""

from __future__ import annotations

import logging
import math
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas import TABLES
from schemas.contract import Column, Table, Type
from schemas.errors import ContractError
from schemas.expectations import data_docs, expectations, require_expectations, validate_with_gx
from schemas.validate import check
from tests.frames import rows

TOYS = Table(
    "toys",
    grain="one row per toy and shop",
    key=("toy_id", "shop"),
    columns=(
        Column("toy_id", Type.STR, "Id."),
        Column("shop", Type.I32, "Shop.", range=(0, 9)),
        Column("weight_kg", Type.F32, "Weight.", unit="kg", range=(0, 0.1), nullable=True),
        Column("price", Type.F64, "Price."),
        Column("colour", Type.STR, "Colour.", values=("red", "blue"), nullable=True),
        Column("made_on", Type.DATE, "Day.", nullable=True),
        Column("vector", Type.LIST_F32, "A direction.", length=2, norm=1.0, range=(-1, 1), nullable=True),
        Column("tags", Type.LIST_STR, "Tags.", values=("soft", "hard")),
        Column("photo", Type.BYTES, "Picture."),
    ),
)


def toys(**overrides: list[Any]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {
        "toy_id": ["a", "b", "a"],
        "shop": [1, 1, 2],
        "weight_kg": [0.1, None, 0.0],
        "price": [1.0, -2.0, 3.0],
        "colour": ["red", None, "blue"],
        "made_on": [None, None, None],
        "vector": [[1, 0], [0.6, 0.8], None],
        "tags": [["soft"], [], ["hard", "soft"]],
        "photo": [b"x", b"", b"y"],
    }
    return TOYS.frame({**columns, **overrides})


CORRUPTIONS: list[dict[str, list[Any]]] = [
    {},
    {"toy_id": ["a", "b", None]},
    {"shop": [1, 1, 1]},
    {"shop": [1, 1, 10]},
    {"shop": [1, None, 2]},
    {"weight_kg": [0.2, None, 0.0]},
    {"weight_kg": [math.nan, None, 0.0]},
    {"weight_kg": [math.inf, None, 0.0]},
    {"price": [1.0, None, 2.0]},
    {"price": [1.0, math.nan, 2.0]},
    {"price": [1.0, -math.inf, 2.0]},
    {"colour": ["green", None, "red"]},
    {"vector": [[1, 0], [1, 0, 0], None]},
    {"vector": [[1, 0], [1, 1], None]},
    {"vector": [[1, 0], [None, 1], None]},
    {"vector": [[1, 0], [2, 0], None]},
    {"vector": [[1, 0], [math.nan, 0], None]},
    {"tags": [["soft"], None, []]},
    {"tags": [["soft"], ["wet"], []]},
    {"tags": [["soft"], [None], []]},
    {"photo": [b"x", None, b"y"]},
    {"toy_id": ["a", "a", None], "shop": [1, 1, 99], "colour": ["green", "green", "red"]},
]


@pytest.mark.parametrize("overrides", CORRUPTIONS, ids=str)
def test_both_judges_blame_the_same_columns(overrides: dict[str, list[Any]]) -> None:
    frame = toys(**overrides)
    ours = {v.column for v in check(frame, TOYS)}
    theirs = {c.column for c in validate_with_gx(frame, TOYS).failed}
    assert ours == theirs
    assert bool(theirs) == bool(overrides)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda f: f.drop("colour"), "colour"),
        (lambda f: f.with_columns(pl.col("price").cast(pl.String)), "price"),
        (lambda f: f.with_columns(extra=pl.lit(1)), "extra"),
        (lambda f: f.clear(), "at least one row"),
    ],
)
def test_both_judges_see_a_wrong_shape(change: Callable[[pl.DataFrame], pl.DataFrame], named: str) -> None:
    frame = change(toys())
    assert check(frame, TOYS)
    failed = validate_with_gx(frame, TOYS).failed
    assert any(named in str(c) for c in failed), failed


def test_failures_say_what_and_how_many() -> None:
    failed = validate_with_gx(toys(colour=["green", "mauve", "red"]), TOYS).failed
    assert [(c.column, c.unexpected, c.examples) for c in failed] == [("colour", 2, "green; mauve")]
    with pytest.raises(ContractError, match=r"landing: .*\n  - toys.colour: one of red, blue \(2 rows; first: green"):
        require_expectations([validate_with_gx(toys(colour=["green", "mauve", "red"]), TOYS)], where="landing")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_every_contract_has_a_suite_over_all_its_columns(table: Table) -> None:
    judged = {e.column for e in expectations(table)}
    promised = {c.name for c in table.columns if not c.nullable or c.range or c.values or c.type.is_list}
    assert promised <= judged


def test_lawful_frames_of_real_tables_pass_quietly(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert validate_with_gx(toys(), TOYS).passed  # the library tells what it registers when it is first imported
    with caplog.at_level(logging.INFO):
        for name in ("tracks", "plays", "text_vectors"):
            assert validate_with_gx(rows(name, [{}]), TABLES[name]).passed
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == [], "nothing is left on disk"
    assert not [r for r in caplog.records if r.name.startswith("great_expectations")]


def test_the_data_docs_open_offline_and_escape_what_they_show() -> None:
    bad = validate_with_gx(toys(colour=["<script>alert(1)</script>", None, "red"]), TOYS)
    text = data_docs([bad, validate_with_gx(toys(), TOYS)])
    assert not re.findall(r"""(?:src|href)\s*=\s*(?!["']?#)|url\(|@import|https?://|<script""", text)
    assert "&lt;script&gt;" in text
    assert "1 broken" in text


@pytest.mark.parametrize("mark", ["\u202e", "\u2067", "\x1b"])
def test_data_docs_quote_what_was_delivered_in_one_direction(mark: str) -> None:
    column = Column("city", Type.STR, "Where.", values=("here",))
    table = Table("places", grain="one row per place", key=("city",), doc="Places.", columns=(column,))
    page = data_docs([validate_with_gx(pl.DataFrame({"city": [f"the{mark}re"]}), table)])
    assert mark not in page
    assert "the\ufffdre" in page
