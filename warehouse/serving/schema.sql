-- serving.sqlite: what an app reads. A version is complete or invisible; one row says which is served.

-- One row per version. seq orders them by when they were begun.
CREATE TABLE IF NOT EXISTS versions (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    version  TEXT NOT NULL UNIQUE,              -- hash of what it was made from
    ds       TEXT NOT NULL,                     -- listening day closed, YYYY-MM-DD
    state    TEXT NOT NULL CHECK (state IN ('writing', 'sealed', 'withdrawn')),
    lists    INTEGER NOT NULL DEFAULT 0,        -- users in it
    songs    INTEGER NOT NULL DEFAULT 0,        -- rows of all lists
    reviews  INTEGER NOT NULL DEFAULT 0,        -- reviews in it
    tracks   INTEGER NOT NULL DEFAULT 0,        -- songs told by themselves; none in versions from before there were any
    announced TEXT NOT NULL DEFAULT '',         -- no | held by a pin | day: read by its day | yes: served
    sha256   TEXT NOT NULL DEFAULT ''           -- of this row, as of all rows below
);

-- One row per version and user: the whole Daily 30 as JSON, ready to serve.
CREATE TABLE IF NOT EXISTS lists (
    seq      INTEGER NOT NULL REFERENCES versions (seq),
    user_id  TEXT NOT NULL,
    payload  TEXT NOT NULL,
    sha256   TEXT NOT NULL DEFAULT '',          -- of version, user_id and payload
    PRIMARY KEY (seq, user_id)
);

-- One row per version, song and language: the deep review as JSON.
CREATE TABLE IF NOT EXISTS reviews (
    seq      INTEGER NOT NULL REFERENCES versions (seq),
    track_id TEXT NOT NULL,
    language TEXT NOT NULL,
    payload  TEXT NOT NULL,
    sha256   TEXT NOT NULL DEFAULT '',          -- of version, track_id, language and payload
    PRIMARY KEY (seq, track_id, language)
);

-- One row per version and song that its lists or reviews show: what is said of it to everyone, as JSON.
CREATE TABLE IF NOT EXISTS tracks (
    seq      INTEGER NOT NULL REFERENCES versions (seq),
    track_id TEXT NOT NULL,
    payload  TEXT NOT NULL,
    sha256   TEXT NOT NULL DEFAULT '',          -- of version, track_id and payload
    PRIMARY KEY (seq, track_id)
);

-- One row: the version served, the version an operator pinned, and the days, with blanks between them, of which nothing
-- is announced until it is told to.
CREATE TABLE IF NOT EXISTS pointer (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    current  INTEGER REFERENCES versions (seq),
    pinned   INTEGER REFERENCES versions (seq),
    rolled_back TEXT NOT NULL DEFAULT '',
    sha256   TEXT NOT NULL DEFAULT ''
);
