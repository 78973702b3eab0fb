-- Names that every process keeps in memory, so that requests with unknown names do not delay requests with known names: hosted domains
-- (Kind 'domain'), API tokens ('api-token') and tokens of report addresses ('claim-token'), by grain key. Triggers on GrainState maintain this
-- table in the same transaction, so it is always consistent with the states.
CREATE TABLE LiveKey
(
    Id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    Kind TEXT NOT NULL,
    Name TEXT NOT NULL,
    UNIQUE (Kind, Name)
);

-- A domain is hosted unless its state has "serving": "off". An unreadable state counts as hosted: a superfluous name costs only one look-up.
CREATE TRIGGER LiveKeyInserted AFTER INSERT ON GrainState WHEN NEW.GrainTypeString IN ('domain', 'api-token', 'claim-token')
BEGIN
    INSERT INTO LiveKey (Kind, Name)
    SELECT NEW.GrainTypeString, NEW.GrainIdExtensionString
    WHERE NEW.GrainIdExtensionString IS NOT NULL AND NEW.PayloadBinary IS NOT NULL
        AND (NEW.GrainTypeString <> 'domain' OR NOT json_valid(CAST(NEW.PayloadBinary AS TEXT))
            OR coalesce(json_extract(CAST(NEW.PayloadBinary AS TEXT), '$.serving'), 'off') <> 'off')
        AND NOT EXISTS (SELECT 1 FROM LiveKey WHERE Kind = NEW.GrainTypeString AND Name = NEW.GrainIdExtensionString);
END;

CREATE TRIGGER LiveKeyUpdated AFTER UPDATE ON GrainState WHEN NEW.GrainTypeString IN ('domain', 'api-token', 'claim-token')
BEGIN
    INSERT INTO LiveKey (Kind, Name)
    SELECT NEW.GrainTypeString, NEW.GrainIdExtensionString
    WHERE NEW.GrainIdExtensionString IS NOT NULL AND NEW.PayloadBinary IS NOT NULL
        AND (NEW.GrainTypeString <> 'domain' OR NOT json_valid(CAST(NEW.PayloadBinary AS TEXT))
            OR coalesce(json_extract(CAST(NEW.PayloadBinary AS TEXT), '$.serving'), 'off') <> 'off')
        AND NOT EXISTS (SELECT 1 FROM LiveKey WHERE Kind = NEW.GrainTypeString AND Name = NEW.GrainIdExtensionString);
    DELETE FROM LiveKey
    WHERE Kind = NEW.GrainTypeString AND Name = NEW.GrainIdExtensionString
        AND (NEW.PayloadBinary IS NULL
            OR (NEW.GrainTypeString = 'domain' AND json_valid(CAST(NEW.PayloadBinary AS TEXT))
                AND coalesce(json_extract(CAST(NEW.PayloadBinary AS TEXT), '$.serving'), 'off') = 'off'));
END;

CREATE TRIGGER LiveKeyDeleted AFTER DELETE ON GrainState WHEN OLD.GrainTypeString IN ('domain', 'api-token', 'claim-token')
BEGIN
    DELETE FROM LiveKey WHERE Kind = OLD.GrainTypeString AND Name = OLD.GrainIdExtensionString;
END;
