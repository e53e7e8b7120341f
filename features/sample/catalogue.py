"""A music app's catalogue: songs, who made them, when they came out, and the truth about each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from features.sample.lyrics import write_lrc
from features.sample.people import Album, Artist, album_dates, roster
from features.sample.plans import SongPlan, draw_style, plan_song
from features.sample.tags import listener_tags
from features.sample.titles import ANTHOLOGY, Titles
from features.sample.works import Work, tracks_table, truth_table

if TYPE_CHECKING:
    import numpy as np

    from features.seeds import Seeds

# Shares in which they are delivered; MP3 and Vorbis, slow to encode, are the fewest.
_DELIVERED = (
    "opus", "flac", "m4a", "opus", "mp3", "flac", "opus", "m4a", "opus", "flac",
    "opus", "ogg", "m4a", "flac", "opus", "flac", "opus", "m4a", "opus", "flac",
)  # fmt: skip
_REGIONS = (("CN", "HK", "TW"), ("GB", "IE", "US", "CA"), ("CN", "SG", "MY"), ("JP", "KR", "CN"))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All works, and the two tables drawn from them.

    Args:
        works: in order of track id; their plans are what the composer turns into scores.
        tracks: the catalogue as delivered, columns of ``tracks`` but for what ingest adds.
        truth: one row per track, see ``works.TRUTH_SCHEMA``; never part of the landing.
    """

    works: tuple[Work, ...]
    tracks: pl.DataFrame
    truth: pl.DataFrame


def compose_catalogue(songs: int, until: date, seeds: Seeds) -> Catalogue:
    """A catalogue of ``songs`` tracks as known by the end of ``until``.

    A fiftieth of it (at least one) comes out the day after ``until``; a twentieth came out lately.
    """
    special = _special(songs, seeds)
    artists = roster(max(6, round(songs * 80 / 300)), seeds)
    titles = Titles()
    albums = _albums(artists, max(8, round(songs * 120 / 300)), until, titles, seeds)
    cast = _Cast(artists)
    works = [_work(index, special, cast, albums, until, titles, seeds) for index in range(songs)]
    for copy, original in special.copies.items():
        works[copy] = _rerelease(works[copy], works[original])
    return Catalogue(tuple(works), tracks_table(works), truth_table(works))


@dataclass(frozen=True, slots=True)
class _Cast:
    """The artists, how many songs each has got so far, and who fits which style and language."""

    artists: tuple[Artist, ...]
    used: Counter[str] = field(default_factory=Counter)
    _fitting: dict[tuple[str, str], list[Artist]] = field(default_factory=dict)

    def one_for(self, plan: SongPlan, rng: np.random.Generator) -> Artist:
        """Somebody who plays the style and sings the language; the famous and the unheard first."""
        style, fit = plan.style.id, self._fit(plan.style.id, plan.language)
        weights = [
            (0.15 + a.fame) * (2.0 if a.styles[0] == style else 1.0) * (4.0 if not self.used[a.id] else 1.0)
            for a in fit
        ]
        total = sum(weights)
        chosen = fit[int(rng.choice(len(fit), p=[w / total for w in weights]))]
        self.used[chosen.id] += 1
        return chosen

    def _fit(self, style: str, language: str) -> list[Artist]:
        if (style, language) not in self._fitting:
            singing = [a for a in self.artists if language in (a.language, "instrumental")]
            self._fitting[style, language] = [a for a in singing if style in a.styles] or singing
        return self._fitting[style, language]


@dataclass(frozen=True, slots=True)
class _Special:
    """Indexes of songs with something uncommon about them."""

    tonight: frozenset[int]
    recent: frozenset[int]
    silent: frozenset[int]
    withdrawn: frozenset[int]
    regional: frozenset[int]
    copies: dict[int, int]


def _special(songs: int, seeds: Seeds) -> _Special:
    order = [int(i) for i in seeds.rng("special").permutation(songs)]
    at = 0

    def take(count: int) -> list[int]:
        nonlocal at
        at += count
        return order[at - count : at]

    tonight = frozenset(take(max(1, round(songs * 0.02))))
    recent = frozenset(take(max(1, round(songs * 0.05))))
    silent = frozenset(take(max(1, round(songs * 0.03))))
    withdrawn = frozenset(take(max(1, round(songs * 0.02))))
    regional = frozenset(take(max(1, round(songs * 0.04))))
    pair = take(4) if songs >= 20 else []
    return _Special(tonight, recent, silent, withdrawn, regional, dict(zip(pair[::2], pair[1::2], strict=True)))


