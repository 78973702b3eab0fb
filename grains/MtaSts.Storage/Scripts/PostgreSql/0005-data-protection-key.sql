-- Data protection keys for cookies and tokens. They are stored so that sessions survive a restart and are valid at every silo.
CREATE TABLE DataProtectionKey
(
    FriendlyName text NOT NULL PRIMARY KEY,
    Xml text NOT NULL
);
