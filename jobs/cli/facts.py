"""``daily30 facts``: what is known of a song or a list, how surely, and how two songs differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit
from schemas.errors import UsageError
from schemas.text_files import texts

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from features.words.facts.comparison_sheet import Compared
    from features.words.facts.sheet import Fact
    from jobs.commands.fact_sheets import Sheet

Language = Literal["zh", "en"]
_WORDS = {language: words["labels"] for language, words in texts("jobs.cli", "facts").items()}
_COLUMNS = ("id", "what", "value", "unit", "source", "confidence", "use")


def facts(
    track: Annotated[
        str | None, typer.Argument(help="A track: its id, its title or a piece of it.", metavar="TRACK")
    ] = None,
    versus: Annotated[
        str | None, typer.Option("--versus", metavar="TRACK", help="Another track to compare it with.")
    ] = None,
    user: Annotated[
        str | None, typer.Option("--list", metavar="USER", help="The sheet of a listener's list instead.")
    ] = None,
    language: Annotated[Language, typer.Option("--language", help="Language of a song's sheet.")] = "en",
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    as_json: JsonOption = False,
) -> None:
    """The numbered facts of a song or a list: value, unit, source, confidence, and whether a text may say them."""
    from features.night import Night
    from jobs.commands import fact_sheets as factsheets
    from jobs.commands.identity import present_id
    from jobs.run.night import require_home
    from warehouse.lake import Lake

    if (track is None) == (user is None) or (user is not None and versus is not None):
        raise UsageError("say either a TRACK or --list USER", fix='e.g. daily30 facts "晚风" --versus "Seven Lamps".')
    night = Lake(require_home(home)).night(ds)
    if user is not None:
        told_in, sheet = factsheets.of_list(night.frame, user, Night(night.ds))
        emit({"ds": str(night.ds), "user_id": user, "facts": sheet}, as_json, lambda: _drawn(user, sheet, told_in))
        return
    tracks, rows = night.frame("tracks"), night.frame("facts")
    one = factsheets.sheet(rows, tracks, factsheets.find_track(tracks, present_id(night, str(track))), language)
    if versus is None:
        title = f"{one.title} — {one.artist} ({one.track_id})"
        emit({"ds": str(night.ds), "song": one}, as_json, lambda: _drawn(title, one.facts, language))
        return
    two = factsheets.sheet(rows, tracks, factsheets.find_track(tracks, present_id(night, versus)), language, letter="g")
    compared = factsheets.comparison(rows, one.track_id, two.track_id, language)
    data: dict[str, Any] = {"ds": str(night.ds), "song": one, "versus": two, "comparison": compared}
    emit(data, as_json, lambda: _compared(one, two, compared, language))


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, style="cyan" if place == 0 else None, no_wrap=place == 0)
    return table


def _drawn(title: str, facts: Sequence[Fact], language: str) -> RenderableType:
    from features.words.facts.song_sheet import unit_word

    words = _WORDS[language]
    table = _table(title, *(words[name] for name in _COLUMNS))
    for fact in facts:
        unit = unit_word(fact.unit, language)
        if fact.kind == "length":  # its text already names the units
            unit = ""
        elif unit and fact.value is not None and not fact.text[-1].isdigit():
            unit = f"{fact.value:g} {unit}"  # the number behind a word
        use = words["assertable" if fact.assertable else "known"]
        cells = (fact.ref, fact.what, fact.text, unit, fact.source, f"{fact.confidence:.2f}", use)
        table.add_row(*cells, style=None if fact.assertable else "dim")
    return table


def _compared(one: Sheet, two: Sheet, compared: list[Compared], language: str) -> RenderableType:
    words = _WORDS[language]
    title = words["beside"].format(f"{one.title} — {one.artist}", f"{two.title} — {two.artist}")
    table = _table(
        title,
        words["id"],
        words["what"],
        one.title,
        two.title,
        *(words[name] for name in ("difference", "confidence", "use")),
    )
    for row in compared:
        fact = row.fact
        use = words["assertable" if fact.assertable else "known"]
        cells = (fact.ref, fact.what, row.this or "", row.that or "", fact.text, f"{fact.confidence:.2f}", use)
        table.add_row(*cells, style=None if fact.assertable else "dim")
    return table


def register(app: typer.Typer) -> None:
    app.command()(facts)
