"""Every sentence of a published night: true, false, unproved, without a claim, or unread.

python -m tests.oracles.night.check --home HOME [--music FOLDER] [--manifest CSV] [LISTENS ...]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.oracles.night.above import ListJudge
from tests.oracles.night.deliveries import Delivered, delivered, notes_of
from tests.oracles.night.grammar import Grammar, Read
from tests.oracles.night.judging import Judge
from tests.oracles.night.listening import ListeningJudge
from tests.oracles.night.measured import measured
from tests.oracles.night.tags import judge_tag
from tests.oracles.night.world import Person, World


@dataclass(frozen=True)
class Said:
    """A judged sentence: where it stands, what came of it, and why."""

    where: str
    sentence: str
    verdict: str  # true, false, unproved, plain, unread
    why: str = ""


def check(
    lists: Sequence[dict[str, Any]],
    reviews: Sequence[dict[str, Any]],
    came: Delivered,
    measured: Sequence[dict[str, Any]] = (),
) -> list[Said]:
    """All sentences of lists and reviews, judged."""
    world = World(lists, came, measured)
    grammars = {language: Grammar(language, world.artists, world.genres) for language in ("zh", "en")}
    found: list[Said] = []
    for served in lists:
        grammar = grammars[served["language"]]
        person = Person(world, served["user_id"], date.fromisoformat(served["ds"]))
        above = ListJudge(world, grammar, served, None, person)
        for kind in ("opener", "intro"):
            found += _texts(above, grammar, served[kind], "list", f"{served['user_id']} {kind}")
        for tag in served["hashtags"]:
            found.append(Said(f"{served['user_id']} hashtag", tag, *judge_tag(tag, served, grammar, world, person)))
        for song in served["songs"]:
            below = ListJudge(world, grammar, served, song, person)
            for kind in ("reason", "paragraph"):
                found += _texts(below, grammar, song[kind] or "", "song", f"{served['user_id']} {song['rank']} {kind}")
    for review in reviews:
        card = world.cards.get(review["track_id"])
        grammar = grammars[review["language"]]
        for text in review["paragraphs"] if card else ():
            judge = ListeningJudge(world, grammar, None, card, None)
            found += _texts(judge, grammar, text, "review", f"review {review['title']}")
    return found


def _texts(judge: Judge, grammar: Grammar, text: str, kind: str, where: str) -> Iterator[Said]:
    for read in grammar.read(text, kind):
        yield Said(where, read.sentence, *verdict(judge, read))


def verdict(judge: Judge, read: Read) -> tuple[str, str]:
    """What came of a sentence, and why."""
    told = [(claim, judge.judge(claim, filled)) for claim, filled in read.claims]
    wrong = [f"{c.name} {' '.join(c.args)}" for c, verdict in told if verdict is False]
    if wrong:
        return "false", "; ".join(wrong)
    if read.unread:
        return "unread", " ".join(read.unread)
    if any(verdict is None for _, verdict in told):
        return "unproved", "; ".join(c.name for c, verdict in told if verdict is None)
    return ("true" if told else "plain"), ""


def published(home: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lists and reviews of the version that the home's store serves."""
    with sqlite3.connect(f"file:{home / 'serving' / 'serving.sqlite'}?mode=ro", uri=True) as db:
        (seq,) = db.execute("SELECT current FROM pointer").fetchone()
        rows = [[json.loads(p) for (p,) in db.execute(f"SELECT payload FROM {t} WHERE seq = ? ORDER BY 1", (seq,))]
                for t in ("lists", "reviews")]  # fmt: skip
    return rows[0], rows[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--music", type=Path)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--show", nargs="*", default=["false", "unread"])
    parser.add_argument("listens", type=Path, nargs="*")
    given = parser.parse_args()
    lists, reviews = published(given.home)
    ds = date.fromisoformat(lists[0]["ds"])
    came = delivered(given.music, given.manifest, given.listens, ds)
    came.notes = notes_of(given.home / "landing")
    found = check(lists, reviews, came, measured(given.home))
    for said in found:
        if said.verdict in given.show:
            sys.stdout.write(f"{said.verdict:8} [{said.where}] {said.sentence}  << {said.why}\n")
    sys.stdout.write(f"{dict(Counter(said.verdict for said in found))} of {len(found)}\n")


if __name__ == "__main__":
    main()
