"""The golden night: a small committed night on which every stage must make what it made before.

    python -m tests.contracts.golden            which stages make something else
    python -m tests.contracts.golden --write    accept it, for stages whose ``version`` was raised
    python -m tests.contracts.golden --anew     a new night altogether (other inputs; nothing is compared)

``golden_night/`` holds every table of one night of the sample, inputs and outputs alike, so that each stage
is judged by itself, on inputs that no other stage moves. Tables are kept and not their hashes: a float that
another processor rounds otherwise in its seventh digit would change a hash, and a hash does not say which
column changed. Whole numbers, texts and booleans must be equal, floats within ``TOLERANCE``. The night lies
in its own past: yesterday's tables are tonight's, dated a day back.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal
from threadpoolctl import threadpool_limits

from features.night import Night
from features.sample.catalogue import compose_catalogue
from features.sample.listeners import simulate
from features.sample.notes import sample_notes
from features.seeds import Seeds
from jobs.pipeline import PIPELINE
from jobs.run import body
from jobs.run.stage import LOOKBACKS, Stage
from schemas import TABLES
from tests.contracts.golden_tools import tools
from tests.worlds.night import lyrics

FOLDER = Path(__file__).with_name("golden_night")
VERSIONS = Path(__file__).with_name("golden.json")
NIGHT = Night(date(2026, 11, 20))
SEED = 30
TOLERANCE = 1e-3
USERS, SONGS, DAYS = 12, 40, 25
# Drawn small and seldom; no expectations suite: both are tested elsewhere and cost seconds.
SETTINGS: dict[str, dict[str, Any]] = {
    "headers": {"ceiling": 1, "fps": 2, "width": 320, "height": 180},
    "ingest": {"expectations": False},
}
OPAQUE = {"search_index"}  # FAISS's own bytes; the vectors in them are compared where they come from
Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Difference:
    """A stage that makes something else of the same inputs, and what."""

    stage: Stage
    recorded: int | None
    what: str

    @property
    def excused(self) -> bool:
        """Whether its version was raised."""
        return self.recorded is None or self.stage.version > self.recorded

    def __str__(self) -> str:
        name, command = self.stage.name, "`python -m tests.contracts.golden --write`"
        if self.excused:
            return f"stage {name!r}: {self.what}\n  fix: run {command} and commit what it writes."
        return (
            f"stage {name!r} makes something else of the same inputs: {self.what}\n  fix: if that is meant, raise its "
            f"version in jobs/pipeline.py above {self.recorded} (or old rows are reused), then run {command}."
        )


def read() -> Frames:
    """The committed tables; a column that a contract has gained since is null."""
    return {path.stem: TABLES[path.stem].frame(pl.read_parquet(path)) for path in sorted(FOLDER.glob("*.parquet"))}


def versions() -> dict[str, int]:
    """The version of each stage when its tables were written."""
    found: dict[str, int] = json.loads(VERSIONS.read_text("utf-8"))
    return found


def made_by(stage: Stage, tables: Mapping[str, pl.DataFrame]) -> Frames:
    """What a stage makes of these tables, in the order of their keys."""
    given = {name: tables.get(name, TABLES[name].empty()) for name in stage.reads}
    for keyword, table in (("carried", stage.carries), ("ledger", stage.ledger)):
        if table:
            given[keyword] = TABLES[table].empty()
    for p in stage.parameters:
        given[p.keyword] = replace(body.load(p.kind)(), **SETTINGS.get(p.section, {}))
    if stage.name == "publish":  # the audit refuses so small an app, rightly
        given["audit"] = given["audit"].clear()
    with tempfile.TemporaryDirectory() as home, tools(Path(home)) as opened, threadpool_limits(1):
        made = body.call(stage, stage.run, {**given, **opened, "night": NIGHT, "seeds": Seeds(SEED)})
    return {name: frame.sort(TABLES[name].key) for name, frame in made.items() if name not in OPAQUE}


def judged(stage: Stage, tables: Mapping[str, pl.DataFrame], recorded: Mapping[str, int]) -> Difference | None:
    """How a stage differs from the committed night; also when it was given another version and does not."""
    before = recorded.get(stage.name)
    if before is None:
        return Difference(stage, None, "it is new")
    differing = [what for name, frame in made_by(stage, tables).items() if (what := _differs(name, frame, tables))]
    if differing:
        return Difference(stage, before, "; ".join(differing))
    if stage.version != before:
        return Difference(stage, before, f"version {before} became {stage.version}")
    return None


def _differs(name: str, made: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> str:
    if name not in tables:
        return f"table {name} is new"
    try:
        assert_frame_equal(made, tables[name], check_exact=False, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except AssertionError as error:
        return f"table {name}: " + " ".join(str(error).split())[:300]
    return ""


def differences() -> Iterator[Difference]:
    tables, recorded = read(), versions()
    for stage in PIPELINE:
        if found := judged(stage, tables, recorded):
            yield found


def night_of(landing: Frames) -> Frames:
    """Run all stages over a landing, twice: the second night finds the first as its past."""
    tables = dict(landing)
    for _ in range(2):
        tables = landing | _past(tables)
        for stage in PIPELINE:
            tables |= made_by(stage, tables)
    return tables


def _past(tables: Mapping[str, pl.DataFrame]) -> Frames:
    """What tonight's stages look back upon: the same tables a night ago."""
    found = {}
    for name, lookback in LOOKBACKS.items():
        if lookback.table in tables:
            dated = tables[lookback.table].with_columns(ds=pl.lit(NIGHT.ds - timedelta(days=1)))
            found[name] = TABLES[name].frame(dated)
    return found


