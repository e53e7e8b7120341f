"""No value of a credential is written or printed, wherever and however wrongly it is set."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from jobs.cli import main
from jobs.run.fingerprint import params_text, tools_text
from jobs.run.settings import load_settings
from jobs.run.task import ToolSpec
from schemas.errors import UsageError
from tests.jobs.run import toys

CANARY = "cAnArY-7f3a"
ADDRESS = f"https://me:{CANARY}@x.example/v1?key={CANARY}"


def run(capfd: pytest.CaptureFixture[str], *args: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([*map(str, args)])
    said = capfd.readouterr()
    return int(ended.value.code or 0), said.out + said.err


def written(home: Path) -> list[str]:
    """Files of a home that hold the canary, but for the settings themselves."""
    files = [p for p in home.rglob("*") if p.is_file() and p.name != "daily30.toml"]
    return [str(p.relative_to(home)) for p in files if CANARY.encode() in p.read_bytes()]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DAILY30_LLM__APIKEY", "api_key"),
        ("DAILY30_LLM__API-KEY", "api_key"),
        ("daily30_llm__listenersecret", "listener_secret"),
        ("DAILY30_LLM_API_KEY", "llm.api_key"),
        ("DAILY30__LLM__API_KEY", "llm.api_key"),
        ("DAILY30_APIKEY", "llm.api_key"),
        ("DAILY30_LLN__API_KEY", "llm.api_key"),
    ],
)
@pytest.mark.parametrize("command", [("settings",), ("nightly", "--ds", "2026-03-01"), ("settings", "--json")])
def test_a_misspelt_variable_is_refused_with_the_nearest_name_and_without_its_value(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    name: str, meant: str, command: tuple[str, ...],
) -> None:  # fmt: skip
    toys.deliver(tmp_path)
    monkeypatch.setenv(name, CANARY)
    code, said = run(capfd, *command, "--home", tmp_path)
    assert code == 2
    assert f"did you mean {meant}?" in said
    assert CANARY not in said
    assert written(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (f"[llm]\napikey = '{CANARY}'", "did you mean api_key?"),
        (f"apikey = '{CANARY}'", "did you mean llm.api_key?"),
        (f"[lmm]\napi_key = '{CANARY}'", "did you mean llm"),
        (f"[llm.api_key]\nvalue = '{CANARY}'", "llm.api_key"),
        (f"[llm]\napi_key = ['{CANARY}']", "llm.api_key"),
        (f"[llm]\napi_key = {CANARY}", "is not TOML"),
        (f"[llm]\nmodel = '{ADDRESS}'", "llm.model"),
        (f"[llm]\nmodel = 'sk-{CANARY}-0123456789'", "llm.model"),
        (f"[llm]\nbase_url = 'https://me:{CANARY}/1@x/v1'", "llm.base_url"),
        (f"[llm]\nbase_url = 'https://[me:{CANARY}@x/v1'", "llm.base_url"),
        (f"[llm]\nbase_url = 'me:{CANARY}@x/v1'", "llm.base_url"),
        (f"[serving]\nurl = '{ADDRESS}'", "no serving store of kind"),
        (f"[serving]\nurl = 'redis://me:{CANARY} x@h:6379/0'", "url is no address"),
        (f"[serving]\nurl = 'sqlite://me:{CANARY}@/x'", "names no file"),
        (f"[serving]\nurl = 'postgresql://[me:{CANARY}@h/d'", "url is no address"),
        (f"[serving]\nurl = 'host=h password={CANARY}'", "url is no address"),
        (f"[serving]\nkind = '{CANARY}'", "set [serving] url"),
        (f"engine = '{ADDRESS}'", "engine"),
    ],
)
def test_a_wrong_file_is_refused_without_the_value(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, meant: str
) -> None:
    (tmp_path / "daily30.toml").write_text(text)
    code, said = run(capfd, "settings", "--home", tmp_path)
    assert code == 2
    assert meant in said
    assert CANARY not in said


def test_settings_show_neither_keys_nor_what_an_address_carries(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "daily30.toml").write_text(
        f"[llm]\nbase_url = '{ADDRESS}'\nmodel = 'm'\nlistener_secret = '{CANARY}'\n"
        f"[serving]\nurl = 'postgresql://me:{CANARY}@y.ex/d?sslpassword={CANARY}'\n"
    )
    monkeypatch.setenv("DAILY30_LLM__API_KEY", CANARY)
    for more in ((), ("--json",)):
        code, said = run(capfd, "settings", "--home", tmp_path, *more)
        assert code == 0
        assert "x.example" in said
        assert "postgresql://y.ex/d" in said
        assert CANARY not in said


@pytest.mark.parametrize("more", [(), ("--debug",)])
@pytest.mark.parametrize("command", [("versions",), ("rollback",), ("show", "u1")])
def test_a_store_that_cannot_be_reached_is_told_without_its_password(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], command: tuple[str, ...], more: tuple[str, ...]
) -> None:
    toys.deliver(tmp_path)
    (tmp_path / "daily30.toml").write_text(
        f"[serving]\nurl = 'postgresql://me:{CANARY}@127.0.0.1:1/d?sslpassword={CANARY}'\n"
    )
    code, said = run(capfd, *more, *command, "--home", tmp_path)
    assert code == 6
    assert "postgresql://127.0.0.1:1/d" in said
    assert CANARY not in said
    assert written(tmp_path) == []


def test_what_a_task_depends_on_is_written_without_secrets() -> None:
    params = toys.MeasureParams(2.0)
    assert params_text(params) == {"factor": 2.0}
    spec = ToolSpec("other", "m:f", {"url": f"s3://me:{CANARY}@b", "db_password": CANARY, "apikey": CANARY, "n": 1})
    assert tools_text([spec]) == {"other": {"url": "s3://b", "db_password": "given", "apikey": "given", "n": "1"}}
    store = ToolSpec("serving_store", "m:f", {"url": f"postgresql://me:{CANARY}@b"})
    assert tools_text([store]) == {"serving_store": {}}, "the same is published, wherever to"


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose night stops with an error that quotes an address."""
    toys.deliver(tmp_path)
    broken = toys.with_stage("measure", run=f"{__name__}:quoting")
    monkeypatch.setattr("jobs.run.night.the_pipeline", lambda: broken)
    monkeypatch.setattr("jobs.run.night.load_settings", lambda home, flags: load_settings(home, {}, {}, broken.stages))
    monkeypatch.setattr("jobs.run.night.open_engine", lambda settings: toys.Inline())
    return tmp_path


