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

    from features.words.model.asking import Answer, Ask, Asker, Writer
    from jobs.commands.agreement import Agreement
    from jobs.commands.try_copy import Trial
    from jobs.run.settings import Settings

Language = Literal["zh", "en"]


UserOption = Annotated[str | None, typer.Option("--try", metavar="USER", help="The words of this listener's list.")]
SongOption = Annotated[str | None, typer.Option("--song", metavar="TRACK_ID", help="The review of this song.")]
LanguageOption = Annotated[Language | None, typer.Option("--language", help="zh or en; the listener's own.")]
SendOption = Annotated[bool, typer.Option("--send", help="Ask the configured endpoint; it costs tokens of that night.")]
LabelledOption = Annotated[
    Path | None,
    typer.Option("--labelled", metavar="DIR", help="How the second reader agrees with labelled sentences."),
]
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
    labelled: LabelledOption = None,
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    as_json: JsonOption = False,
) -> None:
    """One text from fact sheet to publication: sheet, prompt, raw answer, checks, final text.

    Nothing is published, and nothing leaves the house without --send. With --labelled no text is tried: the second
    reader (llm.reader) judges sentences that people have labelled.
    """
    from dataclasses import asdict

    from jobs.commands import try_copy
    from jobs.run.night import require_home
    from jobs.run.settings import load_settings
    from warehouse.lake.reader import Lake

    if [user, song, labelled].count(None) != 2:
        fix = "e.g. daily30 copy --try u00001; or --labelled DIR."
        raise UsageError("say whose words: --try USER or --song TRACK_ID", fix=fix)
    if send and answer is not None:
        raise UsageError("--send and --answer exclude each other", fix="leave one of them out.")
    night, settings = Lake(require_home(home)).night(ds), load_settings(home)
    if labelled is not None:
        _agree(home, settings, night.ds, labelled, send, as_json)
        return
    with _asker(home, settings, night.ds, send, answer) as asker:
        model = "" if asker is None else asker.name
        if user is not None:
            trial = try_copy.of_list(home, night, settings, user, language, asker, model)
        else:
            trial = try_copy.of_review(night, settings, str(song), language or "zh", asker, model)
    emit({"ds": str(night.ds), **asdict(trial)}, as_json, lambda: _draw(trial))


def _agree(home: Path, settings: Settings, ds: date, folder: Path, send: bool, as_json: bool) -> None:
    """How the second reader of the settings agrees with the labels of a folder."""
    from dataclasses import asdict

    from jobs import prompts
    from jobs.clients.llm.client import open_llm
    from jobs.commands.agreement import agreement

    client = open_llm(home, settings.section("llm"), ds=ds)
    reader = None if client is None else prompts.second_reader(client)
    if client is None or reader is None:
        raise UsageError(
            "--labelled needs a second reader, and none is configured",
            fix="set DAILY30_LLM__READER to its model, beside DAILY30_LLM__BASE_URL, __MODEL and __API_KEY.",
        )
    try:
        found = agreement(folder, reader, send=send)
    finally:
        client.close()
    emit(asdict(found), as_json, lambda: _drawn(found))


def _drawn(found: Agreement) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    asks = f"{found.reader}: {found.questions:,} questions"
    if not found.asked:
        return Text(f"{asks}, {found.most_tokens:,} tokens at most. Nobody was asked: --send asks.", style="yellow")
    table = Table("", "", "true", "kept", "", "false", "stopped", "", "no verdict", box=None, padding=(0, 1))
    for g in found.groups:
        kept, stopped = (f"{n / of:.1%}" if of else "" for n, of in ((g.kept, g.true), (g.stopped, g.false)))
        counts = (g.true, g.kept, kept, g.false, g.stopped, stopped, g.unread)
        table.add_row(g.by, g.name, *map(str, counts))
    none = ", ".join(f"{n} {why}" for why, n in found.no_verdict.items()) or "none"
    cost = f"{asks}, without a verdict: {none}; {found.tokens_in:,} tokens in, {found.tokens_out:,} out"
    return Group(table, Text(cost, style="dim"))


class _FromFile:
    """A writer whose every answer is the text of a file, and whom nobody reads."""

    name = "file"
    reader: Asker | None = None
    reader_tokens = 0

    def __init__(self, path: Path) -> None:
        from warehouse.landing.files import require_file

        try:
            self._raw = require_file(path).read_text("utf-8")
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
def _asker(home: Path, settings: Settings, ds: date, send: bool, answer: Path | None) -> Iterator[Writer | None]:
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
    parts += _second(made["second_reading"])
    parts += [line for sentence in made["sentences"] for line in _sentence(sentence)]
    of_sentences = {why for sentence in made["sentences"] for why in sentence["why"]}
    verdict = [Text(f"✗ {fault}", style="red") for fault in made["faults"] if fault not in of_sentences]
    if not made["faults"] and not made["why_none"]:
        verdict = [Text("✓ every check passed", style="green")]
    return [*parts, *verdict]


def _second(made: dict[str, Any] | None) -> list[RenderableType]:
    """What the second reader cost, or why it said nothing; nothing where there is none."""
    from rich.text import Text

    if made is None:
        return []
    cost = "paid before" if made["from_cache"] else f"{made['tokens_in']} tokens in, {made['tokens_out']} out"
    none = f"no verdict ({made['why_none']}), so nothing falls by it; " if made["why_none"] else ""
    return [Text(f"second reader: {none}{cost}", style="dim")]


def _sentence(made: dict[str, Any]) -> list[RenderableType]:
    """A sentence, the claims it declares with what the facts say to each, and why it fell."""
    from rich.text import Text

    from jobs.cli.flow import Flow

    mark, style = ("✓", "green") if made["stands"] else ("✗", "red")
    claims = [f"    {claim['verdict']}: {claim['claim']}" for claim in made["claims"]]
    if made["follows"] is not None:
        claims.append(f"    second reader: {'follows' if made['follows'] else 'does not follow'}")
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
