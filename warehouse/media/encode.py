"""Pictures to H.264 in MP4, byte for byte the same each time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from schemas.errors import OutsideServiceError

# Macroblock-tree rate control reads past the picture's edge when a side is no multiple of 16: with it on,
# 20 of 60 encodes of the same 160x90 frames gave other bytes (decision 3).
_X264 = "mbtree=0"
_FONT = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"


class VideoEncoder:
    """x264 through PyAV, one thread (several would change the bytes from run to run)."""

    @property
    def font_path(self) -> str:
        """Noto Sans SC (SIL Open Font License), which knows Chinese and Latin; from package justmytype-intl-cjk."""
        package = find_spec("justmytype_intl_cjk")
        path = Path(package.origin or "").parent / _FONT if package else None
        if path is None or not path.exists():
            raise OutsideServiceError(
                "the font Noto Sans SC is not installed",
                fix="run `make setup`: package justmytype-intl-cjk carries it.",
            )
        return str(path)

    def encode(
        self,
        frames: Iterable[np.ndarray],
        *,
        size: tuple[int, int],
        fps: int,
        crf: int,
        metadata: Mapping[str, str],
    ) -> bytes:
        """Encode frames, shape (height, width, 4), BGRA, uint8, into a web-ready MP4.

        Args:
            metadata: custom fields are kept (``use_metadata_tags``) and read back from the finished file.

        Raises:
            OutsideServiceError: when the finished file does not carry the metadata.
        """
        with tempfile.TemporaryDirectory(prefix="daily30-video-") as folder:
            path = Path(folder) / "header.mp4"
            self._write(path, frames, size, fps, crf, metadata)
            self._read_back(path, metadata)
            return path.read_bytes()

    def _write(
        self,
        path: Path,
        frames: Iterable[np.ndarray],
        size: tuple[int, int],
        fps: int,
        crf: int,
        metadata: Mapping[str, str],
    ) -> None:
        import av

        # faststart puts the index first, so that a page can play before it has everything.
        options = {"movflags": "+faststart+use_metadata_tags", "fflags": "+bitexact"}
        with av.open(str(path), "w", format="mp4", options=options) as container:
            container.metadata.update(dict(sorted(metadata.items())))
            stream: Any = container.add_stream("libx264", rate=fps)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            stream.codec_context.thread_count = 1
            stream.options = {"preset": "veryfast", "crf": str(crf), "flags": "+bitexact", "x264-params": _X264}
            for pixels in frames:
                picture = av.VideoFrame.from_ndarray(pixels, format="bgra")
                for packet in stream.encode(picture):
                    container.mux(packet)
            for packet in stream.encode(None):
                container.mux(packet)

    def _read_back(self, path: Path, metadata: Mapping[str, str]) -> None:
        import av

        with av.open(str(path)) as container:
            lost = {k for k, v in metadata.items() if container.metadata.get(k) != v}
        if lost:
            raise OutsideServiceError(
                f"the video lost its metadata: {sorted(lost)}", fix="check the FFmpeg build of PyAV."
            )


def open_video_encoder(home: Path, settings: Mapping[str, Any] | None = None, **_: Any) -> VideoEncoder:
    """The encoder; it needs nothing from home or settings."""
    del home, settings
    return VideoEncoder()
