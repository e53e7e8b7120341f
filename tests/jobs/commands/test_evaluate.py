"""A home judged by its own days: the replayed split, and lists of a past night."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from features.night import Night
from jobs.cli import main
from jobs.commands.evaluate import LISTS, HomeEvaluation, Trial, judge_home
from schemas import TABLES
from schemas.errors import UsageError
from tests.features.lists.night import Tables, run_night
from tests.features.lists.world import world
from tests.finished_home import lake_night

pytestmark = pytest.mark.slow

CUT = {"plays": "local_date", "feedback": "local_date"}


def as_known(tables: Tables, night: Night) -> Tables:
    return tables | {name: tables[name].filter(pl.col(day) <= night.ds) for name, day in CUT.items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights; the lists of the first can be held against the plays of the second's day."""
    made = world(7, users=24, songs=120, plays=120)
    home = tmp_path_factory.mktemp("home")
    tables = made.tables | {"audio_vectors": TABLES["audio_vectors"].empty()}
    for night in (Night(made.night.ds - timedelta(days=1)), made.night):
        lake_night(home, run_night(as_known(tables, night), night), str(night.ds))
    return home


@pytest.fixture(scope="module")
def judged(home: Path) -> list[Trial]:
    """The sources and the lists of both, without models."""
    return judge_home(HomeEvaluation(home, models=()))


def test_a_replay_and_a_past_night_are_judged(home: Path) -> None:
    replay, served = judge_home(HomeEvaluation(home, models=("item_item",)))
    assert (replay.served, served.served) == (False, True)
    assert replay.train_until == served.train_until
    assert replay.tested == served.tested
    names = {s.system for s in replay.results_by_group}
    assert {LISTS, "source als", "source resting", "model item_item"} <= names
    assert {s.group for s in replay.results_by_group} >= {"all", "regular"}
    assert [a.source for a in replay.sources][-1] == "all sources"
    mine = next(s for s in replay.results_by_group if (s.system, s.group) == (LISTS, "all"))
    assert 0 < mine.metrics["ndcg"].low <= mine.metrics["ndcg"].mean <= mine.metrics["ndcg"].high <= 1


def test_a_replay_makes_what_the_night_made(judged: list[Trial]) -> None:
    """The past night ran on the same rows, but for the collaborative tables, which the world makes otherwise."""
    replay, served = judged

    def of(trial, source):
        account = next(a for a in trial.sources if a.source == source)
        return account.candidates, account.recall, account.recall_new, account.hit_share

    assert of(replay, "similar") == of(served, "similar")
    assert of(replay, "resting") == of(served, "resting")


def test_a_replay_never_sees_the_days_it_predicts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import jobs.commands.replay
    from jobs.run import body

    seen = []

    def spying(stage, path, offered):
        seen.append(
            (offered["plays"]["local_date"].max(), offered["feedback"]["local_date"].max(), offered["night"].ds)
        )
        return body.call(stage, path, offered)

    monkeypatch.setattr(jobs.commands.replay, "call", spying)
    trials = judge_home(HomeEvaluation(home, test_days=5, models=()))
    assert trials[0].tested[1] - trials[0].train_until == timedelta(days=5)
    assert all(last <= ds and liked <= ds for last, liked, ds in seen if liked is not None)
    assert {ds for *_, ds in seen} == {trials[0].train_until}


def test_more_days_than_there_are(home: Path) -> None:
    with pytest.raises(UsageError, match="no plays are known"):
        judge_home(HomeEvaluation(home, test_days=400))


def test_the_command_tells_and_draws(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "--home", str(home), "--model", "popularity", "--plot", str(tmp_path / "figures.png")])
    assert not end.value.code
    assert (tmp_path / "figures.png").stat().st_size > 10_000
    shown = capsys.readouterr().out
    assert "Systems, all listeners" in shown
    assert "Lists as served on past nights" in shown
    assert "only here" in shown


def test_json_has_the_same_figures(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = tmp_path / "figures.svg"
    with pytest.raises(SystemExit):
        main([
            "evaluate", "--home", str(home), "--model", "popularity", "--k", "10", "--json", "--plot", str(drawn),
        ])  # fmt: skip
    assert drawn.stat().st_size > 10_000
    told = json.loads(capsys.readouterr().out)
    (replay, *_) = judge_home(HomeEvaluation(home, k=10, models=("popularity",)))
    assert told["k"] == 10
    assert (
        told["trials"][0]["results_by_group"][0]["metrics"]["recall"]["mean"]
        == replay.results_by_group[0].metrics["recall"].mean
    )
    assert told["trials"][0]["sources"][0]["source"] == "item_item"


@pytest.mark.parametrize("wrong", [["--plot", "figures.pdf"], ["--train", "only.txt"], ["--test-days", "0"]])
def test_wrong_usage_is_told(home: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["evaluate", "--home", str(home), *wrong])
    assert end.value.code == 2


def test_few_listeners_can_be_judged_with_models_learned_from_all(home: Path, judged: list[Trial]) -> None:
    replay, served = judge_home(HomeEvaluation(home, models=(), users=5))
    assert (replay.users, served.users) == (5, 5)
    assert replay == judge_home(HomeEvaluation(home, models=(), users=5))[0]
    assert judged[0].users > 5
