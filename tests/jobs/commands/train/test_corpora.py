"""Labelled recordings in folders, and the command that learns from them."""

from __future__ import annotations

import json
import wave

import numpy as np
import pytest

from features.emotions.audio_model import load
from jobs.cli import main
from jobs.commands.train import corpora
from jobs.commands.train.rivals import music_extractor
from schemas.errors import ContractError, UsageError


def folder(tmp_path, name, table, text, files):
    (tmp_path / name).mkdir()
    (tmp_path / name / table).write_text(text, encoding="utf-8")
    for file in files:
        (tmp_path / name / file).write_bytes(b"x")
    return tmp_path


@pytest.mark.parametrize(
    ("table", "text", "file", "signs", "valence", "arousal"),
    [
        ("labels.csv", "path,valence,arousal\na.wav,0.5,\n", "a.wav", False, 0.5, None),
        ("labels.csv", "file,game,piece,valence_sign,arousal_sign\na.ogg,G,P,-1,1\n", "a.ogg", True, -1, 1),
        ("labels.csv", "song_id,mean_arousal,mean_valence\n2,3.1,3\n", "2.mp3", False, 3, 3.1),
        (
            "labels.csv",
            "path,tenderness,calmness,power,joyful_activation,tension,sadness\na.opus,.1,.2,.3,.4,.5,.6\n",
            "a.opus", False, 0.4 + 0.1 + 0.2 - 0.6 - 0.5, 0.3 + 0.4 + 0.5 - 0.2 - 0.1,
        ),
        ("manifest.csv", "path,group,va_hint\na.ogg,g,A-V+\nb.ogg,g,\n", "a.ogg", True, 1, -1),
    ],
)  # fmt: skip
def test_each_layout_is_read(tmp_path, table, text, file, signs, valence, arousal):
    (found,) = corpora.present(corpora.find(folder(tmp_path, "set", table, text, [file])))
    (clip,) = found.clips
    assert found.signs == signs
    assert clip.path == tmp_path / "set" / file
    assert clip.valence == pytest.approx(valence)
    assert clip.arousal == pytest.approx(arousal) if arousal is not None else np.isnan(clip.arousal)


def test_recordings_may_lie_in_the_only_subfolder_and_missing_ones_are_left_out(tmp_path):
    folder(tmp_path, "set", "labels.csv", "path,valence,arousal,group\na.wav,1,2,x\nb.wav,1,2,x\n", [])
    (tmp_path / "set" / "clips").mkdir()
    (tmp_path / "set" / "clips" / "a.wav").write_bytes(b"x")
    (found,) = corpora.present(corpora.find(tmp_path))
    assert [(c.path.name, c.group) for c in found.clips] == [("a.wav", "x")]


def test_wrong_folders_and_labels_are_named(tmp_path):
    with pytest.raises(UsageError, match="is not a folder"):
        corpora.find(tmp_path / "absent")
    with pytest.raises(UsageError, match="no labelled recordings"):
        corpora.find(tmp_path)
    folder(tmp_path, "set", "labels.csv", "path,valence,arousal\na.wav,happy,1\n", [])
    with pytest.raises(ContractError, match=r"labels\.csv"):
        corpora.find(tmp_path)


def tone(path, *, every_s, seed):
    """Two seconds of struck tones."""
    rng = np.random.default_rng(seed)
    t = np.arange(2 * 44100) / 44100
    sound = 0.3 * np.sin(2 * np.pi * rng.uniform(200, 400) * t) * np.exp(-(t % every_s) * 8)
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 44100, 0, "NONE", ""))
        out.writeframes((sound * 32767).astype("<i2").tobytes())


@pytest.mark.slow
def test_the_rivals_descriptors_are_as_many_for_every_recording():
    t = np.arange(6 * 44100) / 44100
    tones = [(0.3 * np.sin(2 * np.pi * hz * t) * (t % 0.5 < 0.3)).astype(np.float32) for hz in (220, 500)]
    one, other = (music_extractor(sound) for sound in tones)
    assert len(one) == len(other) > 100
    assert one != other


@pytest.mark.slow
def test_the_command_writes_weights_a_diagram_and_scores(tmp_path, capsys):
    lines = ["path,valence,arousal"]
    (tmp_path / "data").mkdir()
    for n in range(32):
        fast = n % 2
        tone(tmp_path / "data" / f"{n}.wav", every_s=0.2 if fast else 1.0, seed=n)
        lines.append(f"{n}.wav,{n % 3},{fast}")
    (tmp_path / "data" / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    out, diagram = tmp_path / "w.npz", tmp_path / "r.svg"
    with pytest.raises(SystemExit) as ended:
        main(["train", "emotions", "--data", str(tmp_path / "data"), "--out", str(out), "--cache", str(tmp_path / "c"),
              "--diagram", str(diagram), "--json"])  # fmt: skip
    assert not ended.value.code
    said = json.loads(capsys.readouterr().out)
    assert said["cross_validated"]["data"]["arousal"] > 0.5
    assert load(out).name.startswith("daily30-emotions-")
    assert diagram.read_text(encoding="utf-8").startswith("<svg")
