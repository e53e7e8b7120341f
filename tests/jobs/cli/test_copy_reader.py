"""The second reader on the command line: its verdict beside every sentence, and how it agrees with labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from features.words.model.prompts import shown
from jobs.cli import main
from tests.features.words import world
from tests.finished_home import lake_night
from tests.worlds.askers import judged, sentences_of, well_written
from tests.worlds.endpoint import Endpoint, hanging, said, serving

LABELLED = Path(__file__).parents[2] / "words_claims"
LABELS = {
    shown(row["text"], 600, braces=True): row["true"]
    for path in LABELLED.glob("*.jsonl")
    if not path.stem.startswith("worlds_")
    for row in map(json.loads, path.read_text("utf-8").splitlines())
}
Judge = Callable[[str], bool]
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("reader")
    made = world.catalogue(24)
    lake_night(home, made | world.listeners(made, count=6, length=12), str(world.NIGHT.ds))
    return home


class Server:
    """Writes well; what it says as the second reader is told by the test."""

    def __init__(self) -> None:
        self.reads: Callable[[str], Any] = lambda user: judged(user, lambda _: True)

    def __call__(self, request: dict[str, Any], _: int) -> Any:
        user = request["messages"][1]["content"]
        found = self.reads(user) if "<sentences>" in user else well_written(user)
        return found if callable(found) or isinstance(found, tuple) else said(json.dumps(found, ensure_ascii=False))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Endpoint]]:
    made = Server()
    with serving(made) as endpoint:
        given = {"BASE_URL": endpoint.url, "API_KEY": "k", "MODEL": "tiny", "READER": "careful", "REST_S": "0.05"}
        for name, value in given.items():
            monkeypatch.setenv(f"DAILY30_LLM__{name}", value)
        yield made, endpoint


@pytest.fixture
def copy(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs the command in a home of its own, so that nothing was paid before."""
    mine = tmp_path / "home"
    mine.mkdir()
    for part in home.iterdir():
        (mine / part.name).symlink_to(part)

    def run(*args: str, as_json: bool = True) -> Any:
        with pytest.raises(SystemExit) as end:
            main(["copy", *args, "--home", str(mine), *(["--json"] if as_json else [])])
        out = capsys.readouterr()
        assert not end.value.code, out.err
        return json.loads(out.out) if as_json else out.out

    return run


def test_its_verdict_stands_beside_every_sentence(server: tuple[Server, Endpoint], copy: Call) -> None:
    made, endpoint = server
    fell: list[str] = []

    def strict(user: str) -> Any:
        fell[:] = [sentences_of(user)[2]["text"]]
        return judged(user, lambda text: text not in fell)

    made.reads = strict
    tried = copy("--song", "t003", "--language", "en", "--send")
    sentences = [s for s in tried["rounds"][0]["sentences"] if s["follows"] is False]
    assert len(sentences) == 1
    assert sentences[0]["why"][0].startswith("unsupported: ")
    assert not sentences[0]["stands"]
    assert sentences[0]["text"] not in "".join(tried["texts"].values())
    assert tried["rounds"][0]["second_reading"] | {"raw": ""} == {
        "raw": "", "why_none": None, "tokens_in": 25, "tokens_out": 25, "from_cache": False,
    }  # fmt: skip
    assert {request["model"] for request in endpoint.requests} == {"tiny", "careful"}
    again = copy("--song", "t003", "--language", "en", "--send")
    assert again["texts"] == tried["texts"]
    assert again["rounds"][0]["second_reading"]["from_cache"]
    told = copy("--song", "t003", "--language", "en", "--send", as_json=False)
    assert told.count("second reader: does not follow") == 1
    assert "second reader: follows" in told


def test_without_a_verdict_it_says_so(server: tuple[Server, Endpoint], copy: Call) -> None:
    server[0].reads = lambda _: said("All fine!")
    told = copy("--song", "t003", "--language", "en", "--send", as_json=False)
    assert "no verdict (unreadable), so nothing falls by it" in told


