"""Each bad input gets the message and the exit code of the page, and changes nothing where it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.messages.deliveries import DELIVERIES
from tests.messages.others import OTHERS
from tests.messages.page import PAGE, line
from tests.messages.row import Row, said

ROWS = [*DELIVERIES, *OTHERS]
LINES = PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what.replace(" ", "-"))
def test_a_bad_input_gets_what_the_page_says(row: Row, tmp_path: Path) -> None:
    code, words = said(row, tmp_path.resolve())
    assert code != 1, words
    assert line(row, code, words) in LINES, "run `python -m tests.messages.page` if this is what shall be said"


def test_the_page_has_every_row_once() -> None:
    told = [row.split(" | ")[0].removeprefix("| ") for row in LINES if row.startswith("| ")]
    assert sorted(told) == sorted(["input", *(r.what for r in ROWS)] + ["input"] * 4)
    assert len(ROWS) >= 60


def test_a_refusal_says_what_to_do() -> None:
    refused = [row for row in LINES if row.startswith("| ") and row.endswith((" 2 |", " 3 |"))]
    assert [row for row in refused if "→" not in row] == []
