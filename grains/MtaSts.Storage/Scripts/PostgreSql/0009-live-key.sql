-- Names that every process keeps in memory, so that requests with unknown names do not delay requests with known names: hosted domains
-- (Kind 'domain'), API tokens ('api-token') and tokens of report addresses ('claim-token'), by grain key. Triggers on GrainState maintain this
-- table in the same transaction, so it is always consistent with the states.
CREATE TABLE LiveKey
(
    Id bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    Kind text NOT NULL,
    Name text NOT NULL,
    UNIQUE (Kind, Name)
);

-- A domain is hosted unless its state has "serving": "off". An unreadable state counts as hosted: a superfluous name costs only one look-up, and
-- an error here must not prevent the write of the state.
CREATE FUNCTION LiveKeyIsLive(kind text, payload bytea) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF payload IS NULL THEN
        RETURN false;
    END IF;
    RETURN kind <> 'domain' OR coalesce(convert_from(payload, 'UTF8')::json ->> 'serving', 'off') <> 'off';
EXCEPTION WHEN OTHERS THEN
    RETURN true;
END;
$$;

CREATE FUNCTION LiveKeyFollow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.GrainIdExtensionString IS NOT NULL AND LiveKeyIsLive(NEW.GrainTypeString, NEW.PayloadBinary) THEN
        INSERT INTO LiveKey (Kind, Name) SELECT NEW.GrainTypeString, NEW.GrainIdExtensionString
        WHERE NOT EXISTS (SELECT 1 FROM LiveKey WHERE Kind = NEW.GrainTypeString AND Name = NEW.GrainIdExtensionString)
        ON CONFLICT DO NOTHING;
    ELSIF TG_OP <> 'INSERT' THEN
        DELETE FROM LiveKey WHERE Kind = OLD.GrainTypeString AND Name = OLD.GrainIdExtensionString;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER LiveKeyChanged AFTER INSERT OR UPDATE ON GrainState
    FOR EACH ROW WHEN (NEW.GrainTypeString IN ('domain', 'api-token', 'claim-token')) EXECUTE FUNCTION LiveKeyFollow();

CREATE TRIGGER LiveKeyDeleted AFTER DELETE ON GrainState
    FOR EACH ROW WHEN (OLD.GrainTypeString IN ('domain', 'api-token', 'claim-token')) EXECUTE FUNCTION LiveKeyFollow();