def all_of(found: dict[str, Any]) -> tuple[int, ...]:
    group = next(g for g in found["groups"] if g["by"] == "all")
    return tuple(group[name] for name in ("true", "kept", "false", "stopped", "unread"))


def test_nothing_is_sent_unasked(server: tuple[Server, Endpoint], copy: Call) -> None:
    found = copy("--labelled", str(LABELLED))
    assert (found["asked"], found["groups"]) == (False, [])
    assert found["questions"] == 140
    assert server[1].requests == []
    assert "--send asks" in copy("--labelled", str(LABELLED), as_json=False)


READERS: dict[str, tuple[Callable[[str], Any], tuple[int, ...]]] = {
    "perfect": (lambda user: judged(user, lambda text: LABELS[text]), (400, 400, 400, 400, 0)),
    "always yes": (lambda user: judged(user, lambda _: True), (400, 400, 400, 0, 0)),
    "always no": (lambda user: judged(user, lambda _: False), (400, 0, 400, 400, 0)),
    "garbage": (lambda _: said("nothing of the kind"), (400, 400, 400, 0, 800)),
    "of other sentences": (
        lambda user: {"verdicts": [{"sentence": s["sentence"] + 40, "follows": False} for s in sentences_of(user)]},
        (400, 400, 400, 0, 800),
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_it_is_measured_on_labelled_sentences(name: str, server: tuple[Server, Endpoint], copy: Call) -> None:
    server[0].reads, expected = READERS[name]
    found = copy("--labelled", str(LABELLED), "--send")
    assert all_of(found) == expected
    assert sum(found["no_verdict"].values()) == (140 if expected[-1] else 0)
    kinds = {group["name"]: group for group in found["groups"] if group["by"] == "wrong"}
    assert kinds.keys() >= {"direction", "biography", "negation"}
    assert sum(group["false"] for group in kinds.values()) == 400
    assert {g["name"] for g in found["groups"] if g["by"] == "kind"} == {"opener", "intro", "reason", "review", "why"}
    assert len(found["astray"]) == 400 - expected[1] + (400 - expected[3] if not expected[-1] else 0)


def test_true_and_false_ones_are_mixed_and_twins_are_apart(server: tuple[Server, Endpoint], copy: Call) -> None:
    seen: list[list[bool]] = []

    def watch(user: str) -> Any:
        told = sentences_of(user)
        assert all(LABELS.keys() >= {s["text"]} and set(s) == {"sentence", "text"} for s in told)
        seen.append([LABELS[s["text"]] for s in told])
        return judged(user, lambda _: True)

    server[0].reads = watch
    copy("--labelled", str(LABELLED), "--send")
    assert sum(map(len, seen)) == 800
    assert max(map(len, seen)) <= 8
    assert sum(0 < sum(labels) < len(labels) for labels in seen) == len(seen)


def test_a_slow_reader_is_not_waited_for(
    server: tuple[Server, Endpoint], copy: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAILY30_LLM__TIMEOUT_S", "0.2")
    monkeypatch.setenv("DAILY30_LLM__RETRIES", "0")
    server[0].reads = lambda _: hanging(1.0)
    found = copy("--labelled", str(LABELLED), "--send")
    assert all_of(found) == (400, 400, 400, 0, 800)
    assert set(found["no_verdict"]) <= {"deadline", "down"}


@pytest.mark.parametrize(
    ("args", "environment", "says"),
    [
        (("--labelled", "here", "--try", "u001"), {}, "say whose words"),
        (("--labelled", "here"), {"READER": ""}, "needs a second reader"),
        (("--labelled", "here"), {}, "no sentences"),
    ],
)
def test_wrong_usage_says_what_to_do(
    server: tuple[Server, Endpoint], home: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], environment: dict[str, str], says: str,
) -> None:  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(f"DAILY30_LLM__{name}", value)
    with pytest.raises(SystemExit) as end:
        main(["copy", *args, "--home", str(home)])
    assert end.value.code == 2
    assert says in " ".join(capsys.readouterr().err.split())
