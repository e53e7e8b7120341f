"""The client against the server: typed answers, one version a visit, 304 for what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from jobs.serve import models
from jobs.serve.client import BadRequest, Client, Event, NotAllowed, NotFound, Patience, Unavailable, VersionGone
from jobs.serve.settings import ServeSettings
from jobs.serve.tokens import Tokens
from tests.contracts.store_rows import DAY
from tests.docs.examples import example
from tests.finished_home import finished_home
from tests.ids import HOSTILE_IDS
from tests.jobs.serve.served import address
from warehouse.inbox import Inbox
from warehouse.serving import ServingStore, open_serving_store

ONCE = Patience(tries=1)
AT = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def at(home: Path) -> Iterator[str]:
    with address(home) as found:
        yield found


class Watched(httpx2.HTTPTransport):
    """Over the network, remembering what was asked with which headers, and what came back."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, httpx2.Headers, int]] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = super().handle_request(request)
        self.seen.append((request.url.raw_path.decode(), request.headers, answer.status_code))
        return answer


def test_answers_are_the_servers_own_models(home: Path, at: str) -> None:
    with open_serving_store(home).reading() as served:
        published, version = served.user_list("u-lin"), served.version
    assert published is not None
    with Client(at) as api:
        mine = api.daily30("u-lin")
        assert mine == models.Daily30.model_validate({"version": version, **published})
        assert api.daily30("u-lin", day=mine.ds) == mine
        song = next(s for s in mine.songs if s.has_review)
        assert api.track(song.track_id).track.title == song.title
        assert api.review(song.track_id, "zh").language == "zh"
        assert api.versions().current == version


def test_what_is_unchanged_is_not_sent_again(at: str) -> None:
    network = Watched()
    with Client(at, transport=network) as api:
        first = api.daily30("u-lin")
        first.songs.clear()  # a caller's own copy
        again = api.daily30("u-lin")
        assert len(again.songs) == 30
        api.daily30("u-emma")
    assert [status for _, _, status in network.seen] == [200, 304, 200]
    assert "if-none-match" not in network.seen[2][1], "a tag of another list"


def test_no_more_is_kept_than_said(at: str) -> None:
    network = Watched()
    with Client(at, kept=1, transport=network) as api:
        for user in ("u-lin", "u-emma", "u-lin"):
            assert api.daily30(user).user_id == user
    assert [status for _, _, status in network.seen] == [200, 200, 200]


def test_problems_come_by_their_class_with_all_they_say(at: str) -> None:
    with Client(at, patience=ONCE) as api:
        with pytest.raises(NotFound, match="no list of user 'u-lim'") as unknown:
            api.daily30("u-lim")
        assert (unknown.value.kind, unknown.value.status) == ("unknown-user", 404)
        assert unknown.value.more["near"][0] == "u-lin"
        assert unknown.value.fix.startswith("did you mean u-lin")
        with pytest.raises(BadRequest, match="language 'fr'"):
            api.review("t000", "fr")
        with pytest.raises(NotFound, match="no version of 2020-01-01"):
            api.daily30("u-lin", day=DAY.replace(year=2020, month=1, day=1))


def test_nothing_published_is_unavailable(tmp_path: Path) -> None:
    with address(tmp_path) as empty, Client(empty, patience=ONCE) as api, pytest.raises(Unavailable) as none:
        api.daily30("u-lin")
    assert none.value.kind == "nothing-published"


def test_a_token_opens_what_needs_one(home: Path) -> None:
    text, _ = Tokens(home, lambda: datetime.now(UTC)).add("app", ("read",))
    with address(home, ServeSettings(token_to_read=True)) as closed:
        with Client(closed, token=text, patience=ONCE) as api:
            assert api.daily30("u-lin").user_id == "u-lin"
            assert text not in repr(api)
        with Client(closed, patience=ONCE) as api, pytest.raises(NotAllowed, match="token of scope read"):
            api.daily30("u-lin")


def test_collections_a_part_at_a_time(home: Path) -> None:
    network = Watched()
    with address(home, ServeSettings(demo="always")) as shown, Client(shown, transport=network) as api:
        users = [user.user_id for user in api.users(limit=3)]
        assert (len(users), users) == (8, sorted(users))
        asked = len(network.seen)
        found: list[str] = []
        part: models.SimilarTracks | None = api.similar("t000", limit=7)
        while part is not None:
            found += [near.track.track_id for near in part.similar]
            part = api.following(part)
        assert found == [f"t{n:03d}" for n in range(1, 21)]
    assert (asked, len(network.seen)) == (3, 6)


def night(store: ServingStore, version: str, n: int) -> None:
    """Publish a version whose list, song and review all name it."""
    day = DAY + timedelta(days=n)
    store.begin(version, day)
    made = {"writer": version, "language": "en"}
    song = _empty(models.Card) | {"track_id": "t-1", "title": version, "artists": [], "moods": []}
    names = {x: {"key": None, "mood": None, "genre": None} for x in ("zh", "en")}
    texts = {"headings": [], "paragraphs": ["Rain."], "track_id": "t-1"}
    head = {"format": 1, "user_id": "u-1", "ds": str(day), "serves_on": str(day), "songs": []}
    store.write_lists(version, [("u-1", _empty(models.Daily30) | made | head)])
    store.write_reviews(version, [("t-1", "en", _empty(models.Review) | made | texts)])
    store.write_tracks(version, [("t-1", {"track": song, "names": names, "similar": []})])
    store.seal(version, lists=1, songs=0, reviews=1, tracks=1)
    store.flip(version)


