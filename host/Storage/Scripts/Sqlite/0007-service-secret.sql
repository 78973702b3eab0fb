-- Secrets of the service as a whole, the same for every silo; made at the first start.
CREATE TABLE ServiceSecret
(
    Name TEXT NOT NULL PRIMARY KEY,
    Secret TEXT NOT NULL
);
