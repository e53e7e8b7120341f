"""Tokens open what they were made for, until they are revoked or over; nobody can read them from the file."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from jobs.cli import main
from jobs.serve.tokens import FILE, Tokens
from schemas.errors import ContractError, UsageError

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def tokens(home: Path, days: int = 0) -> Tokens:
    return Tokens(home, lambda: NOW + timedelta(days=days))


def test_a_token_is_known_by_its_text_and_by_nothing_near_it(tmp_path: Path) -> None:
    text, made = tokens(tmp_path).add("app", ("feedback", "read"))
    assert made.scopes == ("read", "feedback")
    assert tokens(tmp_path).of(text) == made
    other, _ = tokens(tmp_path).add("other", ("read",))
    mixed = text[:13] + other[13:]
    for near in (
        text[:-1],
        text + "x",
        text.upper(),
        f" {text}",
        mixed,
        "",
        "d30_",
        text[:-1] + "é",
        other[:13] + text[13:],
    ):
        assert tokens(tmp_path).of(near) is None, near
    kept = (tmp_path / FILE).read_text()
    assert text not in kept
    assert text[13:] not in kept


def test_it_holds_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    text, _ = tokens(tmp_path).add("app", ("read",), date(2026, 11, 23))
    assert tokens(tmp_path, days=1).of(text)
    assert tokens(tmp_path, days=2).of(text) is None


def test_a_server_sees_at_once_what_another_process_made_or_revoked(tmp_path: Path) -> None:
    server = tokens(tmp_path)
    text, made = tokens(tmp_path).add("app", ("read",))
    assert server.of(text) == made
    tokens(tmp_path).revoke(made.token_id)
    assert server.of(text) is None
    with pytest.raises(UsageError, match="no token has the id"):
        server.revoke(made.token_id)


@pytest.mark.parametrize(
    ("name", "scopes", "until"),
    [("app", ("root",), None), ("app", (), None), ("", ("read",), None), ("a\x1b[2J", ("read",), None),
     ("x" * 81, ("read",), None), ("app", ("read",), date(2026, 11, 21))],
)  # fmt: skip
def test_what_makes_no_token(tmp_path: Path, name: str, scopes: tuple[str, ...], until: date | None) -> None:
    with pytest.raises(UsageError):
        tokens(tmp_path).add(name, scopes, until)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("damage", [b"[", b"{}", b'[{"token_id": 1}]', b"\xff"])
def test_a_damaged_file_opens_nothing_and_says_so(tmp_path: Path, damage: bytes) -> None:
    text, _ = tokens(tmp_path).add("app", ("read",))
    (tmp_path / FILE).write_bytes(damage)
    with pytest.raises(ContractError, match=FILE):
        tokens(tmp_path).of(text)
    with pytest.raises(ContractError, match=FILE):
        tokens(tmp_path).add("app", ("read",))
    assert (tmp_path / FILE).read_bytes() == damage


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--home", str(tmp_path)])
        assert ended.value.code == 0
        return capsys.readouterr().out

    assert "no tokens" in run("token", "list")
    text = run("token", "add", "my app", "--scope", "read", "--scope", "feedback").strip()
    (told,) = json.loads(run("token", "list", "--json"))
    found = tokens(tmp_path).of(text)
    assert found is not None
    assert (found.token_id, found.scopes) == (told["token_id"], ("read", "feedback"))
    assert text[13:] not in run("token", "list")
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    run("token", "revoke", told["token_id"])
    assert json.loads(run("token", "list", "--json")) == []
