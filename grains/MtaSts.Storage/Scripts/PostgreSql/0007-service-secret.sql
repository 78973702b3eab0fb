-- Secrets shared by all silos, created at the first start.
CREATE TABLE ServiceSecret
(
    Name text NOT NULL PRIMARY KEY,
    Secret text NOT NULL
);
