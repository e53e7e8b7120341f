"""Whether what finished tasks left outside the lake is still there: versions of a store, media, files of the report.

A home that was copied without its stores, or lost one, gets it again from the next run of the night.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.run.body import asked_by, load
from jobs.run.task import LakeSource, Output, ToolSpec
from jobs.tools.registry import ToolBox
from schemas.errors import DamagedFile
from warehouse.lake.store import TaskRecord

if TYPE_CHECKING:
    import polars as pl


def still_there(
    check: str,
    records: Sequence[TaskRecord | None],
    home: Path,
    ds: date,
    outputs: Sequence[Output],
    tools: Sequence[ToolSpec],
) -> tuple[TaskRecord | None, ...]:
    """The records, with None for those of which something is gone.

    Args:
        check: ``outside`` of the stage.
        outputs: of the stage.
        tools: of the stage; those that the check asks for are opened, and only read.
    """
    told = load(check)
    asked = asked_by(told)
    with closing(ToolBox()) as box:
        opened = box.open([t for t in tools if t.name in asked], home, ds)

        def there(record: TaskRecord) -> bool:
            try:
                made = _made(record, home, outputs)
            except DamagedFile:  # what the task made in the lake is made again with what it left outside
                return False
            return bool(told(**opened, **{name: frame for name, frame in made.items() if name in asked}))

        return tuple(record if record is None or there(record) else None for record in records)


def _made(record: TaskRecord, home: Path, outputs: Sequence[Output]) -> dict[str, pl.DataFrame]:
    """What the task made, by table."""
    from jobs.run.execute import lake_frame

    return {
        o.table.name: lake_frame(home, LakeSource(o.table, record.outputs[o.table.name], shared=False)) for o in outputs
    }
