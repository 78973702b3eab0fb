-- The one table Orleans knows by name: it reads its statements from here when a silo starts.
CREATE TABLE OrleansQuery
(
    QueryKey text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);
