using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Alerts;

/// <summary>What the texts about MX hosts have in common: where and since when it is so, and what senders do.</summary>
public static partial class AlertCatalog
{
    private static Words MxUnreachable(Facts facts)
    {
        var families = facts.All(AlertParameters.Address).Select(static address => address.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4").Distinct().Order(StringComparer.Ordinal).ToArray();
        var isAll = facts.Is(AlertParameters.All);
        return new(
            isAll ? facts.Mode() : AlertSeverity.Warning,
            isAll ? "No MX host can be reached" : "An MX host cannot be reached",
            $"{Hosts(facts)} cannot be reached on port 25{(families.Length == 0 ? "" : $" over {string.Join(" and ", families)}")}: {NameList.Text([.. facts.All(AlertParameters.Seen).Select(Reached)])}. "
                + $"{(isAll ? "Senders keep mail in their queues, and return it after some days." : "Senders try the other addresses and MX hosts.")}{FirstSeen(facts)}",
            facts.All(AlertParameters.Seen).Contains(nameof(FetchFaultKind.NoAddress)) ? "Publish an address for the MX host, or remove its MX record." : "Check the mail server, its firewall, and its addresses in the DNS.",
            "mx");
    }

    private static Words OfMx(Facts facts, string title, string problem, string nextStep) => new(facts.Mode(), title, $"{problem} {WhenRefused(facts, "Senders")}{FirstSeen(facts)}", nextStep, "mx");

    /// <summary>What the fault means for mail, by the mode that senders apply.</summary>
    private static string WhenRefused(Facts facts, string senders) => facts.Text(AlertParameters.Mode) switch
    {
        _ when facts.Is(AlertParameters.Cached) => $"{senders} that cached the previous, enforced policy do not deliver there.",
        "enforce" => $"{senders} that enforce the policy do not deliver there.",
        "testing" => $"{senders} report this and still deliver; once the policy is enforced, they do not.",
        _ => $"{senders} still deliver; with a policy in enforce, they would not.",
    };

    private static string Hosts(Facts facts)
    {
        var addresses = facts.All(AlertParameters.Address);
        return NameList.Text(facts.All(AlertParameters.Mx)) + (addresses.Length == 0 ? "" : $" ({NameList.Text(addresses)})");
    }

    private static string Seen(Facts facts) => NameList.Text(facts.All(AlertParameters.Seen)) is { Length: > 0 } seen ? seen : "no name";

    private static string Validity(Facts facts) => NameList.Text([.. facts.All(AlertParameters.Seen).Select(static term => $"from {term.Replace("/", " to ", StringComparison.Ordinal)}")]);

    private static string FirstSeen(Facts facts) => facts.Text(AlertParameters.Since) is { Length: > 0 } since ? $" First seen {since.Replace('T', ' ').Replace("Z", " UTC", StringComparison.Ordinal)}." : "";

    private static string Reached(string seen) => seen switch
    {
        nameof(MxOutcome.NoAnswer) => "no answer",
        nameof(MxOutcome.Refused) => "the connection is refused",
        nameof(MxOutcome.NotSmtp) => "the server does not answer with SMTP",
        nameof(MxOutcome.PrivateAddress) => "the address is not a public one",
        nameof(FetchFaultKind.NoAddress) => "the name has no address",
        _ => seen,
    };
}
