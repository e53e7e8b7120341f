"""A damaged ledger: told by name and with what to do, or done without; never another answer, never a bug of ours."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
from pathlib import Path

import pytest

from features.words.model.asking import Answer
from jobs.clients.llm import ledger as llm_ledger
from jobs.clients.llm.ledger import Ledger
from jobs.clients.llm.usage import usage
from jobs.clients.llm.wire import Capability, JsonMode, Reading, Tokens
from schemas.errors import OutsideServiceError

NIGHT, ENDPOINT = "2026-05-20", "http://x"
KEYS = [f"key {n}" for n in range(8)]


def written(home: Path) -> Path:
    """A ledger of a few answers, closed."""
    made = Ledger(llm_ledger.at(home), 5_000)
    for n, key in enumerate(KEYS):
        made.settle(made.reserve(NIGHT, 10) or pytest.fail("no room"), 7)
        made.keep(key, NIGHT, Reading(found={"text": f"a sentence {n}"}, raw=answer(n), tokens=Tokens(5, 2)))
    made.count(NIGHT, {"asks": 8})
    made.learn(ENDPOINT, "m", Capability(JsonMode.TOOL), NIGHT)
    made.close()
    return llm_ledger.at(home)


def answer(n: int) -> str:
    return f'{{"text": "a sentence {n}"}}'


def look(home: Path) -> list[Answer | None]:
    """Everything that a client asks of a ledger, and what the report reads."""
    made = Ledger(llm_ledger.at(home), 5_000)
    try:
        found = [made.answer(key, NIGHT) for key in KEYS]
        made.capability(ENDPOINT, "m")
        held = made.reserve(NIGHT, 10)
        if held is not None:
            made.settle(held, 3)
        made.count(NIGHT, ["asks"])
        made.room(NIGHT)
    finally:
        made.close()
    usage(home, NIGHT)
    return found


@pytest.mark.parametrize(
    "content", [b"no database" * 400, b"SQLite format 3\x00" + bytes(4080), None], ids=["text", "only a head", "cut"]
)
def test_what_is_no_ledger_is_named_with_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:5_000] if content is None else content)
    for ask in (lambda: look(tmp_path), lambda: usage(tmp_path, NIGHT)):
        with pytest.raises(OutsideServiceError, match=r"ledger\.sqlite: .* cannot be read") as told:
            ask()
        assert "move the file away" in told.value.fix
    path.unlink()
    assert look(tmp_path) == [None] * len(KEYS)


def test_a_ledger_of_other_tables_is_named(tmp_path: Path) -> None:
    path = llm_ledger.at(tmp_path)
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as db:
        db.execute("create table paid (somebody text)")
    with pytest.raises(OutsideServiceError, match=r"ledger\.sqlite"):
        look(tmp_path)


def test_flipped_bytes_give_no_other_answer_and_no_bug_of_ours(tmp_path: Path) -> None:
    clean = written(tmp_path / "whole").read_bytes()
    path, chance = llm_ledger.at(tmp_path / "flipped"), random.Random(14)
    path.parent.mkdir(parents=True)
    told = 0
    for _ in range(150):
        data = bytearray(clean)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        for left in path.parent.iterdir():
            left.unlink()
        path.write_bytes(data)
        try:
            found = look(tmp_path / "flipped")
        except OutsideServiceError:
            told += 1
            continue
        assert [a.raw for a in found if a is not None] == [answer(n) for n, a in enumerate(found) if a is not None]
    assert 0 < told < 150


def test_an_edited_answer_is_asked_for_again(tmp_path: Path) -> None:
    with sqlite3.connect(written(tmp_path)) as db:
        db.execute("update paid set raw = replace(raw, 'sentence', 'sentense') where key = ?", (KEYS[3],))
    made = Ledger(llm_ledger.at(tmp_path), 5_000)
    assert [made.answer(key, NIGHT) is None for key in KEYS] == [n == 3 for n in range(8)]
    made.keep(KEYS[3], NIGHT, Reading(found={"text": "a sentence 3"}, raw=answer(3)))
    found = made.answer(KEYS[3], NIGHT)
    assert found is not None
    assert found.raw == answer(3)


def test_a_ledger_from_before_answers_had_checksums_is_read_and_gets_them(tmp_path: Path) -> None:
    with sqlite3.connect(written(tmp_path)) as db:
        db.execute("alter table paid drop column sha256")
    made = Ledger(llm_ledger.at(tmp_path), 5_000)
    assert [a and a.raw for a in (made.answer(key, NIGHT) for key in KEYS)] == [answer(n) for n in range(8)]
    made.keep("new", NIGHT, Reading(found={"text": "x"}, raw='{"text": "x"}'))
    made.close()
    with sqlite3.connect(llm_ledger.at(tmp_path)) as db:
        assert db.execute("select count(*) from paid where sha256 <> ''").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount read-only")
def test_a_ledger_out_of_reach_is_told_as_that_and_not_as_damaged(tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", tmp_path], check=False).returncode:
        pytest.skip("may not mount here")
    try:
        written(tmp_path)
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        with pytest.raises(OutsideServiceError, match=r"ledger\.sqlite") as told:
            look(tmp_path)
        assert "permissions" in told.value.fix
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)
