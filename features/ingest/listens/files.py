"""What a file is, told from its first bytes, when it holds no listens; and what to do then."""

from __future__ import annotations

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"SQLite format 3\x00", "a database", "export its listens; its own program can write JSON or CSV"),
    (b"%PDF", "a PDF document", "give the JSON or CSV files beside it"),
    (b"\x89PNG", "a picture", "give the JSON or CSV files of the export"),
    (b"\xff\xd8\xff", "a picture", "give the JSON or CSV files of the export"),
    (b"ID3", "a music file", "`daily30 ingest folder` reads music"),
    (b"fLaC", "a music file", "`daily30 ingest folder` reads music"),
    (b"OggS", "a music file", "`daily30 ingest folder` reads music"),
    (b"PAR1", "a Parquet file", "`daily30 ingest delivery` reads Parquet"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and give the folder"),
    (b"Rar!", "a RAR archive", "unpack it and give the folder"),
    (b"\xfd7zXZ", "an xz archive", "unpack it and give the folder"),
    (b"BZh", "a bzip2 archive", "unpack it and give the folder"),
    (b"(\xb5/\xfd", "a Zstandard archive", "unpack it and give the folder"),
)
_TAR_AT = 257


def other_than_text(head: bytes) -> tuple[str, str] | None:
    """What bytes are that no reader of listens takes, and what to do; None for text.

    Args:
        head: the first kilobytes of a file.
    """
    for magic, what, fix in _MAGIC:
        if head.startswith(magic):
            return what, fix
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "a tar archive", "unpack it and give the folder"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page, not an export (perhaps a log-in page)", "log in and download the export again"
    if start.startswith(b"<?xml") or start.startswith(b"<lfm"):
        return "XML", "ask for JSON (Last.fm's API: format=json), or export CSV"
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in head:
        return "binary, not text", "give the export's JSON or CSV files"
    return None
