-- What was done once in this store and is never to be done again.
CREATE TABLE StoreMark
(
    Name TEXT NOT NULL PRIMARY KEY,
    SetAt TEXT NOT NULL
);
