"""The media store and the video encoder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from schemas.errors import OutsideServiceError
from warehouse.media.encode import open_video_encoder
from warehouse.media.store import open_media_store


def moving_square(count: int = 12) -> Iterator[np.ndarray]:
    for i in range(count):
        picture = np.zeros((90, 160, 4), dtype=np.uint8)
        picture[20:60, i * 8 : i * 8 + 30, 2] = 255
        yield picture


def encode(tmp_path: Path) -> bytes:
    encoder = open_video_encoder(tmp_path)
    return encoder.encode(
        moving_square(), size=(160, 90), fps=12, crf=24, metadata={"title": "夜航", "comment": "by code"}
    )


def test_a_video_is_h264_of_the_right_length_with_its_labels(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(encode(tmp_path))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 160, 90)
        pictures = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
        assert container.metadata["comment"] == "by code"
    assert len(pictures) == 12
    assert pictures[0][40, 15, 0] > 180, "red stays red"
    assert path.read_bytes().find(b"moov") < path.read_bytes().find(b"mdat"), "index first"


def test_same_frames_same_bytes(tmp_path: Path) -> None:
    assert len({encode(tmp_path) for _ in range(25)}) == 1


def test_the_store_names_by_content_and_writes_once(tmp_path: Path) -> None:
    store = open_media_store(tmp_path)
    key = store.put(b"abc", ".mp4")
    written = store.path(key).stat().st_mtime_ns
    assert store.put(b"abc", ".mp4") == key
    assert store.path(key).stat().st_mtime_ns == written
    assert store.path(key).read_bytes() == b"abc"
    assert store.put(b"abd", ".mp4") != key


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "abc.mp4", "A" * 32 + ".mp4", "a" * 32 + ".mp4/x"])
def test_foreign_keys_are_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(OutsideServiceError):
        open_media_store(tmp_path).path(key)


def test_media_of_other_bytes_are_not_there_and_stored_again(tmp_path: Path) -> None:
    store = open_media_store(tmp_path)
    key = store.put(b"a poster", ".jpg")
    store.path(key).write_bytes(b"a poste")
    assert (store.has(key), store.damaged()) == (False, [key])
    assert store.put(b"a poster", ".jpg") == key
    assert store.has(key)
    store.path(key).unlink()
    store.path(key).mkdir()
    assert (store.has(key), store.damaged()) == (False, [key])
    store.drop(key)
    assert not store.path(key).exists()
