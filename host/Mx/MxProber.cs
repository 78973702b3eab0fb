using System.Net;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Dns;
using MtaSts.Host.Fetch;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Mx;

/// <summary>Finds a domain's MX hosts, their addresses and TLSA records, and connects to each address: <see cref="MxDialogue"/>.</summary>
internal sealed partial class MxProber(IDnsLookup dns, DnsTrust trust, MxDialogue dialogue, MxLanes lanes, MxShare share, Port25Watch port25, IOptions<FetchOptions> options, TimeProvider clock, ILogger<MxProber> logger) : IMxProbe
{
    private const string NullMx = ".";

    public async Task<MxProbe?> ProbeAsync(string domain, string workspaceId, bool isAwaited, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        using var limit = new CancellationTokenSource(MxLimits.Domain, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var places = new SemaphoreSlim(MxLimits.AtOncePerDomain);
        var work = new Work(domain, at, isAwaited ? MxLimits.SharedWhenAwaited : MxLimits.SharedFor, places, either.Token);
        var mx = await dns.QueryAsync(domain, DnsType.Mx, either.Token);
        DnsRecord[] records = [.. Targets(domain, mx).DistinctBy(static record => record.Value).OrderBy(static record => record.Preference).ThenBy(static record => record.Value, StringComparer.Ordinal)];
        var hosts = await Task.WhenAll(records.Take(MxLimits.Hosts).Select(record => TryLookAsync(record, mx.IsAuthentic, work)));
        if (mx.Status == DnsStatus.NoData)
            hosts = [.. hosts.Where(static host => host.Fault is not { Kind: FetchFaultKind.NoAddress })];
        var (state, ipv6) = port25.Saw(workspaceId, hosts);
        var status = hosts.Length > 0 ? DnsStatus.Found : mx.Status == DnsStatus.Found ? DnsStatus.NoData : mx.Status;
        return new MxProbe(domain, at, status, hosts, Math.Max(0, records.Length - MxLimits.Hosts), state, mx.Problem, ipv6);
    }

    /// <summary>The MX records without a null MX (RFC 7505); the domain itself when there are none (RFC 5321 §5.1).</summary>
    private static IEnumerable<DnsRecord> Targets(string domain, DnsAnswer mx) => mx.Status switch
    {
        DnsStatus.Found => mx.Records.Where(static record => record.Value != NullMx),
        DnsStatus.NoData => [new DnsRecord(domain, domain, 0)],
        _ => [],
    };

    /// <summary>A fault of this service at one host does not discard the results of the others.</summary>
    private async Task<MxHost> TryLookAsync(DnsRecord mx, bool isMxAuthentic, Work work)
    {
        try
        {
            return await LookAsync(mx, isMxAuthentic, work);
        }
        catch (Exception exception)
        {
            LogFailed(exception, work.Domain, mx.Value);
            return new MxHost(mx.Value, mx.Preference, new FetchFault(FetchFaultKind.DnsFailed), TlsaState.NotValidated, [], [], work.At);
        }
    }

    private async Task<MxHost> LookAsync(DnsRecord mx, bool isMxAuthentic, Work work)
    {
        var found = await HostAddresses.FindAsync(dns, options.Value, mx.Value, work.End);
        var (tlsa, records, tlsaBase) = await TlsaAsync(mx.Value, found, isMxAuthentic, work.End);
        var target = new MxTarget(mx.Value, work.Domain, records, tlsaBase ?? mx.Value);
        var contacts = await Task.WhenAll(found.Addresses.Select(address => ConnectAsync(address, target, work)));
        // A private address says so itself; the others of the host are connected to.
        var fault = found.Fault is { Kind: FetchFaultKind.PrivateAddress } ? null : found.Fault;
        return new MxHost(
            mx.Value,
            mx.Preference,
            fault,
            tlsa,
            [.. records.Take(MxLimits.TlsaRecords).Select(PrintableText.Of)],
            [.. contacts.Select(static contact => contact.Seen)],
            work.At - contacts.Select(static contact => contact.Age).DefaultIfEmpty().Max(),
            records.Count == 0 ? null : tlsaBase);
    }

    /// <summary>
    /// The TLSA records of the host, or of the name that its alias leads to, which comes first (RFC 7672 §2.2.2). Without signed addresses none are asked for, unless
    /// nobody here can tell whether they are signed.
    /// </summary>
    private async Task<(TlsaState State, IReadOnlyList<string> Records, string? Base)> TlsaAsync(string host, HostAddresses found, bool isMxAuthentic, CancellationToken cancellationToken)
    {
        string[] bases = found.Alias is null ? [host] : [found.Alias, host];
        if (trust.IsTrusted)
        {
            if (!isMxAuthentic)
                return (TlsaState.Insecure, [], null);
            if (!found.IsAuthentic)
            {
                // A signed alias that leads to addresses which are not: only the host's own name is left.
                if (found.Alias is null || await dns.QueryAsync(host, DnsType.Cname, cancellationToken) is not { Status: DnsStatus.Found, IsAuthentic: true })
                    return (TlsaState.Insecure, [], null);
                bases = [host];
            }
        }
        var (state, records) = (TlsaState.None, (IReadOnlyList<string>)[]);
        foreach (var name in bases)
        {
            (state, records) = await TlsaAsync(name, cancellationToken);
            if (records.Count > 0 || state == TlsaState.Failed)
                return (state, records, name);
        }
        return (state, records, null);
    }

    /// <summary>No answer, such as SERVFAIL for a signature that does not verify, is not the answer that there are none (RFC 7672 §2.1.1).</summary>
    private async Task<(TlsaState State, IReadOnlyList<string> Records)> TlsaAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await dns.QueryAsync("_25._tcp." + name, DnsType.Tlsa, cancellationToken);
        var state = answer.Status switch
        {
            _ when !trust.IsTrusted => TlsaState.NotValidated,
            DnsStatus.Failed => cancellationToken.IsCancellationRequested ? TlsaState.NotValidated : TlsaState.Failed,
            _ when !answer.IsAuthentic => TlsaState.Insecure,
            DnsStatus.Found => TlsaState.Present,
            _ => TlsaState.None,
        };
        return (state, state == TlsaState.Insecure ? [] : [.. answer.Records.Select(static record => record.Value)]);
    }

