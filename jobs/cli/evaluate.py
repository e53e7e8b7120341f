"""``daily30 evaluate``: how good lists, sources and models are, on two files or on a home's own days."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit, parse_day, progress
from schemas.errors import ContractError, UsageError

if TYPE_CHECKING:
    import polars as pl

_FILE_K, _HOME_K = 20, 30


class ModelName(StrEnum):
    """Models that can be judged; the names of features.collaborative.blend.MODELS."""

    BLEND = "blend"
    ALS = "als"
    ITEM_ITEM = "item_item"
    GFCF = "gfcf"
    EASE = "ease"
    POPULARITY = "popularity"


class FileFormat(StrEnum):
    """What a line of the files says; the names of features.evaluation.pairs.Format."""

    PAIRS = "pairs"
    LISTS = "lists"


@dataclass(frozen=True, slots=True)
class FileEvaluation:
    """What to judge: model, files and length of the lists; ``home`` may hold settings of ``[collaborative]``."""

    train: Path
    test: Path
    form: str
    model: str
    k: int
    weighted: bool
    home: Path


TrainOption = Annotated[Path | None, typer.Option("--train", metavar="FILE", help="Interactions to learn from.")]
TestOption = Annotated[Path | None, typer.Option("--test", metavar="FILE", help="Held-out interactions.")]
TestDaysOption = Annotated[
    int, typer.Option("--test-days", min=1, help="Days at the end of a home's plays to predict.")
]
FormOption = Annotated[
    FileFormat, typer.Option("--format", help=r"pairs: `user item \[weight]`; lists: `user item item ...`.")
]
ModelOption = Annotated[ModelName, typer.Option("--model", help="Collaborative model to judge.")]
KOption = Annotated[int | None, typer.Option("--k", min=1, help="Length of the lists; 20 for files, 30 for a home.")]
WeightedOption = Annotated[
    bool, typer.Option("--weighted", help="Use a file's weights; otherwise every pair counts 1.")
]
UsersOption = Annotated[int, typer.Option("--users", min=1, help="Most listeners of a home to judge.")]
NightsOption = Annotated[
    int | None,
    typer.Option("--nights", min=1, help="Make so many past nights and judge them by what was played after."),
]
EveryOption = Annotated[
    int | None, typer.Option("--every", min=1, help="Days from one of these nights to the next; 7 if not given.")
]
UntilOption = Annotated[
    date | None,
    typer.Option(
        "--until",
        parser=parse_day,
        metavar="YYYY-MM-DD",
        help="Last day of the week after the last of these nights; nothing later is looked at.",
    ),
]
PlotOption = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE", help="Draw the figures into this .png or .svg.")
]


def evaluate(
    train: TrainOption = None,
    test: TestOption = None,
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    test_days: TestDaysOption = 1,
    form: FormOption = FileFormat.PAIRS,
    model: ModelOption = ModelName.BLEND,
    k: KOption = None,
    weighted: WeightedOption = False,
    users: UsersOption = 5000,
    nights: NightsOption = None,
    every: EveryOption = None,
    until: UntilOption = None,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge lists, sources and models: accuracy and what lies beyond it, with intervals.

    With --train and --test on two files, under [collaborative] of the home's settings; with --nights on a log of
    listening: past nights are made from what was known then and held against the 1 and 7 days after, beside plain
    baselines. Else on a home's finished nights: the last days of its plays are predicted, and past lists held against
    the day they were served on.
    """
    if plot is not None:
        _check_plot(plot)
    _check_kind((train, test, ds), nights, (every, until))
    if nights is not None:
        _nights(home, nights, every or 7, until, users, plot, as_json)
    elif train is not None and test is not None:
        _files(FileEvaluation(train, test, form.value, model.value, k or _FILE_K, weighted, home), plot, as_json)
    else:
        from jobs.cli.views import evaluation as view

        found = judge_days(home, ds, test_days, model.value, k or _HOME_K, users)
        if plot is not None:
            view.plot_home(found, plot)
        emit(found, as_json, lambda: view.draw_home(found))


