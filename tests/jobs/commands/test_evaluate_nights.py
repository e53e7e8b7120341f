"""Past nights of a log judged by what was then played: four artists, whose listeners always play the next song."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.evaluation.baselines import NO_REPEATS
from features.evaluation.standing import Standing
from jobs.cli import main
from jobs.commands.evaluate_nights import JudgedNights, NightsEvaluation, judge_nights
from jobs.commands.intake import Newcomer, take_log
from jobs.commands.night_systems import ALONE, PUBLISHED, UNCAPPED, UNRULED
from jobs.run import body
from jobs.tools.registry import REGISTRY
from schemas.errors import UsageError
from tests.jobs.test_embeddings import Encoder

pytestmark = pytest.mark.slow

START, DAYS, ARTISTS, LISTENERS = datetime(2026, 3, 1, 9, tzinfo=UTC), 26, 4, 16
QUICK = "[ingest]\nexpectations = false\n"
UNTIL, LAST = date(2026, 3, 26), date(2026, 3, 19)


class Silent:
    def start(self, name: str, total: int | None = None) -> None: ...
    def advance(self, name: str, steps: int = 1, detail: str = "") -> None: ...
    def finish(self, name: str, detail: str = "") -> None: ...


def log() -> pl.DataFrame:
    """A song a day, every other day the artist's next one; listeners start at different songs."""
    rows = []
    for user in range(LISTENERS):
        for day in range(DAYS):
            song = user // ARTISTS * 2 + day // 2
            rows.append({"user": user, "track": 100 * (user % ARTISTS) + song, "ts": START.timestamp() + day * 86_400})
    return pl.DataFrame(rows).cast({"ts": pl.Int64})


def made_home(folder: Path, plays: pl.DataFrame) -> Path:
    (folder / "home").mkdir(parents=True)
    (folder / "home" / "daily30.toml").write_text(QUICK)
    plays.write_parquet(folder / "log.parquet")
    tracks = plays.select("track").unique()  # a song that nobody ever plays is known from the first day
    tracks.with_columns(artist=pl.col("track") // 100).write_parquet(folder / "songs.parquet")
    take_log(folder / "home", folder / "log.parquet", folder / "songs.parquet", Newcomer("UTC", "en"))
    return folder / "home"


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTRY, "text_encoder", (f"{__name__}:open_encoder", "text_encoder"))


def open_encoder(**_: Any) -> Encoder:
    return Encoder()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_home(tmp_path_factory.mktemp("nights"), log())


def copied(home: Path, folder: Path) -> Path:
    return Path(shutil.copytree(home, folder / "home"))


def ask(home: Path, **more: Any) -> JudgedNights:
    return judge_nights(NightsEvaluation(home, **{"nights": 2, "until": UNTIL, **more}), Silent())


def at(found: JudgedNights, system: str, songs: str = "new", days: int = 7, places: int = 30) -> Standing:
    wanted = (system, songs, days, places, "all")
    return next(s for s in found.standings if (s.system, s.songs, s.days, s.places, s.group) == wanted)


Judged = tuple[JudgedNights, list[pl.DataFrame]]


def lists_and_all(home: Path) -> Judged:
    """The nights judged, and the lists of every night made."""
    seen = []

    def spying(*given: Any) -> Any:
        made = body.call(*given)
        seen.extend([made["daily_lists"]] if "daily_lists" in made else [])
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(REGISTRY, "text_encoder", (f"{__name__}:open_encoder", "text_encoder"))
        patch.setattr("jobs.commands.replay.call", spying)
        return ask(home), seen


@pytest.fixture(scope="module")
def both(home: Path) -> Judged:
    return lists_and_all(home)


@pytest.fixture(scope="module")
def judged(both: Judged) -> JudgedNights:
    return both[0]


def test_the_last_night_ends_a_week_before_the_day(judged: JudgedNights) -> None:
    assert judged.nights == (date(2026, 3, 12), LAST)
    assert (judged.until, judged.listeners) == (UNTIL, LISTENERS)


def test_the_artists_next_songs_are_found(judged: JudgedNights) -> None:
    for system in ("item-item cosine", "user-knn", UNRULED):
        recall = at(judged, system).recall
        assert recall is not None
        assert recall.mean == 1.0, system
    popularity = at(judged, "popularity", places=5).recall
    cosine = at(judged, "item-item cosine", places=5).recall
    assert popularity is not None
    assert cosine is not None
    assert popularity.mean < cosine.mean


