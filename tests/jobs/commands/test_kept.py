"""What an evaluation keeps for the next: taken over where it is what was written, else made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.night import Night
from jobs.commands.kept import Kept
from tests.jobs.run import toys

STAGE = next(stage for stage in toys.STAGES if stage.name == "measure")
ROWS = toys.LENGTHS.frame({"user_id": ["u1"] * 400, "word": [f"w{n}" for n in range(400)], "length": [1.0] * 400})


class Maker:
    """Makes the stage's rows and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, Any]:
        self.times += 1
        return {"lengths": ROWS}


def made(folder: Path, make: Maker) -> pl.DataFrame:
    offered = {"words": ROWS, "bell": None, "night": Night(toys.NIGHT), **toys.settings(folder).params_of(STAGE)}
    frame: pl.DataFrame = Kept(folder / "kept", {"lengths"}, {"measure"}).made(STAGE, offered, make)["lengths"]
    return frame


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


FAULTS: list[Callable[[Path], object]] = [
    flip,
    Path.unlink,
    folder_instead,
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[:50]),
    lambda path: path.write_bytes(b"\xff{"),
    lambda path: path.write_bytes(b"[1, 2]"),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("ending", ["*.kept", "*.json"])
def test_what_is_damaged_is_made_again(tmp_path: Path, ending: str, fault: Callable[[Path], object]) -> None:
    make = Maker()
    assert made(tmp_path, make).equals(ROWS)
    assert made(tmp_path, make).equals(ROWS)
    assert make.times == 1, "the second time it is taken over"
    (path,) = (tmp_path / "kept").glob(ending)
    fault(path)
    assert made(tmp_path, make).equals(ROWS)
    assert make.times == 2
    assert made(tmp_path, make).equals(ROWS)
    assert make.times == 2, "and kept again"
