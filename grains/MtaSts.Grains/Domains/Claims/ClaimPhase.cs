namespace MtaSts.Grains.Domains;

/// <summary>Current purpose of a claim's records: determines what an owner should publish, keep or delete.</summary>
internal enum ClaimPhase
{
    /// <summary>Hosting is off: records of hosting are not needed.</summary>
    Off,

    /// <summary>Hosting is switched on, but nothing is served yet.</summary>
    Wanted,

    /// <summary>The claim's policy is served.</summary>
    Served,

    /// <summary>Hosting was switched off, but senders may still have a cached policy: the records must stay.</summary>
    Retiring,

    /// <summary>The retirement has ended: the records may be removed.</summary>
    Ended,
}

internal static class ClaimPhases
{
    public static ClaimPhase Of(DomainState state, Claim claim) => state.Holder == claim.Workspace && state.Serving != ServingState.Off
        ? state.Serving switch
        {
            ServingState.Retiring => ClaimPhase.Retiring,
            ServingState.Removing => ClaimPhase.Ended,
            _ => ClaimPhase.Served,
        }
        : claim.HostingWanted ? ClaimPhase.Wanted : ClaimPhase.Off;

    /// <summary>The owner must publish the records of hosting.</summary>
    public static bool AreRecordsNeeded(this ClaimPhase phase) => phase is ClaimPhase.Wanted or ClaimPhase.Served or ClaimPhase.Retiring;
}
