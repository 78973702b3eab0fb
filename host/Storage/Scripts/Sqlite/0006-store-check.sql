-- One row, written to find out whether writing works.
CREATE TABLE StoreCheck
(
    Id INTEGER NOT NULL PRIMARY KEY CHECK (Id = 1),
    Count INTEGER NOT NULL
);
