"""Audio features beside Essentia's MusicExtractor on the same files, in one run.

    python -m bench.audio FOLDER [--files 50] [--accuracy KEYTEMPO] [--out result.json]

Each file is heard by both, one right after the other (their order alternates), each in a
process of its own; nothing is kept between the two. CPU seconds of a process include its
decoder: ours decodes in a child, MusicExtractor with the FFmpeg built into it. MusicExtractor
cannot open Opus, so it gets such files as WAV decoded beforehand, whose reading it pays and
whose decoding it does not: the ratio is then against us.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from warehouse.media.decode import AudioFiles

SAME = 0.04
OCTAVES = (1, 2, 0.5, 3, 1 / 3)
CONFIDENT = 0.8
# MusicExtractor's three opinions on the key: sure where they agree and the first fits well. On 88 songs
# whose key is known it is right in .92; with this strength in .97.
PROFILES, STRONG = ("edma", "krumhansl", "temperley"), 0.75


def serve(who: str) -> None:
    """Answer one path a line with one JSON line: what was heard and what it cost."""
    hear = {"ours": _ours, "essentia": _essentia}[who]
    for line in sys.stdin:
        started = time.perf_counter()
        before = _cpu()
        heard = hear(Path(line.rstrip("\n")))
        heard |= {"cpu_s": _cpu() - before, "wall_s": time.perf_counter() - started}
        heard["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6 + heard.pop("child_mb", 0)
        print(json.dumps(heard), flush=True)


def _cpu() -> float:
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def _ours(path: Path) -> dict[str, Any]:
    """Our features; the decoder's share is the child's CPU time, its start included."""
    from features.audio.analyse import analyse
    from warehouse.media.decode import AudioFiles

    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    with AudioFiles(path.parent) as files:
        row = analyse(files.open(path.name))
        child_mb = _peak_mb(files)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    wanted = ("duration_s", "tempo_bpm", "tempo_confidence", "key", "mode", "key_confidence")
    decode_s = after.ru_utime + after.ru_stime - ended.ru_utime - ended.ru_stime
    return {n: row[n] for n in wanted} | {"decode_s": decode_s, "child_mb": child_mb}


def _peak_mb(files: AudioFiles) -> float:
    """The decoder's own peak (Linux); what wait() tells includes its parent's before exec."""
    status = Path(f"/proc/{files.decoder_pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))


def _essentia(path: Path) -> dict[str, Any]:
    """MusicExtractor with its defaults over the whole file."""
    from features.audio.essentia_quiet import standard

    found, _ = standard().MusicExtractor()(str(path))
    keys = [(_spelled(found[f"tonal.key_{p}.key"]), found[f"tonal.key_{p}.scale"]) for p in PROFILES]
    key, mode = keys[0]
    strength = float(found[f"tonal.key_{PROFILES[0]}.strength"])
    agreed = len(set(keys)) == 1
    return {
        "tempo_bpm": float(found["rhythm.bpm"]),
        "key": key,
        "mode": mode,
        "strength": strength,
        "agreed": agreed,
        "sure": agreed and strength >= STRONG,
    }


def _spelled(key: str) -> str:
    return {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb"}.get(key, key)


class Server:
    """One side's process."""

    def __init__(self, who: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.audio", "--serve", who], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def ask(self, path: Path) -> dict[str, Any]:
        """What it heard in a file."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


def compare(paths: list[Path]) -> list[dict[str, Any]]:
    """Both sides on each file."""
    sides = {"ours": Server("ours"), "essentia": Server("essentia")}
    pairs = []
    with tempfile.TemporaryDirectory() as scratch:
        for side in sides.values():  # imports are not what is compared
            side.ask(_plain(paths[0], Path(scratch)))
        for number, path in enumerate(paths):
            given = {"ours": path, "essentia": _plain(path, Path(scratch))}
            order = ("ours", "essentia") if number % 2 else ("essentia", "ours")
            pairs.append({"path": path.name} | {who: sides[who].ask(given[who]) for who in order})
            print(f"{number + 1}/{len(paths)} {path.name}", file=sys.stderr)
    return pairs


def _plain(path: Path, scratch: Path) -> Path:
    """The file, or a WAV of it where MusicExtractor has no codec."""
    if path.suffix != ".opus":
        return path
    import av

    target = scratch / "plain.wav"
    with av.open(str(path)) as source, av.open(str(target), "w", format="wav") as out:
        stream = out.add_stream("pcm_s16le", rate=44100, layout="stereo")
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=44100)
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return target


def summary(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of the comparison."""
    cpu = {who: sum(p[who]["cpu_s"] for p in pairs) for who in ("ours", "essentia")}
    audio_s = sum(p["ours"]["duration_s"] for p in pairs)
    tempo, sure_tempo, key, sure_key, agreed_key = [], [], [], [], []
    for pair in pairs:
        ours, theirs = pair["ours"], pair["essentia"]
        if ours["tempo_bpm"]:
            tempo.append(any(abs(ours["tempo_bpm"] / (theirs["tempo_bpm"] * k) - 1) <= SAME for k in OCTAVES))
            if ours["tempo_confidence"] >= CONFIDENT:
                sure_tempo.append(tempo[-1])
        if ours["key"]:
            key.append((ours["key"], ours["mode"]) == (theirs["key"], theirs["mode"]))
            if ours["key_confidence"] >= CONFIDENT and theirs["agreed"]:
                agreed_key.append(key[-1])
            if ours["key_confidence"] >= CONFIDENT and theirs["sure"]:
                sure_key.append(key[-1])
    return {
        "files": len(pairs),
        "audio_s": audio_s,
        "ours_s_per_audio_s": cpu["ours"] / audio_s,
        "essentia_s_per_audio_s": cpu["essentia"] / audio_s,
        "time_ratio": cpu["ours"] / cpu["essentia"],
        "wall_ratio": sum(p["ours"]["wall_s"] for p in pairs) / sum(p["essentia"]["wall_s"] for p in pairs),
        "decode_share": sum(p["ours"]["decode_s"] for p in pairs) / cpu["ours"],
        "tempo_agreement": _share(tempo),
        "tempo_agreement_confident": _share(sure_tempo),
        "key_agreement": _share(key),
        "key_agreement_confident": _share(sure_key),
        "key_agreement_whatever_the_fit": _share(agreed_key),
        "peak_rss_mb": {who: max(p[who]["rss_mb"] for p in pairs) for who in ("ours", "essentia")},
    }


def _share(hits: list[bool]) -> str:
    return f"{np.mean(hits):.3f} of {len(hits)}" if hits else "none"


def windows(paths: list[Path]) -> dict[str, Any]:
    """Whether three windows of 25 s say what the whole track says: rhythm, key and means."""
    from features.audio.analyse import analyse
    from warehouse.media.decode import AudioFiles

    same: dict[str, list[bool]] = {"tempo": [], "tempo with octaves": [], "key": [], "felt energy within .05": []}
    for path in paths:
        with AudioFiles(path.parent) as files:
            samples = files.decode(path.name).samples
        length = 25 * 44100
        if samples.shape[1] < 3 * length:
            continue
        free = samples.shape[1] - length
        parts = [samples[:, int(free * at) : int(free * at) + length] for at in (0.15, 0.5, 0.85)]
        whole, some = analyse(samples), analyse(iter(parts))
        if whole["tempo_bpm"] and some["tempo_bpm"]:
            ratio = some["tempo_bpm"] / whole["tempo_bpm"]
            same["tempo"].append(abs(ratio - 1) <= SAME)
            same["tempo with octaves"].append(any(abs(ratio / k - 1) <= SAME for k in OCTAVES))
        same["key"].append((whole["key"], whole["mode"]) == (some["key"], some["mode"]))
        same["felt energy within .05"].append(abs(whole["energy"] - some["energy"]) <= 0.05)
    return {name: _share(hits) for name, hits in same.items()}


def main() -> None:
    """Run what the arguments ask for and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, nargs="?", help="a folder of real tracks")
    arguments.add_argument("--files", type=int, default=50, help="so many of them, evenly spread")
    arguments.add_argument("--windows", type=int, default=0, help="compare windows with the whole on so many")
    arguments.add_argument("--out", type=Path, help="JSON with every pair")
    arguments.add_argument("--serve", choices=("ours", "essentia"), help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.serve:
        serve(given.serve)
        return
    if given.folder is None:
        arguments.error("name a folder of tracks, e.g. home/landing/audio after make demo")
    paths = sorted(p for p in given.folder.iterdir() if p.suffix in (".mp3", ".ogg", ".opus", ".flac", ".wav", ".m4a"))
    chosen = [paths[i] for i in np.linspace(0, len(paths) - 1, min(given.files, len(paths))).round().astype(int)]
    result: dict[str, Any] = {}
    if chosen:
        pairs = compare(chosen)
        result |= summary(pairs) | {"pairs": pairs}
    if given.windows:
        result["windows_against_whole"] = windows(paths[:: max(len(paths) // given.windows, 1)])
    if given.out:
        given.out.write_text(json.dumps(result, indent=2, ensure_ascii=False))
    print(json.dumps({k: v for k, v in result.items() if k != "pairs"}, indent=2))


if __name__ == "__main__":
    main()