def test_every_system_stands_in_every_task(judged: JudgedNights) -> None:
    systems = {s.system for s in judged.standings}
    assert systems >= {
        PUBLISHED,
        ALONE,
        UNCAPPED,
        UNRULED,
        NO_REPEATS,
        "source item_item",
        "source als",
        "own habits",
        "GF-CF",
        "ALS",
    }
    tasks = {(s.songs, s.days, s.places) for s in judged.standings if s.system == PUBLISHED}
    assert tasks == {(s, d, p) for s in ("new", "all") for d in (1, 7) for p in (5, 10, 30)} | {
        ("new", 1, 0),
        ("new", 7, 0),
    }
    assert {b.system for b in judged.beyond} == systems
    habits = [s for s in judged.standings if s.system == "own habits"]
    assert {s.songs for s in habits} == {"all"}, "habits know nothing new"


def test_what_is_played_after_a_night_changes_no_list_of_it_nor_does_the_order_of_rows(
    both: Judged, tmp_path: Path
) -> None:
    later = pl.col("ts") >= int(datetime(LAST.year, LAST.month, LAST.day + 1, tzinfo=UTC).timestamp())
    other = log().with_columns(track=pl.when(later).then(pl.col("track") // 100 * 100).otherwise("track"))
    changed = made_home(tmp_path, other.sample(fraction=1, shuffle=True, seed=1))
    before, after = both[1], lists_and_all(changed)[1]
    assert len(before) == len(after) == 2
    assert all(one.equals(two) for one, two in zip(before, after, strict=True))


def test_kept_stages_say_what_made_ones_say_and_new_plays_are_seen(
    home: Path, judged: JudgedNights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = copied(home, tmp_path)
    ran = []

    def spying(stage: Any, *given: Any) -> Any:
        ran.append(stage.name)
        return body.call(stage, *given)

    monkeypatch.setattr("jobs.commands.replay.call", spying)
    assert ask(mine) == judged
    assert not {"similarity", "collaborative", "choice"} & set(ran)
    (mine / "daily30.toml").write_text("seed = 31\n" + QUICK)
    ask(mine)
    assert "choice" in ran
    assert "similarity" not in ran


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"nights": 9}, "plays are known from 2026-03-01"),
        ({"until": date(2026, 3, 4)}, "plays are known from 2026-03-01"),
        ({"until": date(2026, 6, 1)}, "the log ends on 2026-03-26"),
    ],
)
def test_nights_that_cannot_be_judged_are_refused(home: Path, more: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        ask(home, **more)
    assert refused.value.fix


def test_a_home_without_a_log_is_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no plays"):
        ask(tmp_path)
    mine = copied(home, tmp_path)
    shutil.rmtree(mine / "landing" / "plays")
    with pytest.raises(UsageError, match="holds no plays") as refused:
        ask(mine)
    assert "ingest log" in refused.value.fix


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main([*map(str, words)])
    shown = capsys.readouterr()
    return int(end.value.code or 0), shown.out + shown.err


def test_the_command_tells_draws_and_answers_json(
    home: Path, judged: JudgedNights, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("evaluate", "--home", home, "--nights", 2, "--until", UNTIL)
    code, shown = run(capsys, *given, "--plot", tmp_path / "nights.png")
    assert code == 0
    assert "2 nights, 2026-03-12 to 2026-03-19" in shown
    assert "Songs first heard" in shown
    assert (tmp_path / "nights.png").stat().st_size > 10_000
    with pytest.raises(SystemExit):
        main([*map(str, given), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["nights"] == [str(night) for night in judged.nights]
    assert len(told["standings"]) == len(judged.standings)
    assert told["standings"][0]["hits"]["mean"] == judged.standings[0].hits.mean


@pytest.mark.parametrize(
    "wrong",
    [["--every", "3"], ["--until", "2026-03-20"], ["--nights", "0"], ["--nights", "1", "--ds", "2026-03-20"],
     ["--nights", "1", "--train", "a", "--test", "b"], ["--nights", "1", "--until", "soon"]],
)  # fmt: skip
def test_wrong_usage_is_told(home: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "evaluate", "--home", home, *wrong)[0] == 2
