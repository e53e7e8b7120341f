-- What an app reads, in a schema of its own ({schema}). A version is complete or invisible; one row says which is served.
-- Ids are compared byte by byte (COLLATE "C"): two that differ by a case or a form of Unicode are different ones.

-- One row per version. seq orders them by when they were begun and is given once.
CREATE TABLE IF NOT EXISTS {schema}.versions (
    seq      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version  TEXT COLLATE "C" NOT NULL UNIQUE,  -- hash of what it was made from
    ds       DATE NOT NULL,                     -- listening day closed
    state    TEXT NOT NULL CHECK (state IN ('writing', 'sealed', 'withdrawn')),
    lists    BIGINT NOT NULL DEFAULT 0,         -- users in it
    songs    BIGINT NOT NULL DEFAULT 0,         -- rows of all lists
    reviews  BIGINT NOT NULL DEFAULT 0,         -- reviews in it
    tracks   BIGINT NOT NULL DEFAULT 0,         -- songs told by themselves
    announced TEXT NOT NULL DEFAULT '',         -- no | held by a pin | day: read by its day | yes: served
    sha256   TEXT NOT NULL                      -- of this row, as of all rows below
);

-- One row per version and user: the whole Daily 30 as JSON, ready to serve.
CREATE TABLE IF NOT EXISTS {schema}.lists (
    seq      BIGINT NOT NULL,
    user_id  TEXT COLLATE "C" NOT NULL,
    payload  TEXT COLLATE "C" NOT NULL,
    sha256   TEXT NOT NULL,                     -- of version, user_id and payload
    PRIMARY KEY (seq, user_id)
);

-- One row per version, song and language: the deep review as JSON.
CREATE TABLE IF NOT EXISTS {schema}.reviews (
    seq      BIGINT NOT NULL,
    track_id TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    payload  TEXT COLLATE "C" NOT NULL,
    sha256   TEXT NOT NULL,                     -- of version, track_id, language and payload
    PRIMARY KEY (seq, track_id, language)
);

-- One row per version and song that its lists or reviews show: what is said of it to everyone, as JSON.
CREATE TABLE IF NOT EXISTS {schema}.tracks (
    seq      BIGINT NOT NULL,
    track_id TEXT COLLATE "C" NOT NULL,
    payload  TEXT COLLATE "C" NOT NULL,
    sha256   TEXT NOT NULL,                     -- of version, track_id and payload
    PRIMARY KEY (seq, track_id)
);

-- One row per channel: the version served, the version an operator pinned, and the days, with blanks between them, of
-- which nothing is announced until it is told to. Writers lock this row: one of them at a time changes what is served.
CREATE TABLE IF NOT EXISTS {schema}.pointer (
    channel  TEXT COLLATE "C" PRIMARY KEY,
    current  BIGINT REFERENCES {schema}.versions (seq),
    pinned   BIGINT REFERENCES {schema}.versions (seq),
    rolled_back TEXT NOT NULL DEFAULT '',
    sha256   TEXT NOT NULL
);

-- lz4 takes a third of the time of PostgreSQL's own compression, for as many bytes; not every server is built with it.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE {schema}.lists ALTER payload SET COMPRESSION lz4;
        ALTER TABLE {schema}.reviews ALTER payload SET COMPRESSION lz4;
        ALTER TABLE {schema}.tracks ALTER payload SET COMPRESSION lz4;
    END IF;
END $$;
