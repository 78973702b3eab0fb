-- Cluster membership. Each change increments the cluster version in the same statement, and only if the version is the one that the writer read.
-- So of two concurrent changes based on the same view, one fails. The deployment id is the cluster id.
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

-- The heartbeat does not change the membership, so the version stays the same.
('UpdateIAmAlivetimeKey', '
UPDATE ClusterMember
SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation'),

-- Returns at least one row for the version. The member columns are null if there is no member.
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

-- Status 6 is Dead. A silo in another state may have been disconnected for a long time and may return.
('CleanupDefunctSiloEntriesKey', '
DELETE FROM ClusterMember
WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status = 6'),

-- Deletes one dead silo if its row has not changed since it was found to be defunct.
('CleanupDefunctSiloEntryKey', '
DELETE FROM ClusterMember
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
    AND Status = 6 AND StartTime = @StartTime AND IAmAliveTime = @IAmAliveTime
    AND coalesce(SuspectTimes, '''') = coalesce(@SuspectTimes, '''')');