def _albums(
    artists: tuple[Artist, ...], count: int, until: date, titles: Titles, seeds: Seeds
) -> dict[str, list[Album]]:
    """Each artist's albums: one for everybody, the rest to the better known."""
    dates = album_dates(count, until, seeds)
    rng = seeds.rng("album-owner")
    fame = [0.05 + a.fame for a in artists]
    extra = rng.choice(len(artists), size=max(0, count - len(artists)), p=[f / sum(fame) for f in fame])
    albums: dict[str, list[Album]] = {a.id: [] for a in artists}
    for index, owner in enumerate([*range(len(artists)), *(int(i) for i in extra)]):
        artist = artists[owner]
        title = titles.album(artist.styles[0], artist.language, seeds.rng("album", index))
        albums[artist.id].append(Album(f"al{index + 1:04d}", title, artist.id, dates[index % len(dates)]))
    return albums


def _work(
    index: int,
    special: _Special,
    cast: _Cast,
    albums: dict[str, list[Album]],
    until: date,
    titles: Titles,
    seeds: Seeds,
) -> Work:
    track_id = f"t{index + 1:05d}"
    rng = seeds.rng("work", index)
    plan = plan_song(track_id, draw_style(seeds, index), seeds)
    artist = cast.one_for(plan, rng)
    title = titles.song(plan.style.id, _title_language(plan, artist), rng)
    album, added_on = _release(index, title, artist, albums[artist.id], special, until, rng)
    sung = plan.language != "instrumental"
    has_words = sung and rng.random() < 0.96
    guest = cast.artists[int(rng.integers(len(cast.artists)))]
    featured = (guest.id,) if rng.random() < 0.09 and guest.id != artist.id else ()
    return Work(
        track_id=track_id,
        title=title,
        artist=artist,
        album=album,
        plan=plan,
        added_on=added_on,
        featured=featured,
        tags=listener_tags(plan, seeds.rng("tags", index)),
        appeal=round(0.7 * float(rng.beta(2.0, 3.6)) + 0.3 * artist.fame, 3),
        available=index not in special.withdrawn,
        regions=_REGIONS[int(rng.integers(len(_REGIONS)))] if index in special.regional else (),
        explicit=bool(sung and plan.style.id in ("rock", "rnb", "electronic") and rng.random() < 0.2),
        codec=None if index in special.silent else _DELIVERED[index % len(_DELIVERED)],
        lrc=write_lrc(plan, title, artist.name, seeds) if has_words else None,
    )


def _release(
    index: int,
    title: str,
    artist: Artist,
    albums: list[Album],
    special: _Special,
    until: date,
    rng: np.random.Generator,
) -> tuple[Album, date]:
    """(album, day on which the catalogue got the song): an album of the artist, or a single that is new."""
    album = albums[int(rng.integers(len(albums)))]
    added_on = min(until, album.release_date + timedelta(days=int(rng.integers(0, 6))))
    if index in special.tonight:
        return _single(index, title, artist, until + timedelta(days=1)), until
    if index in special.recent:
        added_on = until - timedelta(days=int(rng.integers(0, 15)))
        return _single(index, title, artist, added_on - timedelta(days=int(rng.integers(0, 4)))), added_on
    return album, added_on


def _title_language(plan: SongPlan, artist: Artist) -> str:
    if plan.language == "instrumental" and artist.language == "zh":
        return "zh"
    return plan.language


def _single(index: int, title: str, artist: Artist, day: date) -> Album:
    return Album(f"al9{index + 1:04d}", title, artist.id, day)


def _rerelease(copy: Work, original: Work) -> Work:
    """The same recording under a second id, on a later compilation."""
    mark = ANTHOLOGY["zh" if original.plan.language == "zh" else "en"]
    album = replace(
        copy.album,
        artist_id=original.artist.id,
        title=original.title + mark,
        id=f"al8{copy.track_id[1:]}",
        release_date=max(copy.album.release_date, original.album.release_date),
    )
    return replace(
        original,
        track_id=copy.track_id,
        title=original.title + mark,
        album=album,
        added_on=max(copy.added_on, original.added_on, album.release_date),
        appeal=round(original.appeal * 0.8, 3),
        copy_of=original.track_id if original.codec else None,
    )
