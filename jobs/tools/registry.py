"""Things that touch the world, by name: opened once per worker and stage, closed after it.

A factory is called as ``factory(home=..., settings=..., ds=..., lease_check=...)``; ``settings``
is the tool's own section, ``lease_check()`` raises :class:`schemas.errors.Locked` once the run
no longer holds its night. A factory may return None (``llm`` without an endpoint).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jobs.run.body import load
from jobs.run.task import ToolSpec

# tool: ("module:factory", settings section)
REGISTRY: dict[str, tuple[str, str]] = {
    "audio_files": ("warehouse.media.decode:open_audio_files", "audio_files"),
    "shared_audio": ("warehouse.media.shared:open_shared_audio", "shared_audio"),
    "media": ("warehouse.media.store:open_media_store", "media"),
    "video_encoder": ("warehouse.media.encode:open_video_encoder", "video_encoder"),
    "emotion_model": ("jobs.tools.emotion_model:open_emotion_model", "emotion_model"),
    "text_encoder": ("jobs.tools.text_encoder:open_text_encoder", "text_encoder"),
    "llm": ("jobs.clients.llm.client:open_llm", "llm"),
    "serving_store": ("warehouse.serving:open_serving_store", "serving"),
    "report_writer": ("jobs.tools.report_writer:open_report_writer", "report_writer"),
}
# settings section: "module:Class" of its frozen dataclass; tools of other sections have nothing to set
SECTIONS: dict[str, str] = {
    "audio_files": "warehouse.media.decode:DecodeLimits",
    "emotion_model": "jobs.tools.emotion_model:EmotionModelSettings",
    "text_encoder": "jobs.tools.text_encoder:TextEncoderSettings",
    "llm": "jobs.clients.llm.config:LlmConfig",
    "serving": "warehouse.serving.factory:ServingSettings",
    "serve": "jobs.serve.settings:ServeSettings",
    "limits": "warehouse.landing.limits:Limits",
}


class ToolBox:
    """The open tools of one worker."""

    def __init__(self) -> None:
        self._open: dict[str, Any] = {}

    def open(self, tools: Sequence[ToolSpec], home: Path, ds: date, lease: Any = None) -> dict[str, Any]:
        """These tools by name; each is opened the first time it is asked for."""
        for spec in tools:
            if spec.name not in self._open:
                factory = load(spec.factory)
                self._open[spec.name] = factory(home=home, settings=spec.settings, ds=ds, lease_check=lease)
        return {spec.name: self._open[spec.name] for spec in tools}

    def close(self) -> None:
        """Close every tool that knows how."""
        for tool in self._open.values():
            close = getattr(tool, "close", None)
            if close is not None:
                close()
        self._open.clear()
