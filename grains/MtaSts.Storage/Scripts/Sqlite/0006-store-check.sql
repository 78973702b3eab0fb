-- One row. The health check writes it to test whether the store is writable.
CREATE TABLE StoreCheck
(
    Id INTEGER NOT NULL PRIMARY KEY CHECK (Id = 1),
    Count INTEGER NOT NULL
);
