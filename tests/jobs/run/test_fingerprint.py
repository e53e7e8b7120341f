"""What counts in a fingerprint, and how a difference is named."""

from __future__ import annotations

from pydantic import SecretStr

from jobs.run.fingerprint import difference, of, of_stage, outputs_text, tools_text
from jobs.run.task import Output, ToolSpec
from tests.jobs.run import toys


def llm(**settings: object) -> dict[str, object]:
    return tools_text([ToolSpec("llm", "module:factory", settings)])


def test_a_secret_counts_as_given_and_never_shows() -> None:
    first, second = llm(model="m", api_key=SecretStr("one")), llm(model="m", api_key=SecretStr("two"))
    assert first == second == {"llm": {"model": "m", "api_key": "given"}}
    assert of(first) != of(llm(model="m"))


def test_how_work_is_done_does_not_count_what_does_it_does() -> None:
    assert llm(model="m", timeout_s=3.0, concurrency=8) == llm(model="m")
    assert llm(model="m") != llm(model="n")


def test_order_of_names_does_not_count_order_of_buckets_does() -> None:
    assert of({"a": 1, "b": [1, 2]}) == of({"b": [1, 2], "a": 1})
    assert of({"b": [1, 2]}) != of({"b": [2, 1]})
    assert of_stage(["x", "y"]) != of_stage(["y", "x"])


def test_contract_and_buckets_of_outputs_count() -> None:
    texts = [outputs_text([Output(toys.RANKS, n)])["ranks"] for n in (4, 8)]
    assert texts[0] != texts[1]
    assert outputs_text([Output(toys.RANKS, 4)])["ranks"] == texts[0]


def test_a_difference_is_named_by_its_path() -> None:
    before = {"version": 1, "inputs": {"a": "1", "b": "2"}, "seed": 3}
    assert difference(before, {"version": 1, "inputs": {"a": "1", "b": "x"}}) == ["inputs.b", "seed"]
    assert difference(before, before) == []
