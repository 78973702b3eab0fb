-- One row. The health check writes it to test whether the store is writable.
CREATE TABLE StoreCheck
(
    Id integer NOT NULL PRIMARY KEY CHECK (Id = 1),
    Count bigint NOT NULL
);
