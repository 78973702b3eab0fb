using MtaSts.Modules.Cloudflare.Api;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Policy hosts as custom hostnames of a Cloudflare zone. Each call reads what Cloudflare has and takes at most one step from
/// there, so that it can be repeated after a crash and by several silos.
/// </summary>
internal sealed class CloudflareHostnameProvider(CloudflareClients clients, HostnameDirectory directory, Revivals revivals, IDnsLookup dns, TimeProvider clock) : IHostnameProvider, ICertificateAuthorities
{
    /// <summary>Stored with each hostname.</summary>
    public const string ProviderId = "hostname.cloudflare";

    /// <inheritdoc/>
    public string Id => ProviderId;

    /// <summary>As Cloudflare documents them; which of them it takes is its choice.</summary>
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
        // Accepted is not gone: the next call finds nothing, or what is still being deleted.
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
        // Another silo was quicker, or an earlier try succeeded unheard. Else the name is another zone's.
        var found = await HostnameDirectory.FindAloneAsync(client, request.PolicyHost, cancellationToken);
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
            Judgement.Stopped stopped => await ReviveAsync(client, hostname, stopped, request, cancellationToken),
            // Cloudflare's tries are hours apart by then; the owner may have put the CNAME right since.
            Judgement.Waiting when Age(hostname) >= Revivals.ShortestPause && await PointsHereAsync(request, cancellationToken) == true => await StartOverAsync(client, hostname, request, cancellationToken),
            _ => Progress(hostname, request),
        };

    /// <summary>Asks Cloudflare to go on with what it has given up.</summary>
    private async Task<HostnameProgress> ReviveAsync(CloudflareClient client, CustomHostname hostname, Judgement.Stopped stopped, HostnameRequest request, CancellationToken cancellationToken)
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
                    // What it had stopped for is still the best that can be told: the new try has not said anything yet.
                    (_, Judgement.Waiting) => new HostnameProgress.Pending($"{stopped.Reason} Cloudflare is trying again.", stopped.NextStep, PollPace.Soonest),
                    _ => Progress(revived, request),
                };
            case ApiAnswer<CustomHostname>.Failed { Failure: ApiFailure.Rejected } when !stopped.Serves && !stopped.NeedsCname && SslStatus.HasStopped(hostname.Ssl?.Status):
                return await MakeAnewAsync(client, hostname, stopped, request, cancellationToken);
            default:
                revivals.Forget(hostname.Id);
                return stopped.Serves ? Stopped(stopped) : Failure(edited, request);
        }
    }

    private async Task<HostnameProgress> StartOverAsync(CloudflareClient client, CustomHostname hostname, HostnameRequest request, CancellationToken cancellationToken)
    {
        if (!revivals.TryBegin(hostname.Id, Age(hostname)))
            return Progress(hostname, request);
        var edited = await client.EditAsync(hostname.Id, SslRequest.For(request.PolicyHost), cancellationToken);
        directory.Forget(request.PolicyHost);
        // The new try has said nothing yet, and without it Cloudflare's own schedule goes on: what was told before still holds.
        return edited is ApiAnswer<CustomHostname>.Ok { Value: var begun } && Progress(begun, request) is HostnameProgress.Live live ? live : Progress(hostname, request);
    }

    /// <summary>A certificate order that a PATCH does not revive, for a name that serves nothing: deleted here, created by the next call.</summary>
    private async Task<HostnameProgress> MakeAnewAsync(CloudflareClient client, CustomHostname hostname, Judgement.Stopped stopped, HostnameRequest request, CancellationToken cancellationToken)
    {
        var deleted = await client.DeleteAsync(hostname.Id, cancellationToken);
        directory.Forget(request.PolicyHost);
        revivals.Forget(hostname.Id);
        return deleted is ApiAnswer<DeletedHostname>.Failed { Failure: not ApiFailure.NotFound and var failure }
            ? FailureAnswers.Progress(failure, request)
            : new HostnameProgress.Pending($"{stopped.Reason} The order is made anew.", stopped.NextStep, PollPace.Soonest);
    }

    private HostnameProgress Progress(CustomHostname hostname, HostnameRequest request) => HostnameJudge.Judge(hostname, request, clock.GetUtcNow()) switch
    {
        Judgement.Serving serving => new HostnameProgress.Live(serving.CertificateExpiresAt),
        Judgement.Waiting waiting => Pending(waiting, hostname),
        Judgement.Stopped stopped => Stopped(stopped),
        _ => new HostnameProgress.Pending($"Cloudflare is still deleting an earlier {request.PolicyHost}; it is made anew after that.", null, PollPace.Soonest),
    };

    private static HostnameProgress Stopped(Judgement.Stopped stopped) => stopped is { Serves: true, IsLate: false }
        ? new HostnameProgress.Live(stopped.ServesUntil)
        : new HostnameProgress.Failed(stopped.Reason, stopped.NextStep);

    private HostnameProgress.Pending Pending(Judgement.Waiting waiting, CustomHostname hostname) =>
        new(waiting.Reason, waiting.NextStep, PollPace.After(Age(hostname), revivals.Since(hostname.Id)));

    private TimeSpan Age(CustomHostname hostname) => hostname.CreatedAt is { } made ? clock.GetUtcNow() - made : TimeSpan.Zero;

    /// <summary>Null when the DNS gives no answer, which says nothing about the name.</summary>
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
