namespace MtaSts.Grains.Domains;

/// <summary>What the owner of a delegated policy record should know: it is the service that has to keep it right.</summary>
internal static class DelegationAlerts
{
    public const string Kind = "policy-record-not-written";

    /// <summary>The owner's CNAME leads to the holder's record in the service's zone.</summary>
    public static bool IsDelegated(Claim claim, Observation seen, NamingOptions naming) => DelegatedRecords.LeadsTo(seen.PolicyAlias, naming.PolicyRecordTarget(claim.Token));

    /// <summary>The record could not be written for some tries.</summary>
    public static AlertCondition? NotWritten(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options)
    {
        if (!IsDelegated(claim, seen, naming) || DelegatedRecords.Find(state, naming.PolicyRecordTarget(claim.Token)) is not { Problem: { } problem } order || order.Attempts < options.AlertAfterTries)
            return null;
        return new(Kind, AlertSeverity.Warning, $"The policy record behind your CNAME could not be written. {problem} {order.NextStep} Senders keep what they know.".Replace("  ", " ", StringComparison.Ordinal));
    }
}