def quoting(*, words: pl.DataFrame, bell: toys.Bell) -> None:
    raise ConnectionError(f"cannot reach {ADDRESS}: refused; api_key={CANARY}")


def test_an_error_that_quotes_an_address_is_told_and_kept_without_the_password(
    failing: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capfd, "nightly", "--home", failing, "--ds", "2026-03-01")
    assert code == 1
    assert "cannot reach https://x.example/v1" in said
    assert CANARY not in said
    assert written(failing) == []
    runs = [json.loads(p.read_text("utf-8")) for p in (failing / "runs").rglob("*.json")]
    assert "x.example" in str([r["failed"] for r in runs if "failed" in r])


@pytest.mark.parametrize("words", [("plan", "--ds", ADDRESS), (ADDRESS,), ("show", "u", f"--lang={ADDRESS}")])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_wrong_usage_is_told_without_what_an_address_carries(
    capfd: pytest.CaptureFixture[str], words: tuple[str, ...], more: tuple[str, ...]
) -> None:
    code, said = run(capfd, *words, *more)
    assert code == 2
    assert CANARY not in said


def test_one_section_read_alone_names_no_value_either(tmp_path: Path) -> None:
    from jobs.run.settings import load_section

    with pytest.raises(UsageError) as caught:
        load_section(tmp_path, "llm", {"DAILY30_LLM__APIKEY": CANARY})
    assert "did you mean api_key?" in caught.value.fix
    assert CANARY not in str(caught.value)
