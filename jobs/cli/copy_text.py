"""``daily30 copy``: try the words of one list or song, from fact sheet to final text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit
from schemas.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from features.words.model.asking import Answer, Ask, Asker
    from jobs.commands.try_copy import Trial
    from jobs.run.settings import Settings

Language = Literal["zh", "en"]


UserOption = Annotated[str | None, typer.Option("--try", metavar="USER", help="The words of this listener's list.")]
SongOption = Annotated[str | None, typer.Option("--song", metavar="TRACK_ID", help="The review of this song.")]
LanguageOption = Annotated[Language | None, typer.Option("--language", help="zh or en; the listener's own.")]
SendOption = Annotated[bool, typer.Option("--send", help="Ask the configured endpoint; it costs tokens of that night.")]
AnswerOption = Annotated[
    Path | None,
    typer.Option("--answer", metavar="FILE", help="Take this file as the model's answer: nothing is sent."),
]


def copy(
    user: UserOption = None,
    song: SongOption = None,
    language: LanguageOption = None,
    send: SendOption = False,
    answer: AnswerOption = None,
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    as_json: JsonOption = False,
) -> None:
    """One text from fact sheet to publication: sheet, prompt, raw answer, checks, final text.

    Nothing is published, and nothing leaves the house without --send.
    """
    from dataclasses import asdict

    from jobs.commands import try_copy
    from jobs.run.night import require_home
    from jobs.run.settings import load_settings
    from warehouse.lake.reader import Lake

    if (user is None) == (song is None):
        raise UsageError("say whose words: --try USER or --song TRACK_ID", fix="e.g. daily30 copy --try u00001.")
    if send and answer is not None:
        raise UsageError("--send and --answer exclude each other", fix="leave one of them out.")
    night, settings = Lake(require_home(home)).night(ds), load_settings(home)
    with _asker(home, settings, night.ds, send, answer) as asker:
        model = "" if asker is None else asker.name
        if user is not None:
            trial = try_copy.of_list(home, night, settings, user, language, asker, model)
        else:
            trial = try_copy.of_review(night, settings, str(song), language or "zh", asker, model)
    emit({"ds": str(night.ds), **asdict(trial)}, as_json, lambda: _draw(trial))


class _FromFile:
    """An asker whose every answer is the text of a file."""

    name = "file"

    def __init__(self, path: Path) -> None:
        try:
            self._raw = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot read {path}: {error}", fix="give a UTF-8 text file.") from None

    def ask_all(self, asks: Sequence[Ask]) -> list[Answer]:
        from features.words.model.asking import Answer, Why

        try:
            found = json.loads(self._raw)
        except ValueError:
            found = None
        whole = found if isinstance(found, dict) else None
        return [Answer(whole, None if whole is not None else Why.UNREADABLE, self._raw) for _ in asks]


@contextmanager
def _asker(home: Path, settings: Settings, ds: date, send: bool, answer: Path | None) -> Iterator[Asker | None]:
    """Who is asked, closed afterwards; nobody without --send or --answer."""
    from jobs.clients.llm.client import open_llm

    if answer is not None:
        yield _FromFile(answer)
        return
    if not send:
        yield None
        return
    client = open_llm(home, settings.section("llm"), ds=ds)
    if client is None:
        raise UsageError(
            "--send needs an endpoint, and none is configured",
            fix="set DAILY30_LLM__BASE_URL, DAILY30_LLM__MODEL and DAILY30_LLM__API_KEY.",
        )
    try:
        yield client
    finally:
        client.close()


def _draw(trial: Trial) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [_section("Fact sheet"), _sheet(trial)]
    parts += [_section(f"Prompt {trial.prompt}"), Text(trial.question["system"], style="dim")]
    parts.append(Text(trial.question["user"]))
    if not trial.rounds:
        parts.append(
            Text("Nobody was asked: --send asks the endpoint, --answer FILE checks an answer.", style="yellow")
        )
    for place, made in enumerate(trial.rounds, 1):
        parts += [_section(f"Raw answer {place}"), *_round(made)]
    parts += [_section(f"Final text, by {_by(trial)}"), *_final(trial)]
    return Group(*parts)


def _section(title: str) -> RenderableType:
    from rich.rule import Rule
    from rich.text import Text

    return Rule(Text(title, style="bold cyan"), align="left", style="cyan")


def _sheet(trial: Trial) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table("ref", "means", "stands in the text as", "the model", box=None, padding=(0, 1))
    for row in trial.sheet:
        sees = "sees it" if row["shown"] else "sees its meaning only"
        table.add_row(Text(row["ref"], style="cyan"), row["means"], Text(row["stands"]), Text(sees, style="dim"))
    return table


def _round(made: dict[str, Any]) -> list[RenderableType]:
    from rich.text import Text

    parts: list[RenderableType] = []
    if made["added"]:
        parts.append(Text(made["added"], style="yellow"))
    parts.append(Text(made["raw"] if made["raw"] is not None else f"none: {made['why_none']}"))
    cost = "paid before" if made["from_cache"] else f"{made['tokens_in']} tokens in, {made['tokens_out']} out"
    parts.append(Text(cost, style="dim"))
    parts += [line for sentence in made["sentences"] for line in _sentence(sentence)]
    of_sentences = {why for sentence in made["sentences"] for why in sentence["why"]}
    verdict = [Text(f"✗ {fault}", style="red") for fault in made["faults"] if fault not in of_sentences]
    if not made["faults"] and not made["why_none"]:
        verdict = [Text("✓ every check passed", style="green")]
    return [*parts, *verdict]


def _sentence(made: dict[str, Any]) -> list[RenderableType]:
    """A sentence, the claims it declares with what the facts say to each, and why it fell."""
    from rich.text import Text

    from jobs.cli.flow import Flow

    mark, style = ("✓", "green") if made["stands"] else ("✗", "red")
    claims = [f"    {claim['verdict']}: {claim['claim']}" for claim in made["claims"]]
    return [
        Flow(Text(f"{mark} {made['key']}: {made['text']}", style=style)),
        *(Text(line, style="dim") for line in claims),
        *(Text(f"    {why}", style="red") for why in made["why"]),
    ]


def _by(trial: Trial) -> str:
    by = {"model": "the model", "repaired": "the model, after a repair", "builtin": "the built-in writer"}[
        trial.outcome
    ]
    return f"{by} ({trial.fell_back})" if trial.fell_back else by


def _final(trial: Trial) -> list[RenderableType]:
    from rich.text import Text

    from jobs.cli.flow import Flow

    parts: list[RenderableType] = []
    for name, text in trial.texts.items():
        parts += [Text(name, style="bold"), Flow(Text(text))]
    notice = trial.provenance["notice"]
    return [*parts, Text(notice, style="dim italic")] if notice else parts


def register(app: typer.Typer) -> None:
    app.command()(copy)
