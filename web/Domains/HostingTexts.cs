using MtaSts.Grains;
using MtaSts.Protocol;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Domains;

/// <summary>What each state of hosting means for the owner. "Live" is said only of a policy that was fetched from outside.</summary>
public static class HostingTexts
{
    /// <summary>The state in a word or two.</summary>
    public static string State(HostingView hosting)
    {
        ArgumentNullException.ThrowIfNull(hosting);
        return hosting.State switch
        {
            HostingState.Off => "Monitoring",
            HostingState.AwaitingCname => "Waiting for CNAME",
            HostingState.Provisioning => "Setting up",
            HostingState.Live when hosting.Outside == OutsideFetch.Returned => "Live",
            HostingState.Live when hosting.Outside == OutsideFetch.Failing => "Not reached",
            HostingState.Live => "Not verified",
            HostingState.Retiring => "Retiring",
            HostingState.Removing => "Removing",
            _ => hosting.State.ToString(),
        };
    }

    public static string Explain(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Hosting.State switch
        {
            HostingState.Off =>
                "Monitoring only: we check the records and count the reports. With hosting on and the CNAME in place, the policy is served at "
                + $"https://mta-sts.{view.Name}/.well-known/mta-sts.txt. {Beginning(view.Draft)}",
            HostingState.AwaitingCname => "Hosting is on and begins when the CNAME is seen. We keep looking for it, most often while this page is open.",
            HostingState.Provisioning => "Hosting has begun. The policy host is being set up at the hostname provider; this takes a minute or two.",
            HostingState.Live => Outside(view.Hosting),
            HostingState.Retiring => "Hosting was switched off. Senders are given a policy of mode none, so that those that still hold the old one drop it safely (RFC 8461 §8.3).",
            HostingState.Removing => "The retirement is over; the policy host is being removed.",
            _ => "",
        };
    }

    /// <summary>What is known of the policy from outside.</summary>
    public static string Outside(HostingView hosting)
    {
        ArgumentNullException.ThrowIfNull(hosting);
        return hosting.Outside switch
        {
            OutsideFetch.Returned when hosting.OutsideAt is { } at => $"Senders get your policy over HTTPS: it was fetched from outside at {Show.Utc(at)}.",
            OutsideFetch.Failing => "Served by this gateway, but a fetch from outside fails, so senders may not get it either.",
            OutsideFetch.Off => "Served by this gateway; not fetched from outside, because that is switched off in this service (Hosting:OutsideCheck). Whether senders get it is not known.",
            _ => "Served by this gateway; not yet fetched from outside.",
        };
    }

    private static string Beginning(PolicyContent? draft) => draft?.Mode switch
    {
        PolicyMode.Enforce => "It begins with the policy you have saved, which enforces: senders do not deliver to a host that it does not cover. You are asked to confirm if that may lose mail.",
        PolicyMode.None => "It begins with the policy you have saved, of mode none: as if there were no policy.",
        _ => "It begins in testing: mail is delivered as before, and senders report what would fail.",
    };
}
