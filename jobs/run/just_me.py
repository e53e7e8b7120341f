"""One person with a folder of music: the listener whom nobody delivered."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from features.ingest.localtime import known_zones
from jobs.run.landing import landing_writer, today
from schemas.catalogue import USERS
from schemas.vocabulary import LANGUAGES
from warehouse.landing.files import delivered_files, landing_root

NAME, FILE = "me", "users/me.jsonl"


def make_listener(home: Path) -> str:
    """A listener ``me`` for a landing that has music and nobody to hear it; what was done, in words.

    Time zone and language are the system's. Nothing is done, and nothing said, where listeners or
    plays were delivered: then it is for the delivery to say whose they are.
    """
    root = landing_root(home)
    there = {t: delivered_files(root, t, required=False) for t in ("tracks", "users", "plays")}
    if not there["tracks"] or there["users"] or there["plays"]:
        return ""
    landing = landing_writer(home)
    zone, language = system_zone(os.environ), system_language(os.environ)
    days = landing.known("tracks").get_column("added_on").drop_nulls().to_list()
    told = {"user_id": NAME, "created_on": min([*days, today(zone)]), "language": language, "timezone": zone}
    landing.put_rows(FILE, USERS.frame([{**told, "personalised": True, "explicit_ok": False}]))
    return (
        f"Nobody was delivered who listens, so there is now {NAME!r}: language {language}, time zone {zone}. "
        f"Change them in {root / FILE}."
    )


def system_zone(environ: Mapping[str, str], etc: Path = Path("/etc")) -> str:
    """The system's IANA time zone: as TZ says, the link /etc/localtime or /etc/timezone; else UTC."""
    import polars as pl

    said = [environ.get("TZ", "").lstrip(":"), str((etc / "localtime").resolve()).partition("zoneinfo/")[2]]
    if (etc / "timezone").is_file():
        said.append((etc / "timezone").read_text(encoding="utf-8", errors="replace").strip())
    known = known_zones(pl.Series(said, dtype=pl.String))
    return next((name for name in said if name in known), "UTC")


def system_language(environ: Mapping[str, str]) -> str:
    """The language of LC_ALL, LC_MESSAGES or LANG, whichever is set first, where we write it; else English."""
    said = next((environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(n)), "")
    short = said.replace("-", "_").partition("_")[0].lower()
    return short if short in LANGUAGES else "en"
