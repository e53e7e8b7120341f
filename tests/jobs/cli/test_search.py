"""``daily30 search`` over a small finished night."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from features.embeddings.params import SimilarityParams
from jobs import embeddings, recordings, similarity
from jobs.cli import search
from schemas import TABLES
from schemas.errors import UsageError
from schemas.sound import TEXT_DIM
from tests.features.embeddings.test_audio_vectors import catalogue
from tests.finished_home import lake_night
from tests.frames import rows

WORDS = ("rain", "sun", "sea", "night")
_FELT = {"moods": ["sad", "quiet", "calm"], "mood_probabilities": [0.8, 0.5, 0.2], "valence_confidence": 0.7}


class WordEncoder:
    """One direction per known word."""

    name = "words"

    def encode(self, texts):
        matrix = np.zeros((len(texts), TEXT_DIM), np.float32)
        matrix[:, -1] = 0.1
        for row, text in enumerate(texts):
            for column, word in enumerate(WORDS):
                matrix[row, column] = text.lower().count(word)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@pytest.fixture
def home(tmp_path, monkeypatch):
    titles = ["Rain on rain", "Sun [b]", "Sea, sun", "Night", "Withdrawn rain"]
    songs = [
        {"track_id": f"t{i:02d}", "title": t, "artist_name": "A", "available": not t.startswith("With")}
        for i, t in enumerate(titles)
    ]
    tables = {
        "tracks": rows("tracks", songs),
        "lyrics": rows("lyrics", [{"track_id": "t03", "lines": ["the rain falls on the sea"]}]),
        "emotions": rows("emotions", [{"track_id": s["track_id"], **_FELT} for s in songs]),
        "audio_features": rows("audio_features", [{**s, "audio_content_id": s["track_id"]} for s in catalogue(5)]),
    }
    texts = {name: tables[name] for name in ("tracks", "lyrics", "emotions")}
    none = TABLES["text_vectors"].empty()
    tables |= embeddings.run(**texts, text_encoder=WordEncoder(), carried=none)
    tables["recordings"] = recordings.run(audio_features=tables["audio_features"])["recordings"]
    heard = {name: tables[name] for name in ("audio_features", "recordings", "text_vectors")}
    tables |= similarity.run(**heard, params=SimilarityParams())
    lake_night(tmp_path, tables)
    monkeypatch.setattr("jobs.tools.text_encoder.open_text_encoder", lambda home, settings: WordEncoder())
    return tmp_path


def ask(home, *args):
    app = typer.Typer()
    app.callback()(lambda: None)
    search.register(app)
    result = CliRunner().invoke(app, ["search", *args, "--home", str(home)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_a_text_finds_songs_by_name_then_by_meaning(home):
    songs = json.loads(ask(home, "rain", "--json"))["songs"]
    assert [s["track_id"] for s in songs[:2]] == ["t00", "t03"]
    assert [s["matched"] for s in songs[:2]] == ["title", "meaning"]
    assert "t04" not in [s["track_id"] for s in songs]
    assert songs[0]["moods"] == ["sad", "quiet"]  # "calm" is too unsure to be said


def test_songs_like_another(home):
    songs = json.loads(ask(home, "--like", "t00", "--k", "2", "--json"))["songs"]
    assert [s["rank"] for s in songs] == [1, 2]
    assert not {"t00", "t04"} & {s["track_id"] for s in songs}


def test_the_table_shows_titles_as_they_are(home):
    assert "Sun [b]" in ask(home, "sun")


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ((), "either a TEXT or --like"),
        (("  ",), "either a TEXT or --like"),
        (("rain", "--like", "t00"), "either a TEXT or --like"),
        (("--like", "nobody"), "no track 'nobody'"),
    ],
)
def test_wrong_questions_are_usage_errors(home, args, complaint):
    with pytest.raises(UsageError, match=complaint):
        ask(home, *args)


def test_an_index_of_another_encoder_is_not_searched(home, monkeypatch):
    monkeypatch.setattr(WordEncoder, "name", "other")
    with pytest.raises(UsageError, match="indexed with words"):
        ask(home, "rain")


def test_no_night_yet(tmp_path):
    with pytest.raises(UsageError, match="no night is finished"):
        ask(tmp_path, "rain")
