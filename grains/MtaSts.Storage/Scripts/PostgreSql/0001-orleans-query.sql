-- Orleans requires this table name. It reads its SQL statements from this table when a silo starts.
CREATE TABLE OrleansQuery
(
    QueryKey text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);
