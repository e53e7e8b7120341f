"""``daily30 evaluate``: figures, and what it says about bad files."""

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from jobs.cli import evaluate
from schemas.errors import ContractError, UsageError

DATA = Path(os.environ.get("DAILY30_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))


def ask(*args):
    app = typer.Typer()
    app.callback()(lambda: None)
    evaluate.register(app)
    result = CliRunner().invoke(app, ["evaluate", *map(str, args)], catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def files(tmp_path):
    train, test = tmp_path / "train.txt", tmp_path / "test.txt"
    train.write_text("".join(f"u{u} i{i}\n" for u in range(6) for i in range(4) if u != i))
    test.write_text("".join(f"u{u} i{u}\n" for u in range(4)))
    return train, test


def test_json_holds_the_figures(files):
    train, test = files
    found = json.loads(ask("--train", train, "--test", test, "--k", 1, "--model", "item_item", "--json").stdout)
    assert (found["recall"], found["ndcg"], found["users"], found["items"]) == (1.0, 1.0, 4, 4)
    assert found["recall_interval"] == [1.0, 1.0]
    assert found["seconds"] >= 0
    assert found["peak_memory_mb"] > 0


def test_the_table_is_for_people(files):
    shown = ask("--train", files[0], "--test", files[1], "--model", "popularity").stdout
    assert "popularity: top 20 for 4 users of 4 items" in shown
    assert "peak memory" in shown


def test_lists_say_the_same_as_pairs(files, tmp_path):
    train = tmp_path / "lists.txt"
    train.write_text("".join(f"u{u} " + " ".join(f"i{i}" for i in range(4) if i != u) + "\n" for u in range(6)))
    test = tmp_path / "held.txt"
    test.write_text("".join(f"u{u} i{u}\n" for u in range(4)) + "u5\n")
    found = [
        json.loads(ask("--train", a, "--test", b, "--format", form, "--model", "als", "--json").stdout)
        for a, b, form in ((*files, "pairs"), (train, test, "lists"))
    ]
    for figures in found:
        del figures["seconds"], figures["peak_memory_mb"]
    assert found[0] == found[1]


def test_the_models_follow_the_settings_of_the_home(files, tmp_path):
    train, test = files
    (tmp_path / "daily30.toml").write_text("[collaborative.ease]\nmost_items = 3\n")
    with pytest.raises(ContractError, match="4 items are more than 3"):
        ask("--train", train, "--test", test, "--model", "ease", "--home", tmp_path)
    assert not ask("--train", train, "--test", test, "--model", "ease", "--home", tmp_path / "none").exit_code


def test_bad_input_is_named(files, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("u1 i1\nu1\n")
    with pytest.raises(ContractError, match=r"bad\.txt, line 2"):
        ask("--train", bad, "--test", files[1])
    bad.write_bytes(b"u1 \xff\xfe\n")
    with pytest.raises(ContractError, match="not UTF-8"):
        ask("--train", bad, "--test", files[1])
    with pytest.raises(UsageError, match="is not a file"):
        ask("--train", tmp_path, "--test", files[1])
    assert ask("--train", files[0], "--test", files[1], "--format", "xml").exit_code == 2
    assert ask("--train", files[0], "--test", files[1], "--k", 0).exit_code == 2


@pytest.mark.slow
@pytest.mark.data
def test_the_blend_keeps_its_quality_on_lastfm():
    """The default blend on last.fm's public split; no setting was chosen with its test file."""
    split = DATA / "listening" / "lastfm_split"
    if not split.is_dir():
        pytest.skip(f"no {split}")
    found = json.loads(ask("--train", split / "data1.txt", "--test", split / "test1.txt", "--json").stdout)
    assert found["recall"] >= 0.284
    assert found["ndcg"] >= 0.225
    assert found["peak_memory_mb"] < 4096
