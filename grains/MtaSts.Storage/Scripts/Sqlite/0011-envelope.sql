-- Received reports. The facts are rewritten at each processing step. The raw bytes are written once: small ones in the row, larger ones in a separate table.
CREATE TABLE Envelope
(
    Id TEXT NOT NULL PRIMARY KEY,
    -- Changes with each write. A write that expects an older version changes nothing.
    Version INTEGER NOT NULL,
    -- The lane that resumes the processing after a crash.
    Lane INTEGER NOT NULL,
    -- 1 until the processing is complete.
    IsOpen INTEGER NOT NULL,
    -- When the check of the signatures is repeated, in Unix seconds; NULL: never.
    RetryAt INTEGER,
    -- Processing state and results, as JSON.
    Facts BLOB NOT NULL,
    -- Raw bytes of up to 4 KiB; NULL if there are more, or none.
    Raw BLOB
);

CREATE INDEX EnvelopeOpen ON Envelope (Lane) WHERE IsOpen = 1;
CREATE INDEX EnvelopeRetry ON Envelope (Lane, RetryAt) WHERE RetryAt IS NOT NULL;

-- Raw bytes above 4 KiB, in parts of 64 KiB, so that drivers do not allocate large buffers.
CREATE TABLE EnvelopeRaw
(
    Id TEXT NOT NULL,
    Part INTEGER NOT NULL,
    Raw BLOB NOT NULL,
    PRIMARY KEY (Id, Part)
);

-- Grain states that change often. Several of them are written in one transaction.
CREATE TABLE GroupedState
(
    Name TEXT NOT NULL,
    Key TEXT NOT NULL,
    -- Changes with each write. A write that expects an older version changes nothing.
    Version INTEGER NOT NULL,
    -- As JSON.
    Content BLOB NOT NULL,
    PRIMARY KEY (Name, Key)
);

-- The elements of a state's large collection, so that a change of the state writes only the elements that changed.
CREATE TABLE GroupedElement
(
    Name TEXT NOT NULL,
    Key TEXT NOT NULL,
    Element TEXT NOT NULL,
    -- As JSON.
    Content BLOB NOT NULL,
    PRIMARY KEY (Name, Key, Element)
) WITHOUT ROWID;