def _empty(model: type[models.Daily30 | models.Review | models.Card]) -> dict[str, object]:
    return {name: None for name in model.model_fields if name != "version" or model is models.Card}


def test_a_visit_stays_with_its_version(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    night(store, "v1", 0)
    with address(tmp_path) as at, Client(at, patience=ONCE) as api:
        visit = api.visit("u-1")
        night(store, "v2", 1)
        assert (visit.daily30.writer, visit.track("t-1").track.title, visit.review("t-1").writer) == ("v1",) * 3
        assert visit.similar("t-1").version == "v1"
        assert (api.track("t-1").track.title, api.review("t-1", "en").writer) == ("v2", "v2")
        newer = api.visit("u-1")
        assert newer.review("t-1").version == "v2"
        store.rollback()
        with pytest.raises(VersionGone, match="'v2' was pruned or rolled back"):
            newer.track("t-1")
        with pytest.raises(VersionGone):  # also what is kept under its tag
            newer.review("t-1")
        assert api.visit("u-1").daily30.writer == "v1"
        for n in range(2, 6):
            night(store, f"v{n + 1}", n)
            store.prune()
        with pytest.raises(VersionGone):
            visit.track("t-1")


def test_any_id_is_asked_for_as_it_is(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    ids = sorted({*HOSTILE_IDS, ".", "..", "x/review", "a?b", "a#b", "a%b", "a+b", "\u0000", "中/文"})
    night(store, "v1", 0)
    store.begin("v2", DAY + timedelta(days=1))
    row = _empty(models.Review) | {"headings": [], "paragraphs": [], "language": "en"}
    reviews = store.write_reviews("v2", ((t, "en", row | {"track_id": t}) for t in ids))
    store.seal("v2", lists=0, songs=0, reviews=reviews)
    store.flip("v2")
    with address(tmp_path) as at, Client(at, patience=ONCE) as api:
        assert [api.review(t, "en").track_id for t in ids] == ids


def test_feedback_is_kept_once_whatever_its_length(tmp_path: Path) -> None:
    night(open_serving_store(tmp_path, lease_check=lambda: None), "v1", 0)
    some = [Event("like_track", "u-1", AT, track_id="t-1") for _ in range(1_500)]
    long = [Event("block_artist", "u-1", AT, artist_id=f"{n:0450}") for n in range(2_400)]
    played = Event("complete", "u-1", AT, track_id="t-1", listened_s=12.5, event_id="the-apps-own")
    text, _ = Tokens(tmp_path, lambda: AT).add("app", ("feedback",))
    watched = Watched()
    with address(tmp_path) as at, Client(at, text, patience=ONCE, transport=watched) as api:
        taken = api.feedback([*some, *long, played])
        assert (taken.accepted, taken.repeated, taken.other) == (3_901, [], [])
        again = Event("skip", "u-1", AT, track_id="t-1", event_id="the-apps-own")
        assert api.feedback([some[0], again]).model_dump() == {
            "accepted": 0, "repeated": [some[0].event_id], "other": ["the-apps-own"],
        }  # fmt: skip
        assert api.feedback([]).accepted == 0
    assert {status for _, _, status in watched.seen} == {200}
    assert 4 <= len(watched.seen) - 1 <= 5
    assert sorted(e.event_id for e in Inbox(tmp_path).waiting()) == sorted(e.event_id for e in [*some, *long, played])


def test_feedback_that_cannot_be_meant(tmp_path: Path) -> None:
    night(open_serving_store(tmp_path, lease_check=lambda: None), "v1", 0)
    text, _ = Tokens(tmp_path, lambda: AT).add("app", ("feedback",))
    with address(tmp_path) as at:
        with Client(at, text, patience=ONCE) as api, pytest.raises(BadRequest, match=r"events\[0\]: block_artist"):
            api.feedback([Event("block_artist", "u-1", AT, track_id="t-1")])
        with Client(at, patience=ONCE) as api, pytest.raises(NotAllowed):
            api.feedback([Event("like_track", "u-1", AT, track_id="t-1")])
    with pytest.raises(ValueError, match="no time zone"):
        Event("like_track", "u-1", AT.replace(tzinfo=None))


def test_codes_are_told(at: str) -> None:
    with Client(at) as api:
        named = {(k.key, k.mode): k.names.en for k in api.codes().keys}
    assert named["D", "major"] == "D major"


def test_the_guides_example_posts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    night(open_serving_store(tmp_path, lease_check=lambda: None), "v1", 0)
    text, _ = Tokens(tmp_path, lambda: AT).add("app", ("feedback",))
    with address(tmp_path) as at:
        code = example("heard.py", "docs/guide/serving.md").replace("http://127.0.0.1:8030", at).replace("d30_…", text)
        # The server of these tests has its clock on another day than ours.
        exec(
            compile(code.replace("datetime.now(UTC)", f"datetime.fromtimestamp({AT.timestamp()}, UTC)"), "", "exec"), {}
        )
    assert capsys.readouterr().out == "1\n"


def test_the_guides_example_runs(at: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = example("listen.py", "docs/guide/serving.md")
    assert len(code.splitlines()) <= 12
    asked = code.replace("http://127.0.0.1:8030", at).replace("u00001", "u-lin")
    exec(compile(asked, "listen.py", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) >= 31
