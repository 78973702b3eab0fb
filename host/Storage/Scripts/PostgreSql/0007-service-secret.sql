-- Secrets of the service as a whole, the same for every silo; made at the first start.
CREATE TABLE ServiceSecret
(
    Name text NOT NULL PRIMARY KEY,
    Secret text NOT NULL
);
