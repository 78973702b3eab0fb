-- One row, written to find out whether writing works.
CREATE TABLE StoreCheck
(
    Id integer NOT NULL PRIMARY KEY CHECK (Id = 1),
    Count bigint NOT NULL
);