    private async Task<(MxAddress Seen, TimeSpan Age)> ConnectAsync(IPAddress address, MxTarget target, Work work)
    {
        var key = MxShare.Key.Of(target, address);
        if (share.Find(key, work.Youngest) is { } known)
            return known;
        var notTried = (new MxAddress(address.ToString(), MxOutcome.NotTried), TimeSpan.Zero);
        try
        {
            await work.Places.WaitAsync(work.End);
        }
        catch (OperationCanceledException)
        {
            return notTried;
        }
        try
        {
            using var place = await lanes.EnterAsync(address, work.End);
            if (!place.IsAcquired)
                return notTried;
            if (share.Find(key, work.Youngest) is { } meanwhile)
                return meanwhile; // Another domain connected to it during the wait.
            var began = clock.GetTimestamp();
            var contact = await dialogue.HoldAsync(address, target, work.End);
            if (contact.IsOfHost)
                share.Keep(key, contact.Seen, began);
            return (contact.Seen, TimeSpan.Zero);
        }
        catch (OperationCanceledException)
        {
            return notTried;
        }
        catch (Exception exception)
        {
            LogFailed(exception, work.Domain, target.Host); // It says nothing about the host.
            return notTried;
        }
        finally
        {
            work.Places.Release();
        }
    }

    [LoggerMessage(1952, LogLevel.Error, "{Domain}: the probe of the MX host {Host} failed in this service; what is known of the host stays until the next probe")]
    private partial void LogFailed(Exception exception, string domain, string host);

    /// <summary>One domain's probe.</summary>
    /// <param name="Youngest">Shared connections up to this age are used.</param>
    /// <param name="Places">Of its concurrent connections.</param>
    /// <param name="End">When its time is over.</param>
    private sealed record Work(string Domain, DateTimeOffset At, TimeSpan Youngest, SemaphoreSlim Places, CancellationToken End);
}
