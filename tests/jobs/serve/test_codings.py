"""In which coding an answer is sent: what who asks wants most, under a tag of its own."""

from __future__ import annotations

import pytest
import zstandard
from starlette.testclient import TestClient

from jobs.serve.answers import chosen_coding
from tests.finished_home import finished_home
from tests.jobs.serve.served import client

LIN = "/v1/users/u-lin/daily30"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(finished_home(tmp_path_factory.mktemp("home")))


def test_zstd_where_it_is_named_under_a_tag_of_its_own(api: TestClient) -> None:
    plain = api.get(LIN)
    asked = {"accept-encoding": "gzip, deflate, br, zstd"}
    with api.stream("GET", LIN, headers=asked) as sent:
        raw = b"".join(sent.iter_raw())
    assert (sent.headers["content-encoding"], sent.headers["vary"]) == ("zstd", "Accept-Encoding")
    assert zstandard.ZstdDecompressor().decompress(raw) == plain.content
    assert zstandard.get_frame_parameters(raw).window_size <= 8 << 20, "RFC 9659: what every reader must take"
    with api.stream("GET", LIN, headers={"accept-encoding": "gzip"}) as zipped:
        assert len(raw) < len(b"".join(zipped.iter_raw()))
    assert len({plain.headers["etag"], zipped.headers["etag"], sent.headers["etag"]}) == 3
    with api.stream("GET", LIN, headers=asked | {"if-none-match": sent.headers["etag"]}) as again:
        assert again.status_code == 304
    with api.stream("GET", LIN, headers={"accept-encoding": "gzip", "if-none-match": sent.headers["etag"]}) as other:
        assert other.status_code == 200, "the tag is of another representation"


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("zstd", "zstd"), ("ZSTD", "zstd"), ("gzip;q=1.0, zstd;q=0.9", "gzip"), ("gzip;q=0.5, zstd;q=0.5", "zstd"),
        ("zstd;q=0", None), ("zstd;q=0, gzip", "gzip"), ("zstd;q=0.000, *", "gzip"), ("*", "gzip"), ("", None),
        ("identity", None), ("identity;q=0.5, zstd;q=0.8", "zstd"), ("identity, zstd;q=0.8", None),
        ("zstd ; q = 0.3 , gzip;q=0.2", "zstd"), ("zstd;q=x", "zstd"), ("zstd;level=3", "zstd"), ("x-zstd", None),
        ("*;q=0.1, zstd;q=0", "gzip"), ("gzip;q=0.001, zstd;q=0", "gzip"),
    ],
)  # fmt: skip
def test_the_coding_that_is_wanted_most(asked: str, coding: str | None) -> None:
    assert chosen_coding(asked) == coding
