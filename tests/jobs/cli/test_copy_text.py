"""``daily30 copy``: one text from fact sheet to final text; nothing is sent unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from features.words.labels import NOTICES
from jobs.cli import main
from tests.features.words import world
from tests.finished_home import lake_night
from tests.worlds.askers import well_written
from tests.worlds.endpoint import said, serving


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("copytext")
    made = world.catalogue(24)
    lake_night(home, made | world.listeners(made, count=6, length=12), str(world.NIGHT.ds))
    return home


def _json(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> dict[str, Any]:
    _run(*args, "--json", code=code)
    out = capsys.readouterr()
    return json.loads(out.out if code == 0 else out.err)


def _run(*args: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as end:
        main(["copy", *args])
    assert (end.value.code or 0) == code


def test_without_send_it_shows_the_prompt_and_the_built_in_text(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAILY30_LLM__BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("DAILY30_LLM__API_KEY", "k")
    monkeypatch.setenv("DAILY30_LLM__MODEL", "m")
    shown = _json(capsys, "--try", "u001", "--home", str(home))
    assert shown["rounds"] == []
    assert shown["outcome"] == "builtin"
    assert shown["texts"]["intro"]
    assert shown["provenance"]["writer"] == "builtin"
    assert shown["provenance"]["label"] is None
    assert shown["question"]["user"].startswith("<data>")
    assert "u001" not in shown["question"]["user"]
    assert {row["ref"] for row in shown["sheet"]} >= {"l01", "l22"}
    assert any(not row["shown"] for row in shown["sheet"])
    assert not (home / "cache").exists()


def test_an_answer_from_a_file_is_checked_and_labelled(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    user = _json(capsys, "--try", "u001", "--home", str(home))["question"]["user"]
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(well_written(user), ensure_ascii=False), "utf-8")
    shown = _json(capsys, "--try", "u001", "--answer", str(answer), "--home", str(home))
    assert shown["outcome"] == "model"
    assert shown["rounds"][0]["faults"] == []
    sentences = shown["rounds"][0]["sentences"]
    assert all(sentence["stands"] and not sentence["why"] for sentence in sentences)
    assert {claim["verdict"] for sentence in sentences for claim in sentence["claims"]} == {"proved"}
    assert "".join(s["text"] for s in sentences if s["key"] == "intro") == shown["texts"]["intro"]
    assert shown["provenance"]["notice"] == NOTICES["zh"]
    assert shown["provenance"]["label"]["Label"] == "1"
    answer.write_text('{"opener": "今天有 30 首。", "intro": "《晴天》"}', "utf-8")
    shown = _json(capsys, "--try", "u001", "--answer", str(answer), "--home", str(home))
    assert (shown["outcome"], shown["fell_back"]) == ("builtin", "faults")
    assert len(shown["rounds"]) == 2
    assert "bare: 30" in shown["rounds"][0]["faults"]
    assert "bare: 30" in shown["rounds"][1]["added"]
    answer.write_text("no JSON", "utf-8")
    assert _json(capsys, "--try", "u001", "--answer", str(answer), "--home", str(home))["fell_back"] == "unreadable"


def test_send_asks_the_endpoint_and_says_what_it_cost(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAILY30_LLM__API_KEY", "k")
    monkeypatch.setenv("DAILY30_LLM__MODEL", "tiny")
    answer = lambda request, _: said(json.dumps(well_written(request["messages"][1]["content"])))  # noqa: E731
    with serving(answer) as endpoint:
        monkeypatch.setenv("DAILY30_LLM__BASE_URL", endpoint.url)
        shown = _json(capsys, "--song", "t003", "--language", "en", "--send", "--home", str(home))
        again = _json(capsys, "--song", "t003", "--language", "en", "--send", "--home", str(home))
    assert shown["kind"] == "review"
    assert shown["outcome"] == "model"
    assert shown["provenance"]["model"] == f"tiny / prompt {shown['prompt']}"
    assert shown["rounds"][0]["tokens_in"] > 0
    assert not shown["rounds"][0]["from_cache"]
    assert again["rounds"][0]["from_cache"]
    assert again["texts"] == shown["texts"]


def test_a_person_reads_it_section_by_section(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("--try", "u002", "--language", "zh", "--home", str(home))
    out = capsys.readouterr().out
    sections = ["Fact sheet", "Prompt list_v", "Nobody was asked", "Final text, by the built-in writer"]
    places = [out.index(section) for section in sections]
    assert places == sorted(places)
    assert "sees its meaning only" in out


def test_a_person_sees_which_sentence_fell_and_why(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = well_written(_json(capsys, "--try", "u001", "--home", str(home))["question"]["user"])
    false = {"relation": "share", "object": "none", "of": "any"}
    said["intro"].insert(1, {"text": "一首歌也没有。", "claims": [false]})
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    _run("--try", "u001", "--answer", str(answer), "--home", str(home))
    out = capsys.readouterr().out
    assert "✗ intro: 一首歌也没有。" in out
    assert "contradicted: share none any" in out
    assert "unproved: share none any: contradicted" in out
    assert "一首歌也没有" not in out.split("Final text, by the model")[1]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "--try USER or --song"),
        (("--try", "u001", "--song", "t003"), "--try USER or --song"),
        (("--try", "nobody"), "has no list for user"),
        (("--song", "nothing"), "no track"),
        (("--try", "u001", "--send"), "needs an endpoint"),
        (("--try", "u001", "--answer", "/no/such/file"), "cannot read"),
    ],
)
def test_wrong_usage_says_what_to_do(
    home: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], says: str
) -> None:
    told = _json(capsys, *args, "--home", str(home), code=2)
    assert says in told["error"]
    assert told["fix"]
