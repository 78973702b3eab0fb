using MtaSts.Grains;
using MtaSts.Protocol;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Domains;

/// <summary>Texts for the states of hosting. Only a policy that was fetched from outside is called "Live".</summary>
public static class HostingTexts
{
    /// <summary>The state in one or two words.</summary>
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
                "Monitoring only: records are checked and reports are counted. With hosting on and the CNAME in place, the policy is served at "
                + $"https://mta-sts.{view.Name}/.well-known/mta-sts.txt. {Beginning(view.Draft)}",
            HostingState.AwaitingCname => "Hosting is on and begins when the CNAME is found. The DNS is checked regularly, and more often while this page is open.",
            HostingState.Provisioning when view.Hosting.Problem is not null => "Hosting has begun. The hostname provider cannot finish the set-up of the policy host.",
            HostingState.Provisioning => "Hosting has begun. The policy host is being set up at the hostname provider. This takes one or two minutes.",
            HostingState.Live => Outside(view.Hosting),
            HostingState.Retiring => "Hosting was switched off. A policy with mode none is served, so that senders replace the previous policy without losing mail (RFC 8461 §8.3).",
            HostingState.Removing => "The retirement has ended. The policy host is being removed.",
            _ => "",
        };
    }

    /// <summary>Result of the fetch from outside.</summary>
    public static string Outside(HostingView hosting)
    {
        ArgumentNullException.ThrowIfNull(hosting);
        return hosting.Outside switch
        {
            OutsideFetch.Returned when hosting.OutsideAt is { } at => $"Senders get your policy over HTTPS: it was fetched from outside at {Show.Utc(at)}.",
            OutsideFetch.Failing => "Served by this gateway, but a fetch from outside fails, so senders may not get it either.",
            OutsideFetch.Off => "Served by this gateway; not fetched from outside, because that is switched off in this service (Hosting:OutsideCheck). It is not known whether senders get it.",
            _ => "Served by this gateway; not yet fetched from outside.",
        };
    }

    private static string Beginning(PolicyContent? draft) => draft?.Mode switch
    {
        PolicyMode.Enforce => "Hosting begins with your saved policy in mode enforce: senders do not deliver to a host that it does not cover. You are asked to confirm if mail could be lost.",
        PolicyMode.None => "Hosting begins with your saved policy in mode none, which has the same effect as no policy.",
        _ => "Hosting begins in mode testing: mail is delivered as before, and senders report failures.",
    };
}
