"""The runner on a toy pipeline: reuse, change, order, worker counts, carry, look-back, contracts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from jobs.run.body import BindingError
from jobs.run.preview import preview
from jobs.run.runner import select
from jobs.run.stage import Parameters
from schemas.errors import UsageError
from tests.jobs.run import toys
from warehouse.lake import Lake
from warehouse.lake.buckets import bucket_of


@pytest.fixture
def home(tmp_path: Path) -> Path:
    toys.deliver(tmp_path)
    return tmp_path


def lake(home: Path) -> Lake:
    return Lake(home, toys.TABLES)


def contents(home: Path, ds: date = toys.NIGHT) -> dict[str, str]:
    night = lake(home).open_night(ds)
    return {name: night.manifest(name).content for name in night.tables}


def test_a_night_is_complete_and_readable(home: Path) -> None:
    report = toys.run(home)
    night = lake(home).night()
    assert report.complete
    assert night.ds == toys.NIGHT
    assert night.tables == ("dear", "lengths", "ranks", "totals", "words")
    assert night.frame("lengths").height == 36
    assert night.frame("totals").filter(word="shared")["total"].to_list() == [12 * 6.0]
    assert {s.stage: s.rows_in for s in report.stages}["rank"] == {"lengths": 36, "totals": 14, "past": 0}


def test_a_second_run_calls_nothing_and_writes_nothing(home: Path) -> None:
    first = toys.run(home)
    toys.calls(home)
    before = {p: p.stat().st_mtime_ns for p in home.rglob("*")}
    second = toys.run(home)
    assert toys.calls(home) == []
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == before
    assert (second.ran, second.complete, second.version) == (0, True, first.version)
    assert [s.rows_out for s in second.stages] == [s.rows_out for s in first.stages]


def test_force_runs_again_beside_what_older_manifests_name(home: Path) -> None:
    toys.run(home)
    toys.calls(home)
    before, contents_before = toys.files(home), contents(home)
    for _ in range(2):
        toys.runner(home).run(select(toys.PIPELINE, only="measure", start=None, until=None), force=True)
        assert len(toys.calls(home)) == 4
    after = toys.files(home)
    assert {path for path in before if path.startswith("lengths/") and after[path] != before[path]} == set()
    assert contents(home) == contents_before
    assert toys.run(home).ran == 0


def test_one_changed_user_recomputes_its_bucket_only(home: Path) -> None:
    toys.run(home)
    old = lake(home).night().manifest("lengths")
    toys.calls(home)
    toys.deliver(home, [[u, w + ("!" if (u, w) == ("u1", "u1-own") else ""), x] for u, w, x in toys.default_rows()])
    toys.run(home)
    measured = [c for c in toys.calls(home) if c.startswith("measure")]
    changed = bucket_of("u1", 4)
    assert len(measured) == 1
    assert "u1" in measured[0].split()
    new = lake(home).night().manifest("lengths")
    same = [p.path == q.path for p, q in zip(old.parts, new.parts, strict=True)]
    assert same == [b != changed for b in range(4)]


def test_the_next_night_reuses_by_reference_what_does_not_depend_on_the_night(home: Path) -> None:
    toys.run(home)
    toys.calls(home)
    toys.run(home, toys.NIGHT + timedelta(days=1))
    assert {c.split()[0] for c in toys.calls(home)} == {"rank"}
    parts = lake(home).night().manifest("lengths").parts
    assert all(f"ds={toys.NIGHT}" in p.path for p in parts)


def test_permuted_rows_give_the_same_bytes(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("permuted")
    toys.deliver(other, toys.default_rows()[::-1])
    toys.run(home)
    toys.run(other)
    assert contents(home) == contents(other)


@pytest.mark.slow
def test_one_worker_and_three_give_the_same_bytes(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("alone")
    toys.deliver(other)
    toys.run(home, workers=3, spawn=True)
    toys.run(other, workers=1, spawn=True)
    assert toys.files(home) == toys.files(other)


def test_carried_rows_spare_the_body_what_it_knows(home: Path) -> None:
    toys.run(home)
    toys.calls(home)
    toys.deliver(home, [*toys.default_rows(), ["u1", "brand-new", 1.0]])
    toys.run(home, toys.NIGHT + timedelta(days=1))
    assert [c for c in toys.calls(home) if c.startswith("cherish")] == ["cherish u1"]
    assert lake(home).night().frame("dear").height == 37


def test_look_backs_see_earlier_nights_only_and_only_so_many(home: Path) -> None:
    days = [toys.NIGHT + timedelta(days=n) for n in range(5)]
    for day in days:
        toys.run(home, day)
    last = lake(home).night()
    score = {
        day: lake(home).night(day).frame("ranks").filter(user_id="u1", word="shared")["score"].item() for day in days
    }
    base = score[days[0]]
    assert score[days[4]] == pytest.approx(base - sum(score[d] for d in days[1:4]) / 10)
    assert set(last.manifest("ranks").inputs) == {"lengths", "totals", "past"}


def test_a_backfill_equals_the_night_as_it_would_have_been(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    days = [toys.NIGHT + timedelta(days=n) for n in range(3)]
    for day in days:
        toys.run(home, day)
    straight = {day: contents(home, day) for day in days}
    late = tmp_path_factory.mktemp("late")
    toys.deliver(late)
    toys.run(late, days[2])  # first without the earlier nights, then they are filled in
    for day in days:
        toys.run(late, day)
    assert {day: contents(late, day) for day in days} == straight
    assert lake(late).night().ds == days[2]


def test_a_backfill_of_an_older_night_leaves_current_alone(home: Path) -> None:
    toys.run(home, toys.NIGHT)
    toys.run(home, toys.NIGHT - timedelta(days=3))
    assert lake(home).night().ds == toys.NIGHT
    assert lake(home).nights() == [toys.NIGHT - timedelta(days=3), toys.NIGHT]


def test_stages_one_at_a_time_make_the_same_night(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = tmp_path_factory.mktemp("whole")
    toys.deliver(whole)
    toys.run(whole)
    for n, stage in enumerate(toys.STAGES):
        assert not (home / "lake" / "CURRENT").exists()
        report = toys.runner(home).run(select(toys.PIPELINE, only=stage.name, start=None, until=None))
        assert report.complete == (n == len(toys.STAGES) - 1)
    assert contents(home) == contents(whole)
    assert lake(home).night().version == lake(whole).night().version


def test_a_stage_alone_needs_the_tables_before_it(home: Path) -> None:
    with pytest.raises(UsageError, match="needs table 'lengths'"):
        toys.runner(home).run(select(toys.PIPELINE, only="count", start=None, until=None))


def test_a_night_with_an_outdated_stage_is_not_complete(home: Path) -> None:
    toys.run(home)
    done = lake(home).night().version
    toys.deliver(home, [*toys.default_rows(), ["u1", "brand-new", 1.0]])
    report = toys.runner(home).run(select(toys.PIPELINE, only="take", start=None, until=None))
    assert not report.complete
    assert lake(home).night().version == done


def test_another_number_of_buckets_is_another_night(home: Path) -> None:
    toys.run(home)
    with pytest.raises(UsageError, match="4 buckets, the settings say 8"):
        toys.runner(home, user_buckets=8).run(select(toys.PIPELINE, only="measure", start=None, until=None))
    toys.run(home, user_buckets=8)
    assert len(lake(home).night().files("lengths")) == 8
    assert lake(home).night().frame("lengths").height == 36


def test_parameters_count_and_the_seed_only_where_asked_for(home: Path) -> None:
    toys.run(home)
    toys.calls(home)
    (home / "daily30.toml").write_text("[measure]\nfactor = 2.0\n")
    toys.run(home)
    assert {c.split()[0] for c in toys.calls(home)} == {"measure", "count", "rank"}
    toys.run(home, seed=31)
    assert {c.split()[0] for c in toys.calls(home)} == {"rank"}


def test_parameters_of_another_section_are_handed_over_as_they_are_in_force(home: Path) -> None:
    measured = Parameters("measured", "measure", f"{toys.HERE}:MeasureParams")
    pipeline = toys.with_stage("count", run=f"{toys.HERE}:count_by_factor", with_params=(measured,))
    toys.run(home, pipeline=pipeline)
    plain = lake(home).night().frame("totals")
    toys.calls(home)
    (home / "daily30.toml").write_text("[measure]\nfactor = 2.0\n")
    planned = preview(toys.runner(home, pipeline=pipeline).planner, pipeline.stages)
    assert "params.factor" in next(p.why for p in planned if p.stage == "measure")
    toys.run(home, pipeline=pipeline)
    assert lake(home).night().frame("totals").equals(plain)
    broken = toys.with_stage("count", with_params=(measured,))
    with pytest.raises(BindingError, match="does not take measured"):
        toys.run(home, pipeline=broken)


def test_a_section_in_which_only_another_stage_is_changed_counts(home: Path) -> None:
    """A stage of the section alone: nothing before it changed, and yet it runs again."""
    measured = Parameters("measured", "lengths_of", f"{toys.HERE}:MeasureParams")
    pipeline = toys.with_stage("count", run=f"{toys.HERE}:count_by_factor", with_params=(measured,))
    toys.run(home, pipeline=pipeline)
    toys.calls(home)
    (home / "daily30.toml").write_text("[lengths_of]\nfactor = 2.0\n")
    planned = preview(toys.runner(home, pipeline=pipeline).planner, pipeline.stages)
    assert next(p.why for p in planned if p.stage == "count") == ("settings.lengths_of.factor",)
    toys.run(home, pipeline=pipeline)
    assert {c.split()[0] for c in toys.calls(home)} == {"count", "rank"}


def test_tools_open_once_per_worker_and_stage_and_are_closed(home: Path) -> None:
    toys.run(home, workers=1, spawn=True)
    log = (home / "calls.log").read_text().splitlines()
    assert log.count("open") == log.count("close") == 4


def test_a_damaged_file_is_found_and_remade(home: Path) -> None:
    toys.run(home)
    part = lake(home).night().files("lengths")[0]
    good = part.read_bytes()
    part.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    (home / "daily30.toml").write_text("seed = 5\n")
    report = toys.run(home, seed=5)
    assert report.healed == [str(part.relative_to(home / "lake"))]
    assert part.read_bytes() == good


def test_select_names_what_is_wrong() -> None:
    names = [s.name for s in select(toys.PIPELINE, only=None, start="measure", until="rank")]
    assert names == ["measure", "count", "rank"]
    for wrong in ({"only": "nope"}, {"start": "rank", "until": "take"}, {"only": "rank", "start": "take"}):
        with pytest.raises(UsageError):
            select(toys.PIPELINE, **{"only": None, "start": None, "until": None, **wrong})


def test_frames_keep_their_contract_types(home: Path) -> None:
    toys.run(home)
    frame = lake(home).night().frame("ranks")
    assert dict(frame.schema) == toys.RANKS.schema()
    assert frame.filter(pl.col("word") == "夜曲").height == len(toys.USERS)
