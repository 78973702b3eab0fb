using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Whether the CAA records allow the provider's authorities to issue, and what to publish if they do not.</summary>
internal static class CaaChecks
{
    /// <summary>A renewal that CAA forbids becomes critical this long before the certificate expires.</summary>
    private static readonly TimeSpan RenewalIsLate = TimeSpan.FromDays(14);

    /// <summary>Null when nothing forbids issuance, or nothing is known.</summary>
    public static CaaRefusal? Refusal(Observation? seen, NamingOptions naming)
    {
        if (seen?.Caa is not { Status: DnsStatus.Found, Owner: { } owner } caa)
            return null;
        return CaaAdvice.For(owner, caa.Values, caa.Authorities, IsOperators(owner, naming)) is { } advice ? new CaaRefusal(advice.Problem, advice.NextStep, advice.Records) : null;
    }

    /// <summary>While live: the current certificate continues to work, but the next one cannot be issued. Unchanged while the DNS does not answer.</summary>
    public static AlertCondition? Alert(DomainState state, Claim claim, Observation seen, NamingOptions naming, DateTimeOffset now)
    {
        if (!HostnameLoss.IsReliedOn(state))
            return null;
        if (seen.Caa is { Status: DnsStatus.Failed })
            return claim.Alerts.FirstOrDefault(alert => alert.Kind == AlertKinds.CaaRefused);
        if (seen.Caa is not { Owner: { } owner } caa || Refusal(seen, naming) is null)
            return null;
        return AlertCondition.Of(AlertKinds.CaaRefused)
            .With(AlertParameters.Owner, owner)
            .With(AlertParameters.Caa, caa.Values)
            .With(AlertParameters.Authorities, caa.Authorities)
            .With(AlertParameters.Operator, IsOperators(owner, naming))
            .With(AlertParameters.Late, state.Hostname?.CertificateExpiresAt - now < RenewalIsLate);
    }

    private static bool IsOperators(string owner, NamingOptions naming) => owner.EndsWith("." + naming.HostingTarget, StringComparison.OrdinalIgnoreCase);

    /// <summary>The problem with hosting and what to do; uses CAA where it explains more than the provider's message.</summary>
    public static (string? Problem, string? NextStep) Explain(DomainState state, CaaRefusal? refusal) => (state.Serving, refusal) switch
    {
        (ServingState.Provisioning, { } caa) => (caa.Problem, caa.NextStep),
        (ServingState.Live, { } caa) => (state.Hostname?.Problem ?? $"The certificate cannot be renewed. {caa.Problem}", caa.NextStep),
        _ => (state.Hostname?.Problem, state.Hostname?.NextStep),
    };
}
