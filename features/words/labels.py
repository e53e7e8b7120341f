"""Who wrote a text, and the label it must carry (China's labelling measures, GB 45438-2025)."""

from __future__ import annotations

import hashlib

NOTICES = {"zh": "本内容由 AI 生成", "en": "AI-generated"}


def content_id(*parts: str) -> str:
    """A stable content number of a text."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()


def builtin(*texts: str) -> dict[str, str | None]:
    """Provenance columns of a text by the built-in writer: no model, no notice."""
    return {"writer": "builtin", "model": None, "notice": None, "content_id": content_id(*texts)}


def model(name: str, prompt_version: str, language: str, *texts: str) -> dict[str, str | None]:
    """Provenance columns of a text by a model; the notice is visible wherever it is shown."""
    return {
        "writer": "model",
        "model": f"{name} / prompt {prompt_version}",
        "notice": NOTICES[language],
        "content_id": content_id(*texts),
    }
