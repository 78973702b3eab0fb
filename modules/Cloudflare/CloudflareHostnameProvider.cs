using MtaSts.Modules.Cloudflare.Api;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Policy hosts as custom hostnames of a Cloudflare zone. Each call reads the state at Cloudflare and makes at most one change to each hostname found,
/// so that calls can be repeated after a crash and run on several silos at once.
/// </summary>
internal sealed class CloudflareHostnameProvider(CloudflareClients clients, HostnameDirectory directory, Revivals revivals, IDnsLookup dns, TimeProvider clock) : IHostnameProvider, ICertificateAuthorities
{
    /// <summary>Stored with each hostname.</summary>
    public const string ProviderId = "hostname.cloudflare";

    /// <inheritdoc/>
    public string Id => ProviderId;

    /// <summary>The authorities that Cloudflare's documentation names (Google Trust Services, Let's Encrypt, SSL.com). Cloudflare selects one for each certificate.</summary>
    public IReadOnlyList<string> CaaIdentifiers { get; } = ["pki.goog", "letsencrypt.org", "ssl.com"];

    /// <inheritdoc/>
    public async Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        if (clients.Problem is { } problem)
            return new HostnameProgress.Failed($"Cloudflare is not set up: {problem}", "The operator must correct the settings.");
        var client = clients.Create();
        var found = await directory.FindAsync(client, request.PolicyHost, cancellationToken);
        return found switch
        {
            ApiAnswer<CustomHostname?>.Ok { Value: { } hostname } => await AdvanceAsync(client, hostname, request, cancellationToken),
            ApiAnswer<CustomHostname?>.Ok => await CreateAsync(client, request, cancellationToken),
            _ => Failure(found, request),
        };
    }

    /// <inheritdoc/>
    public async Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        if (clients.Problem is { } problem)
            return new HostnameRemoval.Failed($"Cloudflare is not set up: {problem}");
        var client = clients.Create();
        directory.Forget(request.PolicyHost);
        var found = await client.FindAsync(request.PolicyHost, cancellationToken);
        if (found is not ApiAnswer<IReadOnlyList<CustomHostname>>.Ok { Value: var hostnames })
            return FailureAnswers.Removal(((ApiAnswer<IReadOnlyList<CustomHostname>>.Failed)found).Failure);
        if (hostnames.Count == 0)
            return new HostnameRemoval.Removed();
        foreach (var hostname in hostnames.Where(item => item.Status != HostnameStatus.PendingDeletion))
        {
            if (await client.DeleteAsync(hostname.Id, cancellationToken) is ApiAnswer<DeletedHostname>.Failed { Failure: not ApiFailure.NotFound and var failure })
                return FailureAnswers.Removal(failure);
        }
        directory.Forget(request.PolicyHost);
        // Deletion may continue after Cloudflare has accepted it. Until then the query still returns the hostname.
        var left = await client.FindAsync(request.PolicyHost, cancellationToken);
        return left is ApiAnswer<IReadOnlyList<CustomHostname>>.Ok { Value.Count: 0 } ? new HostnameRemoval.Removed() : new HostnameRemoval.Pending(PollPace.Soonest);
    }

    private async Task<HostnameProgress> CreateAsync(CloudflareClient client, HostnameRequest request, CancellationToken cancellationToken)
    {
        var created = await client.CreateAsync(request.PolicyHost, SslRequest.For(request.PolicyHost), cancellationToken);
        directory.Forget(request.PolicyHost);
        if (created is ApiAnswer<CustomHostname>.Ok { Value: var made })
            return Progress(made, request) with { MadeAt = made.CreatedAt };
        var failure = ((ApiAnswer<CustomHostname>.Failed)created).Failure;
        if (failure is not ApiFailure.Duplicate)
            return FailureAnswers.Progress(failure, request);
        // Another silo created it, or an earlier request succeeded and its answer was lost. If this zone does not have the name, another zone has it.
        var found = await HostnameDirectory.FindByNameAsync(client, request.PolicyHost, cancellationToken);
        return found switch
        {
            ApiAnswer<CustomHostname?>.Ok { Value: { } hostname } => await AdvanceAsync(client, hostname, request, cancellationToken),
            ApiAnswer<CustomHostname?>.Ok => FailureAnswers.Progress(failure, request),
            _ => Failure(found, request),
        };
    }

    private async Task<HostnameProgress> AdvanceAsync(CloudflareClient client, CustomHostname hostname, HostnameRequest request, CancellationToken cancellationToken) =>
        await StepAsync(client, hostname, request, cancellationToken) with { MadeAt = hostname.CreatedAt };

    private async Task<HostnameProgress> StepAsync(CloudflareClient client, CustomHostname hostname, HostnameRequest request, CancellationToken cancellationToken) =>
        HostnameJudge.Judge(hostname, request, clock.GetUtcNow()) switch
        {
            Judgement.Stopped { NeedsCname: true } stopped when await PointsHereAsync(request, cancellationToken) == false => new HostnameProgress.Failed(stopped.Reason, stopped.NextStep),
            Judgement.Stopped stopped => await RestartStoppedAsync(client, hostname, stopped, request, cancellationToken),
            // Cloudflare's attempts are further apart the older the hostname is, up to four hours. The owner may have corrected the CNAME since the last one.
            Judgement.Waiting when Age(hostname) >= Revivals.ShortestPause && await PointsHereAsync(request, cancellationToken) == true => await RestartWaitingAsync(client, hostname, request, cancellationToken),
            _ => Progress(hostname, request),
        };

    /// <summary>Makes Cloudflare restart a validation that has stopped.</summary>
    private async Task<HostnameProgress> RestartStoppedAsync(CloudflareClient client, CustomHostname hostname, Judgement.Stopped stopped, HostnameRequest request, CancellationToken cancellationToken)
    {
        if (!revivals.TryBegin(hostname.Id, Age(hostname)))
            return Stopped(stopped);
        var edited = await client.EditAsync(hostname.Id, SslRequest.For(request.PolicyHost), cancellationToken);
        directory.Forget(request.PolicyHost);
        switch (edited)
        {
            case ApiAnswer<CustomHostname>.Ok { Value: var revived }:
                return (stopped, HostnameJudge.Judge(revived, request, clock.GetUtcNow())) switch
                {
                    ({ Serves: true, IsLate: false }, _) => Stopped(stopped),
                    // The earlier cause is still the best information: the new attempt has no result yet.
                    (_, Judgement.Waiting) => new HostnameProgress.Pending($"{stopped.Reason} Cloudflare is trying again.", stopped.NextStep, PollPace.Soonest),
                    _ => Progress(revived, request),
                };
            case ApiAnswer<CustomHostname>.Failed { Failure: ApiFailure.Rejected } when !stopped.Serves && !stopped.NeedsCname && SslStatus.HasStopped(hostname.Ssl?.Status):
                return await DeleteToRecreateAsync(client, hostname, stopped, request, cancellationToken);
            default:
                revivals.Forget(hostname.Id);
                return stopped.Serves ? Stopped(stopped) : Failure(edited, request);
        }
    }

    private async Task<HostnameProgress> RestartWaitingAsync(CloudflareClient client, CustomHostname hostname, HostnameRequest request, CancellationToken cancellationToken)
    {
        if (!revivals.TryBegin(hostname.Id, Age(hostname)))
            return Progress(hostname, request);
        var edited = await client.EditAsync(hostname.Id, SslRequest.For(request.PolicyHost), cancellationToken);
        directory.Forget(request.PolicyHost);
        // The new attempt has no result yet. If the PATCH failed, Cloudflare's own schedule continues. In both cases the state read before is returned.
        return edited is ApiAnswer<CustomHostname>.Ok { Value: var begun } && Progress(begun, request) is HostnameProgress.Live live ? live : Progress(hostname, request);
    }

    /// <summary>Deletes a hostname that serves nothing and whose certificate order cannot be restarted by a PATCH. The next call creates it again.</summary>
    private async Task<HostnameProgress> DeleteToRecreateAsync(CloudflareClient client, CustomHostname hostname, Judgement.Stopped stopped, HostnameRequest request, CancellationToken cancellationToken)
    {
        var deleted = await client.DeleteAsync(hostname.Id, cancellationToken);
        directory.Forget(request.PolicyHost);
        revivals.Forget(hostname.Id);
        return deleted is ApiAnswer<DeletedHostname>.Failed { Failure: not ApiFailure.NotFound and var failure }
            ? FailureAnswers.Progress(failure, request)
            : new HostnameProgress.Pending($"{stopped.Reason} The certificate is ordered again.", stopped.NextStep, PollPace.Soonest);
    }

    private HostnameProgress Progress(CustomHostname hostname, HostnameRequest request) => HostnameJudge.Judge(hostname, request, clock.GetUtcNow()) switch
    {
        Judgement.Serving serving => new HostnameProgress.Live(serving.CertificateExpiresAt),
        Judgement.Waiting waiting => Pending(waiting, hostname),
        Judgement.Stopped stopped => Stopped(stopped),
        _ => new HostnameProgress.Pending($"Cloudflare is still deleting an earlier hostname {request.PolicyHost}. It is created again afterwards.", null, PollPace.Soonest),
    };

    private static HostnameProgress Stopped(Judgement.Stopped stopped) => stopped is { Serves: true, IsLate: false }
        ? new HostnameProgress.Live(stopped.ServesUntil)
        : new HostnameProgress.Failed(stopped.Reason, stopped.NextStep);

    private HostnameProgress.Pending Pending(Judgement.Waiting waiting, CustomHostname hostname) =>
        new(waiting.Reason, waiting.NextStep, PollPace.After(Age(hostname), revivals.Since(hostname.Id)));

    private TimeSpan Age(CustomHostname hostname) => hostname.CreatedAt is { } made ? clock.GetUtcNow() - made : TimeSpan.Zero;

    /// <summary>Whether the CNAME points to this service; null when the DNS lookup fails, so that this is unknown.</summary>
    private async Task<bool?> PointsHereAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        if (request.IsReached)
            return true;
        var answer = await dns.QueryAsync(request.PolicyHost, DnsType.Cname, cancellationToken);
        return answer.Status == DnsStatus.Failed ? null : answer.Records.Any(record => string.Equals(record.Value, request.CnameTarget, StringComparison.OrdinalIgnoreCase));
    }

    private static HostnameProgress Failure<T>(ApiAnswer<T> answer, HostnameRequest request) =>
        FailureAnswers.Progress(((ApiAnswer<T>.Failed)answer).Failure, request);
}
