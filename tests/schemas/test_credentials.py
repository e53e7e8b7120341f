"""What looks like a credential, and what is left of a text without it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jobs.run.settings import load_settings
from schemas.credentials import MASK, is_secret_name, redacted


@pytest.mark.parametrize(
    "name", ["llm.api_key", "APIKEY", "api-key", "DB_PASSWORD", "auth.token", "listener_secret", "passwd", "access_key"]
)
def test_names_of_credentials_are_known(name: str) -> None:
    assert is_secret_name(name)


def test_of_all_settings_three_are_secret(tmp_path: Path) -> None:
    """Tokens of a model, keys of music and shares of plays are none."""
    paths = [path for path, _, _ in load_settings(tmp_path, environ={}).effective()]
    secret = ["llm.api_key", "llm.listener_secret", "llm.reader_api_key"]
    assert sorted(path for path in paths if is_secret_name(path)) == secret


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://me:pa55@x.example:8443/v1", "https://x.example:8443/v1"),
        ("HTTPS://me:pa55@x.example/v1", "HTTPS://x.example/v1"),
        ("https://me:pa/5@5?#5@x.example/v1?key=pa55#pa55", "https://x.example/v1"),
        ("postgres://me:pa55@db/music", "postgres://db/music"),
        ("cannot reach 'https://me:pa55@x.example/v1?k=pa55': refused", "cannot reach 'https://x.example/v1': refused"),
        ("(https://x.example/v1?k=pa55)", "(https://x.example/v1)"),
        ("['s3://me:pa55@a', 's3://b']", "['s3://a', 's3://b']"),
        ("api_key=pa55 DAILY30_LLM__API_KEY=pa55", f"api_key={MASK} DAILY30_LLM__API_KEY={MASK}"),
        ('{"api_key": "pa55", "n": 1}', f'{{"api_key": "{MASK}", "n": 1}}'),
        ("Authorization: Bearer pa55pa55", f"Authorization: Bearer {MASK}"),
        ("no such model sk-0123456789abcdefXYZ", f"no such model {MASK}"),
    ],
)
def test_what_is_left_of_a_text(text: str, left: str) -> None:
    assert redacted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "setting llm.api_key (variable DAILY30_LLM__API_KEY): Input should be a valid string",
        "setting llm.api_key: is not a parameter",
        "set DAILY30_LLM__BASE_URL, DAILY30_LLM__MODEL and DAILY30_LLM__API_KEY.",
        "write it as https://…/v1.",
        "home/landing/tracks.csv row 3: user 'ann@example.org', key C#m, at 12:30",
    ],
)
def test_what_holds_none_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "text", ["a." * 100_000, "'" + "a" * 200_000, "://" * 60_000, "http://" * 30_000, "@" * 200_000]
)
def test_a_long_text_is_read_in_no_time(text: str) -> None:
    start = time.process_time()
    redacted(text)
    assert time.process_time() - start < 1
