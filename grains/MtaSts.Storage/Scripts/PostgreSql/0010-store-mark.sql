-- Names of actions that run only once per store, such as creating the first administrator.
CREATE TABLE StoreMark
(
    Name TEXT NOT NULL PRIMARY KEY,
    SetAt TEXT NOT NULL
);
