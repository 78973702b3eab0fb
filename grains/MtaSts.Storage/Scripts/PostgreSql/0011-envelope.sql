-- Received reports. The facts are rewritten at each processing step. The raw bytes are written once: small ones in the row, larger ones in a separate table.
CREATE TABLE Envelope
(
    Id text NOT NULL PRIMARY KEY,
    -- Changes with each write. A write that expects an older version changes nothing.
    Version bigint NOT NULL,
    -- The lane that resumes the processing after a crash.
    Lane integer NOT NULL,
    -- 1 until the processing is complete.
    IsOpen integer NOT NULL,
    -- When the check of the signatures is repeated, in Unix seconds; NULL: never.
    RetryAt bigint,
    -- Processing state and results, as JSON.
    Facts bytea NOT NULL,
    -- Raw bytes of up to 4 KiB; NULL if there are more, or none.
    Raw bytea
) WITH (fillfactor = 70);

CREATE INDEX EnvelopeOpen ON Envelope (Lane) WHERE IsOpen = 1;
CREATE INDEX EnvelopeRetry ON Envelope (Lane, RetryAt) WHERE RetryAt IS NOT NULL;

-- Raw bytes above 4 KiB, in parts of 64 KiB, so that drivers do not allocate large buffers.
CREATE TABLE EnvelopeRaw
(
    Id text NOT NULL,
    Part integer NOT NULL,
    Raw bytea NOT NULL,
    PRIMARY KEY (Id, Part)
);

-- Reports are usually compressed already, so PostgreSQL's compression would cost time and save nothing.
ALTER TABLE Envelope ALTER COLUMN Raw SET STORAGE EXTERNAL;
ALTER TABLE EnvelopeRaw ALTER COLUMN Raw SET STORAGE EXTERNAL;

-- Grain states that change often. Several of them are written in one transaction.
CREATE TABLE GroupedState
(
    Name text NOT NULL,
    Key text NOT NULL,
    -- Changes with each write. A write that expects an older version changes nothing.
    Version bigint NOT NULL,
    -- As JSON.
    Content bytea NOT NULL,
    PRIMARY KEY (Name, Key)
) WITH (fillfactor = 70);

-- The elements of a state's large collection, so that a change of the state writes only the elements that changed.
CREATE TABLE GroupedElement
(
    Name text NOT NULL,
    Key text NOT NULL,
    Element text NOT NULL,
    -- As JSON.
    Content bytea NOT NULL,
    PRIMARY KEY (Name, Key, Element)
);
