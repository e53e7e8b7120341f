"""How a Daily 30 looks in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from features.words.terms import forms
from jobs.cli.flow import Flow
from schemas.terminal import command
from schemas.text_files import Section, texts
from warehouse.pages.render import short

_VERDICTS = {"proved": ("✓ proved", "green"), "unproved": ("? not provable", "yellow"), "false": ("✗ FALSE", "red")}
_WORDS = {language: words["labels"] for language, words in texts("jobs.cli", "cards").items()}


def daily30(payload: dict[str, Any], language: str, *, version: str, header: str | None) -> RenderableType:
    """The whole list: opener, hashtags, intro, header, numbered songs with reasons."""
    words = _WORDS[language]
    parts: list[RenderableType] = [
        Panel(
            Flow(_head(payload)),
            title=Text(words["for"].format(user=payload["user_id"])),
            border_style="cyan",
            padding=(1, 2),
        ),
        _songs(payload["songs"], language, newcomer=payload["history_class"] == "new"),
        Text(f"{words['header']}: {header or words['none']}", style="dim", no_wrap=True, overflow="ignore"),
        Text(_foot(payload, words, version), style="dim"),
    ]
    return Group(*parts)


def _head(payload: dict[str, Any]) -> Text:
    text = Text(str(payload["opener"] or ""), style="bold")
    text.append(f"\n{' '.join(payload['hashtags'] or [])}", style="not bold magenta")
    text.append(f"\n\n{payload['intro'] or ''}", style="not bold")
    if payload["notice"]:
        text.append(f"\n{payload['notice']}", style="not bold dim italic")
    return text


def _foot(payload: dict[str, Any], words: Section, version: str) -> str:
    parts = [words["served"].format(serves_on=payload["serves_on"], version=version)]
    if payload["shortfall_reason"]:
        parts.append(words["short"].format(reason=payload["shortfall_reason"]))
    if payload["personalised"] is False:
        parts.append(words["common"])
    if payload["writer"] == "builtin":
        parts.append(words["builtin"])
    return " · ".join([*parts, *(payload["relaxations"] or [])])


def _songs(songs: Sequence[dict[str, Any]], language: str, *, newcomer: bool) -> Table:
    """Numbered songs; to a newcomer every artist is new, so the mark would say nothing."""
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(justify="right", style="cyan", no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(justify="right", style="dim", no_wrap=True)
    for song in songs:
        title = Text(short(song["title"]), style="bold")
        title.append(f" — {short(song['artist']) or _WORDS[language]['unknown_artist']}", style="not bold")
        if song["discovery"] and not newcomer:
            title.append(f"  ✦ {_WORDS[language]['new']}", style="not bold green")
        elif song["heard"]:
            title.append(f"  ↻ {_WORDS[language]['heard']}", style="not bold dim")
        title.append(f"\n{song['reason'] or ''}", style="not bold dim")
        table.add_row(str(song["rank"]), Flow(title), sound(song, language))
    return table


def sound(song: dict[str, Any], language: str) -> str:
    """``104 BPM · D minor · healing``; what may not be said is left out, as the payload has it."""
    parts = []
    if song["tempo_bpm"] is not None:
        parts.append(f"{forms.integer(song['tempo_bpm'])} BPM")
    if song["key"] is not None:
        parts.append(forms.key_name(f"{song['key']} {song['mode'] or ''}", language))
    if song["mood"] is not None:
        parts.append(forms.mood(song["mood"], language) or song["mood"])
    return " · ".join(parts)


def review(payload: dict[str, Any]) -> RenderableType:
    """Why the song was chosen for this listener, then its deep review: headings and paragraphs."""
    text = Text()
    own = [(_WORDS[payload["language"]]["why"], payload["paragraph"])] if payload["paragraph"] else []
    for heading, paragraph in (*own, *zip(payload["headings"], payload["paragraphs"], strict=True)):
        text.append(f"\n\n{heading}\n" if text else f"{heading}\n", style="bold cyan")
        text.append(str(paragraph))
    if note := payload.get("note"):
        told = " \u00b7 ".join(filter(None, (note["source"], note["url"], note["licence"])))
        text.append(f"\n\n{_WORDS[payload['language']]['quoted']} {told}", style="dim")
    if payload["notice"]:
        text.append(f"\n\n{payload['notice']}", style="dim italic")
    artist = payload["artist"] or _WORDS[payload["language"]]["unknown_artist"]
    return Panel(Flow(text), title=Text(f"{payload['title']} — {artist}"), border_style="cyan", padding=(1, 2))


def evidence(title: str, said: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], home: Path) -> RenderableType:
    """Each sentence with its figures counted again, then each reason in words, its table and how to check it again."""
    parts: list[RenderableType] = [Text(title, style="bold")]
    for sentence in said:
        line = Text(f"{sentence['where']}: ", style="cyan").append(f"“{sentence['text']}”", style="default")
        line.append("  " + _VERDICTS[sentence["verdict"]][0], _VERDICTS[sentence["verdict"]][1])
        told = ", ".join(f"{slot} {one}: counted {two}" for slot, (one, two) in sentence["figures"].items())
        about = "; ".join(filter(None, (sentence["why"], told or sentence["section"])))
        parts += [line, Padding(Text(about, style="dim"), (0, 0, 0, 3))]
    for row in rows:
        line = Text(f"{row['seq']}. ", style="cyan").append(row["claim"], style="default")
        line.append("  ✓ proved" if row["holds"] else "  ✗ not borne out", style="green" if row["holds"] else "red")
        line.append(f"  [{row['kind']}, from {row['source_table']} {row['source_version']}]", style="dim")
        asked = command("sql", "--home", home, row["sql"])
        # One line, however long: half a command that is pasted is another command.
        parts += [line, Text(f"   {asked}\n", style="green", no_wrap=True, overflow="ignore")]
    return Group(*parts)
