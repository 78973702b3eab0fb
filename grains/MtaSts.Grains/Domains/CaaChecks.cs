using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Whether the CAA records seen let the provider's authorities issue, and what to publish where they do not.</summary>
internal static class CaaChecks
{
    private const string Kind = "caa-refused";

    /// <summary>A renewal that CAA refuses becomes critical this long before the certificate ends.</summary>
    private static readonly TimeSpan RenewalIsLate = TimeSpan.FromDays(14);

    /// <summary>Null while nothing refuses, or nothing is known.</summary>
    public static CaaRefusal? Refusal(Observation? seen, NamingOptions naming)
    {
        if (seen?.Caa is not { Status: DnsStatus.Found, Owner: { } owner, Authorities.Count: > 0 } caa)
            return null;
        var because = CaaRules.Judge([.. caa.Values.Select(CaaProperty.Read)], caa.Authorities) switch
        {
            CaaVerdict.OthersOnly others => $"let only {Names.Listed(others.Named)} issue certificates",
            CaaVerdict.Nobody => "let nobody issue certificates",
            CaaVerdict.Narrowed narrowed => $"name {Names.Listed(narrowed.Authorities)} only for another account or another way of validation",
            CaaVerdict.CriticalUnknown critical => $"hold a critical property “{critical.Tag}” that authorities do not know",
            _ => null,
        };
        if (because is null)
            return null;
        var problem = $"The CAA records at {owner} {because}: none of the hostname provider's authorities ({string.Join(", ", caa.Authorities)}) may make the policy host's certificate.";
        if (because.StartsWith("hold", StringComparison.Ordinal))
            return new CaaRefusal(problem, $"Remove that property at {owner}, or write its flags as 0.", []);
        string[] lines = [.. caa.Authorities.Select(authority => CaaProperty.Line(owner, authority))];
        var who = owner.EndsWith("." + naming.HostingTarget, StringComparison.OrdinalIgnoreCase) ? "The operator must add" : "Add";
        return new CaaRefusal(problem, lines.Length == 1 ? $"{who} {lines[0]}" : $"{who} these records, at least the first: {string.Join(" · ", lines)}", lines);
    }

    /// <summary>While live: the certificate there is serves on, the next one will not be made. Stays as it is while the DNS gives no answer.</summary>
    public static AlertCondition? Alert(DomainState state, Claim claim, Observation seen, NamingOptions naming, DateTimeOffset now)
    {
        if (!HostnameLoss.IsReliedOn(state))
            return null;
        if (seen.Caa is { Status: DnsStatus.Failed })
            return claim.Alerts.FirstOrDefault(alert => alert.Kind == Kind);
        if (Refusal(seen, naming) is not { } refusal)
            return null;
        var severity = state.CertificateExpiresAt - now < RenewalIsLate ? AlertSeverity.Critical : AlertSeverity.Warning;
        return new(Kind, severity, $"The certificate cannot be renewed. {refusal.Problem} {refusal.NextStep}");
    }

    /// <summary>What is wrong with hosting and what to do, with CAA where it explains more than the provider can.</summary>
    public static (string? Problem, string? NextStep) Explain(DomainState state, CaaRefusal? refusal) => (state.Serving, refusal) switch
    {
        (ServingState.Provisioning, { } caa) => (caa.Problem, caa.NextStep),
        (ServingState.Live, { } caa) => state.Problem is null ? ($"The certificate cannot be renewed. {caa.Problem}", caa.NextStep) : (state.Problem, caa.NextStep),
        _ => (state.Problem, state.NextStep),
    };
}
