using MtaSts.Application.Moving;
using MtaSts.Grains;
using MtaSts.Protocol;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Domains;

/// <summary>One step for the owner.</summary>
/// <param name="Record">The TXT record to publish; null when there is none.</param>
public sealed record RetirementStep(string Title, string Text, (string Name, string Value)? Record = null);

/// <summary>
/// The owner's steps when hosting ends, in order. The id is first: senders fetch the policy again only when it changes (RFC 8461 §3.1), so without it
/// they do not see mode none before the old policy expires. Steps name only records that are in the DNS.
/// </summary>
public static class RetirementSteps
{
    private const string Why = "Many senders fetch the policy again only when the id changes. Until they see the new id, they apply the previous policy.";

    /// <summary>While retiring.</summary>
    public static IReadOnlyList<RetirementStep> Of(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return MoveInReport.HasMovedOut(view) ? [.. MovedOut(view)] : [Id(view), .. Rest(view, isOff: true)];
    }

    /// <summary>Before hosting is switched off.</summary>
    public static IReadOnlyList<RetirementStep> Before(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var id = IsDelegated(view)
            ? new RetirementStep("No record to publish", "The policy record is a CNAME to this service, which writes the new id.")
            : new RetirementStep("Publish the new id at once", $"The page shows it soon after hosting is switched off. {Why}");
        return [id, .. Rest(view, isOff: false)];
    }

    /// <summary>Another service serves the same policy: senders keep it, and an id of this service would only confuse them.</summary>
    private static IEnumerable<RetirementStep> MovedOut(DomainView view)
    {
        yield return new("Nothing to publish for this service", $"{DomainName.Parse(view.Name).PolicyHost} leads to another service, which serves the same policy. Senders keep that policy. Publish the id of the other service, not one of this service.");
        yield return new("Check the policy record", "If the policy record is a CNAME to this service, replace it with the record of the other service.");
        yield return new(
            $"Kept ready until {(view.Hosting.SafeToRemoveAt is { } safe ? Show.Utc(safe) : "the date shown here")}",
            "Until then this service continues to answer with mode none if the CNAME leads here again: a sender may still have a policy that was served here.");
    }

    private static RetirementStep Id(DomainView view)
    {
        if (view.Policy is not { Announced: true } policy)
            return new("Publish the new id soon", $"It is shown here {Moment(view.Hosting)}. {Why}");
        if (view.PolicyRecordState == RecordState.Ok)
            return new("The new id is published", "Senders that see it fetch mode none. You have nothing to publish.");
        if (IsDelegated(view))
            return new("No record to publish", $"The policy record is a CNAME to this service, which writes the new id. {view.PolicyRecord!.Detail}".TrimEnd());
        return new("Publish this id now", Why, (DomainName.Parse(view.Name).PolicyRecordName, PolicyRecord.Write(policy.Id)));
    }

    private static IEnumerable<RetirementStep> Rest(DomainView view, bool isOff)
    {
        var host = DomainName.Parse(view.Name).PolicyHost;
        var record = DomainName.Parse(view.Name).PolicyRecordName;
        var until = view.Hosting.SafeToRemoveAt is { } safe ? Show.Utc(safe) : "the date shown here";
        if (view.CnameState is RecordState.Missing or RecordState.Mismatch)
            yield return new("Publish the CNAME again", $"It does not point to this service, so senders cannot fetch mode none. Its value is shown under Set-up.");
        yield return new($"Keep both until {until}", $"The CNAME at {host} and the policy record at {record} must stay until then: senders may still have the previous policy in their cache.");
        yield return new(
            isOff ? $"From {until} on you can delete them" : "Then delete them",
            "The page shows this at that time. The reporting record is not part of hosting: you can keep it, or delete it at any time.");
    }

    /// <summary>The service controls the policy record, by the owner's CNAME.</summary>
    private static bool IsDelegated(DomainView view) =>
        view.PolicyRecord is { Type: "CNAME", Expected: { } target } record && record.Observed.Contains(target, StringComparer.OrdinalIgnoreCase);

    private static string Moment(HostingView hosting) => hosting switch
    {
        { AnnounceAt: { } at } => $"at {Show.UtcSeconds(at)}, when every gateway serves mode none",
        { AwaitsOutsideFetch: true } => "when a fetch from outside has returned mode none",
        _ => "when every gateway serves mode none",
    };
}