def delivered() -> Frames:
    """A small sample as landing tables; one play is of nobody we know, one song has an earlier id, played too."""
    catalogue = compose_catalogue(SONGS, NIGHT.ds, Seeds(SEED))
    lives = simulate(catalogue.truth, users=USERS, days=DAYS, until=NIGHT.ds, seeds=Seeds(SEED))
    nobody = lives.plays.head(1).with_columns(user_id=pl.lit("nobody"))
    alias = {"alias_id": ["earlier-id"], "track_id": [lives.plays["track_id"][1]], "method": ["delivered"]}
    plays = lives.plays.with_columns(
        track_id=pl.when(pl.int_range(pl.len()) == 1).then(pl.lit("earlier-id")).otherwise("track_id")
    )
    frames = {
        "landing_tracks": catalogue.tracks,
        "landing_users": lives.users,
        "landing_plays": pl.concat([plays, nobody]),
        "landing_feedback": lives.feedback,
        "landing_contexts": lives.contexts,
        "landing_lyrics": lyrics(SEED, SONGS, NIGHT),
        "landing_aliases": pl.DataFrame(alias),
        "landing_notes": sample_notes(catalogue.tracks, NIGHT.ds),
    }
    numbered = {
        name: TABLES[name].frame(
            frame.with_columns(source_file=pl.lit(f"{name}.csv"), source_row=pl.int_range(1, pl.len() + 1))
        )
        for name, frame in frames.items()
    }
    return numbered | {"landing_unreadable": TABLES["landing_unreadable"].empty()}


def write(tables: Mapping[str, pl.DataFrame]) -> None:
    """Commit-ready: one file per table that a stage reads or writes, and the versions."""
    FOLDER.mkdir(exist_ok=True)
    wanted = {name for stage in PIPELINE for name in (*stage.reads, *stage.writes)} - OPAQUE
    for old in FOLDER.glob("*.parquet"):
        old.unlink()
    for name in sorted(wanted & set(tables)):
        tables[name].write_parquet(
            FOLDER / f"{name}.parquet", compression="zstd", compression_level=19, statistics=False
        )
    text = json.dumps({stage.name: stage.version for stage in PIPELINE}, indent=2)
    VERSIONS.write_text(text + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--anew", action="store_true")
    args = parser.parse_args()
    if args.anew:
        write(night_of(delivered()))
        return 0
    found = list(differences())
    sys.stdout.writelines(f"{difference}\n" for difference in found)
    if not args.write:
        return int(bool(found))
    if any(not difference.excused for difference in found):
        return 1
    write(_rewritten(read()))
    return 0


def _rewritten(tables: Frames) -> Frames:
    """Every stage anew over the same deliveries and the same past: what a stage changed moves those after it."""
    for stage in PIPELINE:
        tables |= made_by(stage, tables)
    return tables


if __name__ == "__main__":
    raise SystemExit(main())
