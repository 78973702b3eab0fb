using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>
/// Advances a hostname's time. The events between two requests are simulated in order, with the DNS as of the second.
/// </summary>
internal sealed class Lifecycle(SimulatorOptions options, IDnsLookup dns)
{
    /// <summary>Steps simulated at once: a year of rechecks is some 1,500.</summary>
    private const int MostSteps = 20_000;

    private static readonly string[] Authorities = ["pki.goog", "letsencrypt.org", "ssl.com"];

    /// <summary>False when the hostname no longer exists.</summary>
    public async Task<bool> AdvanceAsync(SimulatedHostname hostname, DateTimeOffset now, bool issues, CancellationToken cancellationToken)
    {
        var view = new DnsView();
        for (var step = 0; step < MostSteps; step++)
        {
            var next = new[] { hostname.NextCheckAt, hostname.GoneAt, hostname.Certificate?.NextStepAt, Expiry(hostname.Certificate) }.Min();
            if (next is not { } at || at > now)
                return true;
            if (at == hostname.GoneAt)
                return false;
            if (!view.IsRead)
                view = await ReadAsync(hostname.Hostname, cancellationToken);
            if (at == hostname.NextCheckAt)
                Check(hostname, at, view);
            else if (at == hostname.Certificate!.NextStepAt)
                Step(hostname.Certificate, at, view, issues);
            else
                (hostname.Certificate.Status, hostname.Certificate.NextStepAt) = ("expired", null);
        }
        throw new InvalidOperationException($"{hostname.Hostname}: more than {MostSteps} steps at once.");
    }

    /// <summary>The end of a certificate that is still in use.</summary>
    private static DateTimeOffset? Expiry(SimulatedCertificate? certificate) => certificate?.Status == "expired" ? null : certificate?.ExpiresAt;

    private static void Check(SimulatedHostname hostname, DateTimeOffset at, DnsView view)
    {
        hostname.Checks++;
        if (view.Points is null && hostname.Status == "active")
        {
            hostname.NextCheckAt = at + Timings.Recheck;
        }
        else if (view.Points == true)
        {
            (hostname.Status, hostname.Checks, hostname.NextCheckAt) = ("active", 0, at + Timings.Recheck);
            hostname.VerificationErrors.Clear();
        }
        else
        {
            hostname.VerificationErrors.Clear();
            hostname.VerificationErrors.Add("custom hostname does not CNAME to this zone.");
            if (hostname.Status == "active" || hostname.Checks >= Timings.MostHostnameChecks)
                (hostname.Status, hostname.NextCheckAt, hostname.GoneAt) = ("moved", null, at + Timings.MovedIsKept);
            else
                hostname.NextCheckAt = at + Timings.GapAfter(hostname.Checks);
        }
    }

    private void Step(SimulatedCertificate certificate, DateTimeOffset at, DnsView view, bool issues)
    {
        switch (certificate.Status)
        {
            case "initializing":
                (certificate.Status, certificate.Validations, certificate.NextStepAt) = ("pending_validation", 0, at + (options.DelayFactor * Timings.FirstCheck));
                break;
            case "pending_validation":
                Validate(certificate, at, view);
                break;
            case "pending_issuance" when issues:
                (certificate.Status, certificate.NextStepAt) = ("pending_deployment", at + (options.DelayFactor * Timings.Deployment));
                break;
            case "pending_issuance" when certificate.Validations == 0:
                (certificate.Validations, certificate.NextStepAt) = (1, at + Timings.IssuanceTimeout);
                break;
            case "pending_issuance":
                (certificate.Status, certificate.NextStepAt) = ("issuance_timed_out", null);
                break;
            case "pending_deployment":
                (certificate.Status, certificate.IssuedAt, certificate.ExpiresAt) = ("active", at, at + Timings.CertificateLife);
                certificate.NextStepAt = certificate.ExpiresAt - Timings.RenewalBegins;
                break;
            default: // active: the renewal begins, the old certificate stays in use.
                (certificate.Status, certificate.Validations, certificate.NextStepAt) = ("pending_validation", 0, at + (options.DelayFactor * Timings.FirstCheck));
                break;
        }
    }

    private void Validate(SimulatedCertificate certificate, DateTimeOffset at, DnsView view)
    {
        certificate.ValidationErrors.Clear();
        certificate.Validations++;
        var error = options.FallbackOrigin is null ? "Zone does not have a fallback origin set." : view.Points != true ? null : view.CaaProblem;
        if (error is not null)
            certificate.ValidationErrors.Add(error);
        if (error is null && view.Points == true)
            (certificate.Status, certificate.Validations, certificate.NextStepAt) = ("pending_issuance", 0, at + (options.DelayFactor * Timings.Issuance));
        else if (certificate.Validations >= Timings.MostValidations)
            (certificate.Status, certificate.NextStepAt) = ("validation_timed_out", null);
        else
            certificate.NextStepAt = at + Timings.GapAfter(certificate.Validations);
    }

    private async Task<DnsView> ReadAsync(string hostname, CancellationToken cancellationToken)
    {
        var cname = await dns.QueryAsync(hostname, DnsType.Cname, cancellationToken);
        bool? points = cname.Status == DnsStatus.Failed ? null : cname.Records.Any(record => IsTarget(record.Value));
        return new DnsView { IsRead = true, Points = points, CaaProblem = await CaaProblemAsync(hostname, cancellationToken) };
    }

    /// <summary>As an authority looks for CAA: the first name with records counts, from the hostname upwards.</summary>
    private async Task<string?> CaaProblemAsync(string hostname, CancellationToken cancellationToken)
    {
        for (var labels = hostname.Split('.'); labels.Length > 0; labels = labels[1..])
        {
            var name = string.Join('.', labels);
            if (await dns.QueryAsync(name, DnsType.Caa, cancellationToken) is { Status: DnsStatus.Found or DnsStatus.Failed } answer)
                return Caa(name, answer);
        }
        return null;
    }

    private bool IsTarget(string name) =>
        string.Equals(name, options.CnameTarget, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + options.CnameTarget, StringComparison.OrdinalIgnoreCase);

    private static string? Caa(string hostname, DnsAnswer answer)
    {
        if (answer.Status == DnsStatus.Failed)
            return $"SERVFAIL looking up CAA for {hostname}";
        string[] issue = [.. answer.Records.Select(record => record.Value).Where(value => value.Contains(" issue ", StringComparison.Ordinal))];
        return issue.Length == 0 || issue.Any(value => Authorities.Any(authority => value.Contains(authority, StringComparison.Ordinal)))
            ? null
            : $"CAA records of {hostname} do not allow the certificate authority to issue";
    }

    /// <summary>The DNS state of a hostname.</summary>
    private readonly record struct DnsView(bool IsRead, bool? Points, string? CaaProblem);
}
