-- The keys that protect cookies and tokens: in the store, so that a sign-in outlives a restart and holds at every silo.
CREATE TABLE DataProtectionKey
(
    FriendlyName TEXT NOT NULL PRIMARY KEY,
    Xml TEXT NOT NULL
) WITHOUT ROWID;
