"""Nights under random faults: do they end as an undisturbed twin, and is anything wrong ever served?

    python -m bench.chaos --rounds 300 --seed 1
    python -m bench.chaos --round 17 --seed 1          one round again
    python -m bench.chaos --home HOME --rounds 6       beside a finished home of yours, which is only read
    python -m bench.chaos --flips 500                  bytes flipped at rest: served? named by `verify --deep`?
    python -m bench.chaos --cost --home COPY           what proving costs of a night, of a read

Each round copies the twin at some point of its newest night, lets one fault happen at some moment, and runs the same
command again. Four readers look at the store all the while. Faults: ``bench/chaos/faults.py``.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.chaos import cost, flips, rounds, twin
from bench.chaos.command import warm


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.chaos")
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--round", type=int, action="append", help="play this round alone; may be repeated")
    asked.add_argument("--home", type=Path, help="a finished home; a small sample is made when not given")
    asked.add_argument("--flips", type=int, help="flip so many bytes at rest instead")
    asked.add_argument("--cost", action="store_true", help="what proving costs; the night of the home is run again")
    asked.add_argument("--json", action="store_true")
    args = asked.parse_args()
    warm()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        home = (args.home or Path(folder) / "twin").absolute()
        if not args.home:
            twin.make(home)
        whole = twin.look_at(home)
        if args.cost:
            print(json.dumps(cost.run(whole), indent=2))
            return 0
        if args.flips:
            made = flips.run(whole, Path(folder), args.seed, args.flips)
            print(json.dumps(vars(made), indent=2))
            return int(bool(made.wrong))
        if left := rounds.undisturbed(whole, Path(folder) / "undisturbed"):
            raise SystemExit(f"{home} is no twin for this version of the code, run its night first: {left[:3]}")
        played = []
        for number in args.round or range(args.rounds):
            played.append(rounds.run(whole, Path(folder) / f"{number}", args.seed, number))
            if not args.json:
                _tell(played[-1], args.seed)
    data = _summed(played)
    print(json.dumps(data, indent=2) if args.json else data)
    return int(bool(data["wrong"] or data["served"].get("wrong") or data["served"].get("mixed")))


def _tell(played: rounds.Round, seed: int) -> None:
    again = "" if played.outcome != "wrong" else f"  (--seed {seed} --round {played.number})"
    print(f"{played.number} {played.outcome}: {played.point}, {played.what}{again}", flush=True)
    for words in played.words:
        print(f"    {words}", flush=True)
    odd = {name: count for name, count in played.seen.items() if name not in ("read", "refused", "nothing")}
    if odd:
        print(f"    readers: {odd}", flush=True)


def _summed(played: list[rounds.Round]) -> dict[str, Any]:
    served: Counter[str] = Counter()
    for one in played:
        served.update(one.seen)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "rounds": len(played),
        "outcomes": dict(Counter(one.outcome for one in played)),
        "faults": dict(Counter(one.fault for one in played)),
        "served": dict(served),
        "wrong": [vars(one) for one in played if one.outcome == "wrong"],
        "cpu_s": round(sum(u.ru_utime + u.ru_stime for u in usage), 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
