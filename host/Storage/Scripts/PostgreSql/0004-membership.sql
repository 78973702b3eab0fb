-- Who is in the cluster. Every change counts the cluster's version up in the same statement, and only from the version that the writer saw:
-- two silos that decide on the same view cannot both win. The deployment is the cluster's id.
CREATE TABLE ClusterVersion
(
    DeploymentId text NOT NULL PRIMARY KEY,
    Version integer NOT NULL,
    ModifiedOn timestamptz NOT NULL
);

CREATE TABLE ClusterMember
(
    DeploymentId text NOT NULL REFERENCES ClusterVersion,
    Address text NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName text NOT NULL,
    HostName text NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer NOT NULL,
    SuspectTimes text NULL,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', '
WITH inserted AS
(
    INSERT INTO ClusterVersion (DeploymentId, Version, ModifiedOn)
    VALUES (@DeploymentId, 0, now())
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) > 0 FROM inserted'),

('InsertMembershipKey', '
WITH counted AS
(
    UPDATE ClusterVersion
    SET Version = Version + 1, ModifiedOn = now()
    WHERE DeploymentId = @DeploymentId AND Version = @Version
        AND NOT EXISTS (SELECT 1 FROM ClusterMember
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING 1
),
inserted AS
(
    INSERT INTO ClusterMember
        (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM counted
    RETURNING 1
)
SELECT count(*) > 0 FROM inserted'),

('UpdateMembershipKey', '
WITH counted AS
(
    UPDATE ClusterVersion
    SET Version = Version + 1, ModifiedOn = now()
    WHERE DeploymentId = @DeploymentId AND Version = @Version
        AND EXISTS (SELECT 1 FROM ClusterMember
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
    RETURNING 1
),
updated AS
(
    UPDATE ClusterMember
    SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    FROM counted
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
    RETURNING 1
)
SELECT count(*) > 0 FROM updated'),

-- A sign of life changes nobody's view of the cluster: the version stays.
('UpdateIAmAlivetimeKey', '
UPDATE ClusterMember
SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation'),

-- One row at least, for the version: the member's columns are null where there is none.
('MembershipReadAllKey', '
SELECT v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime
FROM ClusterVersion v
LEFT JOIN ClusterMember m ON m.DeploymentId = v.DeploymentId
WHERE v.DeploymentId = @DeploymentId'),

('MembershipReadRowKey', '
SELECT v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime
FROM ClusterVersion v
LEFT JOIN ClusterMember m ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
WHERE v.DeploymentId = @DeploymentId'),

('GatewaysQueryKey', '
SELECT Address, ProxyPort, Generation
FROM ClusterMember
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0'),

('DeleteMembershipTableEntriesKey', '
DELETE FROM ClusterMember WHERE DeploymentId = @DeploymentId;
DELETE FROM ClusterVersion WHERE DeploymentId = @DeploymentId'),

-- 6 is a dead silo; any other may have been cut off for long and come back.
('CleanupDefunctSiloEntriesKey', '
DELETE FROM ClusterMember
WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status = 6'),

-- One dead silo, as long as it is still as it was when it was found to be old.
('CleanupDefunctSiloEntryKey', '
DELETE FROM ClusterMember
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
    AND Status = 6 AND StartTime = @StartTime AND IAmAliveTime = @IAmAliveTime
    AND coalesce(SuspectTimes, '''') = coalesce(@SuspectTimes, '''')');
