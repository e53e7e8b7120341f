"""Who wrote a text, and the label it must carry (China's labelling measures, GB 45438-2025).

The visible notice goes wherever the text goes; beside it the implicit label that the standard
asks for in metadata: that it is made by AI, who provides the service, and the content's number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from schemas.text_files import texts

NOTICES = {language: words["notice"]["model"] for language, words in texts("features.words", "provenance").items()}
PROVIDER = "daily30"


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


def implicit(row: Mapping[str, Any]) -> dict[str, str] | None:
    """The implicit label of a row with provenance columns, under the standard's field names; None when no model wrote.

    ``Label`` "1" says that it is certainly made by AI; we are both the service that made it and the
    one that spreads it. The reserved codes are for signatures of those who want them.
    """
    if row["writer"] != "model":
        return None
    return {
        "Label": "1",
        "ContentProducer": PROVIDER,
        "ProduceID": row["content_id"],
        "ReservedCode1": "",
        "ContentPropagator": PROVIDER,
        "PropagateID": row["content_id"],
        "ReservedCode2": "",
    }
