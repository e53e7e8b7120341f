"""Listens as rows of cells: CSV and TSV of Last.fm's exporters, ``.scrobbler.log``, any table that names its columns.

With a header, columns are told by their names. Without one, by the place of the time, as these write it:
lastfm-to-csv (artist, album, track, date), lastexport (time, track, artist, album, three MusicBrainz ids),
the Last.fm-1K set (user, time, artist id, artist, track id, track), lastfm-backup (date, time, artist,
track). ``.scrobbler.log`` is the Audioscrobbler portable log of Rockbox and others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from features.ingest.listens.moments import moment
from features.ingest.listens.rows import LeftOut, Listen, Refused, mbid, names, seconds, text

# Roles of columns and the names services give them, best first.
_ROLES: dict[str, tuple[str, ...]] = {
    "artist": ("artist", "artist name", "artistname", "artists", "performer"),
    "title": ("track", "title", "track name", "trackname", "song", "song name", "song title", "track title", "name"),
    "time": (
        "uts", "timestamp", "listened at", "played at", "unixtime", "unix time", "utc time", "scrobble time",
        "submission time", "datetime", "date time", "date", "time", "ts", "endtime", "played",
    ),
    "album": ("album", "album name", "albumname", "album title", "release", "release name"),
    "user": ("user", "user name", "username", "user id", "userid", "listener"),
    "recording": ("track mbid", "recording mbid", "trackmbid", "mbid", "musicbrainz trackid", "mbz recording id"),
    "artist_mbid": ("artist mbid", "artistmbid", "musicbrainz artistid"),
    "length_s": ("duration", "length", "duration s"),
    "length_ms": ("duration ms",),
    "heard_s": ("listened s", "seconds played"),
    "heard_ms": ("ms played", "msplayed"),
}  # fmt: skip
_NEEDED = ("artist", "title", "time")
_CALLED = {"artist": "the artist", "title": "the song", "time": "the time"}
# Without a header: number of cells and place of the time.
_PLACES: dict[tuple[int, int], tuple[str, ...]] = {
    (3, 2): ("artist", "title", "time"),
    (4, 3): ("artist", "album", "title", "time"),
    (4, 0): ("date", "time", "artist", "title"),
    (6, 1): ("user", "time", "artist_mbid", "artist", "recording", "title"),
    (7, 0): ("time", "title", "artist", "album", "recording", "artist_mbid", "album_mbid"),
}
_LOG = "#AUDIOSCROBBLER/"
_LOG_PLACES = ("artist", "album", "title", "number", "length_s", "rating", "time", "recording")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table keeps what.

    Args:
        columns: place of each role's column.
        headed: whether the first row is a header.
        user: whose all rows are, where the table says so once.
        usual: the unit its times are documented in.
        note: what a reader should know, empty mostly.
    """

    columns: Mapping[str, int]
    headed: bool = False
    user: str | None = None
    usual: str = "seconds"
    note: str = ""
    _width: int = field(default=0)

    def listen(self, cells: Sequence[str]) -> Listen:
        """One row as a listen."""
        if len(cells) < self._width:
            raise Refused(f"{len(cells)} cells where {self._width} are needed")
        cell = {role: cells[at] for role, at in self.columns.items() if at < len(cells)}
        title, artist = names(cell["title"], cell["artist"], (_CALLED["title"], _CALLED["artist"]))
        at_us, unit = moment(self._time(cell), "the time", usual=self.usual)
        heard_s = seconds(cell.get("heard_s")) or seconds(cell.get("heard_ms"), per_second=1000)
        artist_mbid = mbid(cell.get("artist_mbid"))
        return Listen(
            at_us,
            unit,
            title,
            artist,
            album=text(cell.get("album")) or None,
            length_s=seconds(cell.get("length_s")) or seconds(cell.get("length_ms"), per_second=1000),
            heard_s=heard_s,
            skipped=cell.get("rating", "").strip().upper() == "S",
            recording=mbid(cell.get("recording")),
            artists=(artist_mbid,) if artist_mbid else (),
            user=text(cell.get("user")) or None,
        )

    @staticmethod
    def _time(cell: Mapping[str, str]) -> str:
        found = f"{cell['date']} {cell['time']}" if "date" in cell else cell["time"]
        if not found.strip():
            raise LeftOut("rows without a time (playing when exported)")
        return found


def layout(rows: Sequence[Sequence[str]]) -> Layout:
    """The layout of a table, told from its first rows; raises :class:`Refused` when it is none of listens."""
    first = rows[0] if rows else ()
    if first and first[0].startswith(_LOG):
        return _log(rows)
    headed = _headed(first)
    if headed:
        return headed
    for row in rows:
        at = next((i for i, cell in enumerate(row) if _is_moment(cell)), None)
        places = _PLACES.get((len(row), at)) if at is not None else None
        if places:
            columns = {role: i for i, role in enumerate(places)}
            return Layout(columns, _width=len(places))
    raise Refused(f"no header and no known order of columns; the first row is {', '.join(first)[:120]!r}")


def _headed(first: Sequence[str]) -> Layout | None:
    """The layout of a header; None where the row is none."""
    plain = [cell.partition("#")[0].strip().lower().replace("_", " ").replace("-", " ") for cell in first]
    columns = {
        role: plain.index(found)
        for role, known in _ROLES.items()
        if (found := next((n for n in known if n in plain), ""))
    }
    missing = [role for role in _NEEDED if role not in columns]
    if missing and (len(missing) == len(_NEEDED) or any(map(_is_moment, first))):
        return None
    if missing:
        lacking = " and ".join(_CALLED[role] for role in missing)
        raise Refused(f"its header names no column for {lacking}; it has {', '.join(first)[:200]}")
    if plain[columns["time"]] == "date" and "time" in plain:
        columns |= {"date": plain.index("date"), "time": plain.index("time")}
    user = next((cell.partition("#")[2].strip() for cell in first if "#" in cell), "")
    stats = plain[:2] == ["artist", "album"] and "albumid" in plain
    width = 1 + max(columns[role] for role in _NEEDED)
    return Layout(columns, headed=True, user=user or None, usual="milliseconds" if stats else "seconds", _width=width)


def _log(rows: Sequence[Sequence[str]]) -> Layout:
    """The layout of a ``.scrobbler.log``; its head says whether its clock knows the time zone."""
    zone = next((row[0].partition("/")[2] for row in rows if row and row[0].upper().startswith("#TZ/")), "UNKNOWN")
    note = "" if zone.strip().upper() == "UTC" else "the player's clock knows no time zone: its times are taken as UTC"
    return Layout({role: i for i, role in enumerate(_LOG_PLACES)}, note=note, _width=7)


def _is_moment(cell: str) -> bool:
    try:
        moment(cell, "")
    except Refused:
        return len(cell) == 10 and cell[4:5] == cell[7:8] == "-"  # a day whose time of day has a column of its own
    return True
