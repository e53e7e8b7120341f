"""Sound to audio files in the codecs music apps deliver; the same sound gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from warehouse.media.loudness import Sound

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A file format: container, encoder, its sample rate and format, bit rate (0 = lossless), effort."""

    container: str
    encoder: str
    rate: int
    sample_format: str
    bit_rate: int
    effort: tuple[tuple[str, str], ...] = ()


FORMATS: dict[str, AudioFormat] = {
    "opus": AudioFormat("ogg", "libopus", 48_000, "flt", 112_000, (("compression_level", "3"),)),
    "mp3": AudioFormat("mp3", "libmp3lame", 44_100, "fltp", 160_000, (("compression_level", "7"),)),
    "flac": AudioFormat("flac", "flac", 44_100, "s16", 0),
    "ogg": AudioFormat("ogg", "vorbis", 44_100, "fltp", 128_000, (("strict", "experimental"),)),
    "m4a": AudioFormat("ipod", "aac", 44_100, "fltp", 144_000, (("aac_coder", "fast"),)),
}


def encode(sound: Sound, rate: int, path: Path, tags: Mapping[str, str]) -> None:
    """Write ``sound`` [shape=(n, 2), -1..1] to ``path``; its suffix names the format.

    Args:
        tags: title, artist, album ... as the container takes them.
    """
    import av
    from av.audio.stream import AudioStream

    form = FORMATS[path.suffix.removeprefix(".")]
    aside = path.with_name(f".{path.name}.part")
    # Bit-exact flags leave out encoder versions, dates and random stream numbers.
    with av.open(str(aside), "w", format=form.container, options={"fflags": "+bitexact"}) as container:
        container.metadata.update(dict(sorted(tags.items())))
        stream = cast(AudioStream, container.add_stream(form.encoder, rate=form.rate, options=dict(form.effort)))
        _set_up(stream.codec_context, form)
        resampler = av.AudioResampler(form.sample_format, "stereo", form.rate, _frame_size(stream.codec_context))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.reshape(1, -1)), format="flt", layout="stereo")
        frame.sample_rate = rate
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    aside.replace(path)


def _set_up(context: AudioCodecContext, form: AudioFormat) -> None:
    context.layout = "stereo"
    context.format = form.sample_format
    context.flags |= 1 << 23  # AV_CODEC_FLAG_BITEXACT
    context.thread_count = 1
    if form.bit_rate:
        context.bit_rate = form.bit_rate
    context.open()


def _frame_size(context: AudioCodecContext) -> int:
    return int(context.frame_size) or 4096
