"""``daily30 train``: models anew, from labelled recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import JsonOption, emit, err_console

if TYPE_CHECKING:
    from rich.table import Table

    from features.emotions.training.examples import Examples
    from features.emotions.training.fit import FitParams
    from jobs.commands.train.corpora import Corpus

train = typer.Typer(help="Train models anew.", no_args_is_help=True)
MODEL = "daily30-emotions"
LICENCE = (
    "Fitted to the research data named in `corpora`; several allow no commercial use, so treat these "
    "weights as non-commercial. They are data, not covered by daily30's AGPL."
)


@train.command("emotions")
def emotions(
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="Folder of labelled recordings.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Weights to write.")] = Path("emotions.npz"),
    cache: Annotated[
        Path, typer.Option("--cache", metavar="DIR", help="Where descriptors are kept between runs.")
    ] = Path(".emotion_descriptors"),
    diagram: Annotated[
        Path | None, typer.Option("--diagram", metavar="FILE", help="Reliability diagram to write (SVG).")
    ] = None,
    rivals: Annotated[
        bool, typer.Option("--rivals", help="Also judge majority, linear model and trees on MusicExtractor.")
    ] = False,
    licence: Annotated[
        str, typer.Option("--licence", help="Stored in the weights: what they may be used for.")
    ] = LICENCE,
    as_json: JsonOption = False,
) -> None:
    """Valence and arousal of sound: cross-validated scores, calibrated errors, weights (npz, no pickle)."""
    from features.emotions.training.fit import FitParams
    from jobs.commands.train.corpora import find, present
    from jobs.commands.train.emotions import hear
    from jobs.commands.train.emotions import train as learn
    from jobs.run.extras import require_extra

    require_extra("training", "sklearn", "daily30 train")
    params = FitParams()
    corpora = list(present(find(data)))
    examples = [hear(corpus, cache, _tell) for corpus in corpora]
    trained = learn(examples, params, _tell)
    _write(out, trained.weights, examples, licence)
    result = {
        "weights": str(out),
        "recordings": {e.name: len(e) for e in examples},
        "cross_validated": trained.scores,
        "unseen": trained.unseen,
        "rivals": _rivals(corpora, cache, params) if rivals else {},
        "reliability": _reliability(trained.errors, diagram),
    }
    emit(result, as_json, lambda: _draw(result))


def _tell(line: str) -> None:
    err_console.print(line, soft_wrap=True)


def _write(out: Path, weights: dict[str, Any], examples: list[Examples], licence: str) -> None:
    import zlib

    import numpy as np

    from jobs.commands.train.emotions import WEAK

    digest = zlib.crc32(b"".join(weights[key].tobytes() for key in sorted(weights)))
    stored: dict[str, Any] = {
        "name": np.array(f"{MODEL}-{digest:08x}"),
        "licence": np.array(licence),
        "corpora": np.array([f"{e.name}: {len(e)} recordings" for e in examples if e.name not in WEAK]),
        **weights,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        np.savez_compressed(file, **stored)


def _rivals(corpora: list[Corpus], cache: Path, params: FitParams) -> dict[str, Any]:
    from jobs.commands.train.emotions import WEAK, hear
    from jobs.commands.train.rivals import judge, music_extractor

    heard = [hear(c, cache, _tell, "music_extractor", music_extractor) for c in corpora if c.name not in WEAK]
    return judge(heard, params)


def _reliability(errors: dict[str, Any], diagram: Path | None) -> dict[str, Any]:
    from jobs.commands.train.reliability import draw, trust

    found = {axis: trust(pairs) for axis, pairs in errors.items()}
    if diagram is not None:
        diagram.write_text(draw(found), encoding="utf-8")
    return {
        axis: {"rho": t.rho, "expected": [float(v) for v in t.expected], "real": [float(v) for v in t.real]}
        for axis, t in found.items()
    }


def _draw(result: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("corpus", "who", "valence", "arousal", title=f"weights: {result['weights']}", title_justify="left")
    parts = {"cross-validated": result["cross_validated"], "corpus unseen": result["unseen"]}
    rows = [(corpus, who, scores) for who, part in parts.items() for corpus, scores in part.items()]
    rows += [(corpus, who, scores) for corpus, part in result["rivals"].items() for who, scores in part.items()]
    for corpus, who, scores in sorted(rows, key=lambda row: row[0]):
        table.add_row(corpus, who, *(f"{scores[a]:.3f}" if a in scores else "" for a in ("valence", "arousal")))
    for axis, trust in result["reliability"].items():
        table.add_row("all", f"rho of expected and real error of {axis}", f"{trust['rho']:.3f}")
    return table


def register(app: typer.Typer) -> None:
    app.add_typer(train, name="train")
