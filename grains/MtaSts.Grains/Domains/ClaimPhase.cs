namespace MtaSts.Grains.Domains;

/// <summary>What a claim's records are for now: it decides what an owner is asked to publish, to keep or to delete.</summary>
internal enum ClaimPhase
{
    /// <summary>Hosting is off: records of hosting are not needed.</summary>
    Off,

    /// <summary>Hosting is wanted, and nothing is served yet.</summary>
    Wanted,

    /// <summary>The claim's policy is served.</summary>
    Served,

    /// <summary>Hosting was switched off, and senders may still hold a policy: the records must stay.</summary>
    Retiring,

    /// <summary>The retirement is over: the records may go.</summary>
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

    /// <summary>The owner is to have the records of hosting in the DNS.</summary>
    public static bool AreRecordsNeeded(this ClaimPhase phase) => phase is ClaimPhase.Wanted or ClaimPhase.Served or ClaimPhase.Retiring;
}
