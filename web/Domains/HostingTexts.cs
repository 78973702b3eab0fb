using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Web.Domains;

/// <summary>What each state of hosting means for the owner.</summary>
internal static class HostingTexts
{
    public static string Explain(DomainView view) => view.Hosting.State switch
    {
        HostingState.Off =>
            "Only watched: we look at the records and count the reports. When you switch hosting on and publish the CNAME, we serve the policy at "
            + $"https://mta-sts.{view.Name}/.well-known/mta-sts.txt and keep its certificate alive. {Beginning(view.Draft)}",
        HostingState.AwaitingCname => "Publish the CNAME shown below. We keep looking for it, most often while this page is open; once it is seen, the policy is served and its certificate is made.",
        HostingState.Provisioning => "The CNAME is there. The policy host and its certificate are being made; this takes a minute or two.",
        HostingState.Live => "Senders are given your policy over HTTPS, and its certificate is kept alive.",
        HostingState.Retiring => "Hosting was switched off. Senders are given a policy of mode none, so that those who kept the old one forget it safely (RFC 8461 §8.3).",
        HostingState.Removing => "The retirement is over; the policy host is being removed. You can delete the CNAME and the policy record.",
        _ => "",
    };

    private static string Beginning(PolicyContent? draft) => draft?.Mode switch
    {
        PolicyMode.Enforce => "It begins with the policy you have kept, which enforces: senders do not deliver to a host that it does not cover. You are asked once more where that may lose mail.",
        PolicyMode.None => "It begins with the policy you have kept, of mode none: as if there were no policy.",
        _ => "It begins in testing: mail is delivered as before, and senders report what would fail.",
    };
}