def _check_kind(
    others: tuple[Path | None, Path | None, date | None], nights: int | None, spread: tuple[int | None, date | None]
) -> None:
    """Refuse options of two kinds of judging at once: files and a day, nights, and how these lie."""
    train, test, _ = others
    if (train is None) != (test is None):
        raise UsageError("--train and --test belong together", fix="give both files, or neither to judge a home.")
    if nights is None and any(option is not None for option in spread):
        raise UsageError("--every and --until belong to --nights", fix="say how many --nights to judge.")
    if nights is not None and any(option is not None for option in others):
        raise UsageError("--nights goes with none of --train, --test, --ds", fix="leave them out; --until names a day.")


def _files(asked: FileEvaluation, plot: Path | None, as_json: bool) -> None:
    from jobs.cli.views import evaluation as view

    result = judge(asked)
    if plot is not None:
        view.plot_file(result, plot)
    emit(result, as_json, lambda: view.draw_file(result))


def _nights(
    home: Path, nights: int, every: int, until: date | None, users: int, plot: Path | None, as_json: bool
) -> None:
    from jobs.cli.views import nights as view
    from jobs.commands.evaluate_nights import NightsEvaluation, judge_nights
    from jobs.run.night import require_home

    started = time.perf_counter()
    with progress(quiet=as_json) as shown:
        judged = judge_nights(NightsEvaluation(require_home(home), nights, every, until, users), shown)
    found = {**asdict(judged), "every": every, **_cost(started)}
    if plot is not None:
        view.plot(found, plot)
    emit(found, as_json, lambda: view.draw(found))


def _check_plot(plot: Path) -> None:
    from jobs.run.extras import require_extra

    if plot.suffix not in (".png", ".svg"):
        raise UsageError(f"{plot} is neither .png nor .svg", fix="name a file such as evaluation.png.")
    require_extra("evaluation", "matplotlib", "--plot")


def judge(asked: FileEvaluation) -> dict[str, Any]:
    """Run one evaluation on files; the figures as they are printed with ``--json``."""
    from features.evaluation.holdout import evaluate as on_holdout
    from features.seeds import Seeds
    from jobs.run.settings import load_settings

    started = time.perf_counter()
    outcome = on_holdout(
        _read(asked.train, asked.form),
        _read(asked.test, asked.form),
        model=asked.model,
        k=asked.k,
        params=load_settings(asked.home).tool("collaborative"),
        seeds=Seeds(0),
        weighted=asked.weighted,
    )
    return {"model": asked.model, "k": asked.k, **asdict(outcome), **_cost(started)}


def judge_days(home: Path, ds: date | None, test_days: int, model: str, k: int, users: int) -> dict[str, Any]:
    """Evaluate a home; the figures as they are printed with ``--json``."""
    from jobs.commands.evaluate import HomeEvaluation, judge_home
    from jobs.run.night import require_home

    started = time.perf_counter()
    models = tuple(dict.fromkeys((model, ModelName.POPULARITY.value)))
    trials = judge_home(HomeEvaluation(require_home(home), ds, test_days, k, models, users))
    return {"k": k, "trials": [asdict(trial) for trial in trials], **_cost(started)}


def _cost(started: float) -> dict[str, float]:
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale, 1),
    }


def _read(path: Path, form: str) -> pl.DataFrame:
    from features.evaluation.pairs import Format, parse

    if not path.is_file():
        raise UsageError(f"{path} is not a file", fix="name a text file with one user per line.")
    try:
        with path.open(encoding="utf-8-sig") as lines:
            return parse(lines, Format(form), str(path))
    except UnicodeDecodeError:
        raise ContractError(f"{path} is not UTF-8 text", fix="convert it to UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", fix="check the file's permissions.") from None


def register(app: typer.Typer) -> None:
    app.command()(evaluate)
