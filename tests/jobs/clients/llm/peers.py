"""OpenAI-compatible servers written by others, started for a test and ended after it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PEERS = ROOT / ".peers"
_START_S = 120.0


@dataclass(frozen=True)
class Peer:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def root(self) -> str:
        return self.url.removesuffix("/v1")

    def kill(self) -> None:
        """At once, with everything it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def needed(*paths: str) -> None:
    """Skip where the peers are not installed."""
    if not all((PEERS / path).exists() for path in (".installed", *paths)):
        pytest.skip("the servers are not installed: make peers")


@contextmanager
def running(
    command: Sequence[str], folder: Path, health: str, environment: Mapping[str, str] | None = None
) -> Iterator[Peer]:
    """A server on a free port.

    Args:
        command: its ``{port}`` is filled in.
        folder: where it runs and writes its log.
        health: path that answers 200 once it is ready.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    log = folder / "server.log"
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
               "OMP_NUM_THREADS": "1", "HF_HOME": str(folder / "hub"),
               "LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | offline | dict(environment or {}),
            start_new_session=True,
        )
    peer = Peer(f"http://127.0.0.1:{port}/v1", process, log)
    try:
        _await(peer, health)
        yield peer
    finally:
        if process.poll() is None:
            peer.kill()


def _await(peer: Peer, health: str) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and peer.process.poll() is None:
        try:
            with urllib.request.urlopen(peer.root + health, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"{peer.process.args!r} did not start:\n{peer.log.read_text(errors='replace')[-3000:]}")


def random_model(folder: Path, seed: int = 1) -> Path:
    """A two-layer Llama with random weights and a tokenizer whose tokens are bytes: fluent in nothing."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    vocabulary = {token: n for n, token in enumerate([*special, *sorted(pre_tokenizers.ByteLevel.alphabet())])}
    bytes_only = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    bytes_only.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytes_only.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytes_only, eos_token=special[0], pad_token=special[0], additional_special_tokens=special[1:]
    )
    tokenizer.chat_template = (
        "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=16384, eos_token_id=0, pad_token_id=0, bos_token_id=None,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@contextmanager
def transformers_serve(folder: Path) -> Iterator[Peer]:
    """``transformers serve`` with a random model; the model's name is its folder, ``folder / "model"``."""
    needed("beside/accelerate")
    model = random_model(folder / "model")
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(model), "--host", "127.0.0.1",
               "--port", "{port}", "--device", "cpu", "--default-seed", "7"]  # fmt: skip
    with running(command, folder, "/health", {"PYTHONPATH": str(PEERS / "beside")}) as peer:
        yield peer


@contextmanager
def litellm(folder: Path, models: Mapping[str, Mapping[str, str]]) -> Iterator[Peer]:
    """The litellm proxy.

    Args:
        models: parameters of each model by name; JSON is YAML.
    """
    import json

    needed("bin/litellm")
    listed = [
        {"model_name": n, "litellm_params": {"model": f"openai/{n}", "api_key": "x"} | p} for n, p in models.items()
    ]
    settings = {"model_list": listed, "litellm_settings": {"num_retries": 0, "telemetry": False},
                "router_settings": {"disable_cooldowns": True},
                "general_settings": {"master_key": "sk-peer"}}  # fmt: skip
    (folder / "config.yaml").write_text(json.dumps(settings, ensure_ascii=False))
    command = [str(PEERS / "bin" / "litellm"), "--config", "config.yaml", "--host", "127.0.0.1", "--port", "{port}"]
    with running(command, folder, "/health/liveliness") as peer:
        yield peer


@contextmanager
def llmock(folder: Path, *options: str) -> Iterator[Peer]:
    """LLMock: answers that fit the schema, faults on demand, a Batch API, and a verdict over its client."""
    needed("bin/llmock")
    command = [str(PEERS / "bin" / "llmock"), "serve", "--host", "127.0.0.1", "--port", "{port}", *options]
    with running(command, folder, "/health") as peer:
        yield peer
