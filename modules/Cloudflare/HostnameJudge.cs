using System.Globalization;
using MtaSts.Modules.Cloudflare.Api;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Combines Cloudflare's two state machines, the hostname's and its certificate's. Live means that both are active; a certificate that is being renewed is still served.
/// </summary>
internal static class HostnameJudge
{
    /// <summary>Cloudflare renews from 30 days before the expiry; at this time the renewal has failed.</summary>
    public static readonly TimeSpan RenewalIsLate = TimeSpan.FromDays(14);

    public static Judgement Judge(CustomHostname hostname, HostnameRequest request, DateTimeOffset now) => hostname.Status switch
    {
        _ when HostnameStatus.IsActive(hostname.Status) => Certificate(hostname, request, now),
        HostnameStatus.PendingDeletion => new Judgement.Ending(),
        HostnameStatus.Moved or HostnameStatus.Deleted => new Judgement.Stopped(
            $"Cloudflare no longer sees {request.PolicyHost} point to this service (status {hostname.Status}).", OwnerSteps.PublishCname(request), NeedsCname: true),
        HostnameStatus.Blocked or HostnameStatus.PendingBlocked => new Judgement.Stopped(
            Because($"Cloudflare blocks {request.PolicyHost}", hostname.VerificationErrors), OwnerSteps.LiftHold),
        // Pending in its several forms, and unknown values.
        _ => Unverified(hostname, request),
    };

    private static Judgement.Waiting Unverified(CustomHostname hostname, HostnameRequest request)
    {
        var reason = hostname.Status is HostnameStatus.Pending
            ? Because($"Cloudflare has not yet seen {request.PolicyHost} point to this service", hostname.VerificationErrors)
            : Because($"Cloudflare has {request.PolicyHost} in status {FailureReader.Line(hostname.Status)}", hostname.VerificationErrors);
        return new Judgement.Waiting(reason, OwnerSteps.PublishCname(request));
    }

    private static Judgement Certificate(CustomHostname hostname, HostnameRequest request, DateTimeOffset now)
    {
        if (hostname.Ssl is not { } ssl)
            return new Judgement.Stopped($"Cloudflare has {request.PolicyHost} without a certificate.", null);
        var serves = ssl.Status is not SslStatus.Expired and not SslStatus.Deleted and not SslStatus.Inactive && ssl.LastsUntil > now ? ssl.LastsUntil : null;
        if (ssl.Settings?.MinTlsVersion is "1.0" or "1.1")
            return new Judgement.Stopped($"Cloudflare lets {request.PolicyHost} be fetched with TLS {ssl.Settings.MinTlsVersion}; it is being set to {SslRequest.MinTlsVersion}.", null, Serves: ssl.Status == SslStatus.Active || serves is not null, ServesUntil: serves);
        if (ssl.Status == SslStatus.Active)
            return new Judgement.Serving(ssl.LastsUntil);
        var late = serves - now < RenewalIsLate;
        if (serves is not null && !late && !SslStatus.HasStopped(ssl.Status))
            return new Judgement.Serving(serves);
        var errors = ssl.ValidationErrors?.Select(error => error.Message ?? "");
        var reason = Because(Doing(ssl.Status, request, serves), errors);
        var step = OwnerSteps.ForValidation(errors, request);
        // A late renewal without a message from Cloudflare most often lacks the CNAME, and so does one that has stopped.
        if (late || SslStatus.HasStopped(ssl.Status))
            step ??= OwnerSteps.PublishCname(request);
        else if (request.PolicyHost.Contains("xn--", StringComparison.OrdinalIgnoreCase))
            step ??= OwnerSteps.InternationalName;
        return SslStatus.HasStopped(ssl.Status)
            ? new Judgement.Stopped(reason, step, Serves: serves is not null, ServesUntil: serves, IsLate: late)
            : new Judgement.Waiting(reason, step);
    }

    private static string Doing(string? status, HostnameRequest request, DateTimeOffset? serves) => serves is { } end
        ? string.Create(CultureInfo.InvariantCulture, $"The certificate of {request.PolicyHost} ends on {end.UtcDateTime:yyyy-MM-dd} and Cloudflare has not renewed it (status {FailureReader.Line(status)})")
        : status switch
        {
            SslStatus.Initializing or SslStatus.PendingValidation => $"The certificate authority has yet to validate {request.PolicyHost}",
            SslStatus.PendingIssuance => $"The certificate of {request.PolicyHost} is being issued",
            SslStatus.PendingDeployment => $"The certificate of {request.PolicyHost} is being deployed",
            SslStatus.Expired => $"The certificate of {request.PolicyHost} has expired",
            _ => $"Cloudflare has the certificate of {request.PolicyHost} in status {FailureReader.Line(status)}",
        };

    /// <summary>The reason with Cloudflare's messages.</summary>
    private static string Because(string reason, IEnumerable<string>? errors)
    {
        string[] told = [.. (errors ?? []).Where(error => !string.IsNullOrWhiteSpace(error)).Take(ApiLimits.MaxErrors).Select(FailureReader.Line)];
        return told.Length == 0 ? reason + "." : $"{reason}. Cloudflare: {string.Join("; ", told)}";
    }
}
