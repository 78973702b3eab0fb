-- Secrets shared by all silos, created at the first start.
CREATE TABLE ServiceSecret
(
    Name TEXT NOT NULL PRIMARY KEY,
    Secret TEXT NOT NULL
);
