"""Which encoding a lyrics file is in: right, wrong or refused, by length, beside charset-normalizer alone.

    python -m bench.lyrics                     songs of the tests, 100 extracts each
    python -m bench.lyrics --ci song_ci.json   and the poems of a JSON list of {"paragraphs": [lines]}

Extracts are written in an encoding, half of them with LRC stamps, and read again. "Wrong" is any other text.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import opencc
from charset_normalizer import from_bytes

from tests.worlds.languages import lines
from warehouse.landing.lyrics.encodings import Decoded, decode

LENGTHS = (1, 3, 10, 30)
WRITTEN = (
    ("zh", "gbk"), ("zh", "gb18030"), ("zh_hant", "gb18030"), ("zh_hant", "big5"), ("yue", "gbk"), ("yue", "big5hkscs"),
    ("ja", "shift_jis"), ("ja", "euc_jp"), ("ja", "gbk"), ("ko", "euc_kr"), ("fr", "cp1252"), ("de", "cp1252"),
    ("es", "cp1252"), ("ru", "cp1251"), ("ru", "koi8_r"), ("zh", "utf-8"), ("zh", "utf-8-sig"), ("zh", "utf-16"),
    ("zh", "utf-16-le"), ("zh", "utf-16-be"), ("ja", "utf-16-le"), ("ko", "utf-16-be"), ("en", "utf-16-le"),
)  # fmt: skip
Reader = Callable[[bytes], str | None]


def ours(data: bytes) -> str | None:
    """The text of a file, None where it is refused."""
    found = decode(data)
    return found.text if isinstance(found, Decoded) else None


def theirs(data: bytes) -> str | None:
    """What charset-normalizer makes of it by itself."""
    found = from_bytes(data).best()
    return None if found is None else str(found)


def tried(song: Sequence[str], codec: str, count: int, trials: int, reader: Reader) -> Counter[str]:
    """How extracts of ``count`` lines were read: ``right``, ``wrong``, ``refused``."""
    rng, told = random.Random(count), Counter[str]()
    for trial in range(trials):
        first = rng.randrange(len(song) - count + 1)
        stamps = [f"[00:{i:02d}.00]" if trial % 2 else "" for i in range(count)]
        text = "".join(f"{stamp}{line}\n" for stamp, line in zip(stamps, song[first : first + count], strict=True))
        data = text.encode(codec, "ignore")
        read = reader(data)
        told["refused" if read is None else "right" if read == data.decode(codec) else "wrong"] += 1
    return told


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--ci", type=Path)
    args = parser.parse_args()
    songs = [(name, codec, list(lines(name))) for name, codec in WRITTEN]
    if args.ci:
        poems = [line for poem in json.loads(args.ci.read_text("utf-8")) for line in poem["paragraphs"]]
        traditional = list(map(opencc.OpenCC("s2tw").convert, poems))
        songs += [("ci", "gb18030", poems), ("ci_hant", "big5", traditional), ("ci_hant", "gb18030", traditional)]
    for title, reader in (("daily30", ours), ("charset-normalizer", theirs)):
        print(f"{title}: right/wrong/refused\n{'':22}" + "".join(f"{n:>12}" for n in LENGTHS))
        total: dict[int, Counter[str]] = {n: Counter() for n in LENGTHS}
        for name, codec, song in songs:
            cells = []
            for count in LENGTHS:
                told = tried(song, codec, count, args.trials, reader) if count <= len(song) else Counter()
                total[count] += told
                cells.append(_cell(told))
            print(f"{name:10}{codec:12}" + "".join(f"{c:>12}" for c in cells))
        print(f"{'all':22}" + "".join(f"{_cell(total[n]):>12}" for n in LENGTHS))


def _cell(told: Counter[str]) -> str:
    return "/".join(str(told[k]) for k in ("right", "wrong", "refused")) if told else "-"


if __name__ == "__main__":
    main()
