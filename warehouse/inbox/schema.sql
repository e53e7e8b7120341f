CREATE TABLE IF NOT EXISTS events (
    event_id    TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    subject_id  TEXT NOT NULL,
    at_us       INTEGER NOT NULL,  -- microseconds since 1970, UTC
    listened_s  REAL,
    received_us INTEGER NOT NULL,
    batch       INTEGER,           -- which hand-over to the landing it went with; NULL while it waits
    taken       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_events ON events (taken, batch);
CREATE INDEX IF NOT EXISTS event_ages ON events (received_us);
