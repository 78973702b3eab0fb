using System.IO.Compression;
using MtaSts.Application;
using MtaSts.Application.Domains;
using MtaSts.Application.MxPlans;
using MtaSts.Application.Policies;
using MtaSts.Grains;
using MtaSts.Host.Bootstrap;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Host.Demo;

/// <summary>
/// Simulates the owners and the senders of the demo through the real interfaces: claims, policies, records in the DNS, and sixty days of reports through the inbox.
/// </summary>
internal sealed partial class DemoSeeder(DomainCommands domains, DomainQueries queries, HostingCommands hosting, PolicyCommands policies, MxPlanCommands plans, DemoZone zone, IReportInbox inbox, TimeProvider clock, ILogger<DemoSeeder> logger) : BackgroundService
{
    private static readonly Actor Owner = Actor.System(BootstrapService.WorkspaceId, "demo");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The domains first, so that the first page shows them; their history and reports then follow in parallel.
            foreach (var domain in DemoDomain.All)
                await Claim(domain);
            await Task.WhenAll(Task.WhenAll(DemoDomain.All.Select(domain => Live(domain, stoppingToken))), Deliver(stoppingToken));
            LogDone(DemoDomain.All.Count);
        }
        catch (OperationCanceledException)
        {
            // The demo was ended.
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    private async Task Claim(DemoDomain domain)
    {
        // The MX hosts are probed as soon as the domain is claimed.
        zone.Publish(domain.Name, DnsType.Mx, FirstMx(domain));
        var claimed = await domains.Claim(Owner, domain.Name);
        var view = claimed.Value?.Domain ?? throw new InvalidOperationException(claimed.Refusal?.Message);
        zone.Publish("_smtp._tls." + domain.Name, DnsType.Txt, ReportingRecord.Write([$"mailto:{view.ReportAddress}"]));
        if (domain.Story == DemoStory.RefusedByCaa)
            zone.Publish(domain.Name, DnsType.Caa, "0 issue \"digicert.com\"");
        if (domain.Story is not (DemoStory.AwaitingCname or DemoStory.Monitored))
            zone.Publish("mta-sts." + domain.Name, DnsType.Cname, view.CnameTarget);
    }

    /// <summary>The initial MX hosts of a story.</summary>
    private static string[] FirstMx(DemoDomain domain) => domain.Story == DemoStory.StaleId ? ["mx1.brightwater-books.example", domain.Mx[1]] : domain.Mx;

    private async Task Live(DemoDomain domain, CancellationToken stop)
    {
        if (domain.Story == DemoStory.Monitored)
        {
            await domains.Check(Owner, domain.Name, stop);
            return;
        }
        var mx = FirstMx(domain);
        await Put(domain, new PolicyContent(PolicyMode.Testing, mx, 86_400), "Begin carefully");
        await hosting.Enable(Owner, domain.Name, isOverridden: false);
        await domains.Check(Owner, domain.Name, stop);
        if (domain.Story is DemoStory.AwaitingCname or DemoStory.RefusedByCaa)
            return;
        await Until(async () => (await View(domain)).Hosting.State == HostingState.Live, stop);
        if (domain.Mode == PolicyMode.Enforce)
            await Put(domain, new PolicyContent(PolicyMode.Enforce, mx, domain.MaxAge), "The demo skips the weeks of testing");
        await PublishAnnouncedId(domain, stop);
        if (domain.Story == DemoStory.StaleId)
        {
            zone.Publish(domain.Name, DnsType.Mx, domain.Mx);
            await domains.Check(Owner, domain.Name, stop);
            await Put(domain, new PolicyContent(PolicyMode.Enforce, domain.Mx, domain.MaxAge), "mx1 is now mx-new");
        }
        if (domain.Story == DemoStory.MxChange)
            await BeginMxChange(domain, stop);
        if (domain.Story == DemoStory.Retiring)
        {
            await hosting.Disable(Owner, domain.Name);
            await PublishAnnouncedId(domain, stop);
        }
        await domains.Check(Owner, domain.Name, stop);
    }

    /// <summary>The first two steps of the plan are done; it waits.</summary>
    private async Task BeginMxChange(DemoDomain domain, CancellationToken stop)
    {
        var plan = await plans.Put(Owner, domain.Name, [$"{domain.Name.Replace('.', '-')}.h-v1.mx.microsoft"]);
        if (plan.Value?.Current?.Proposed is not { } proposed)
            throw new InvalidOperationException(plan.Refusal?.Message ?? "The plan of the demo does not begin with a policy.");
        await Put(domain, proposed, "MX change plan: new hosts added");
        await PublishAnnouncedId(domain, stop);
    }

    /// <summary>Publishes the policy record as the owner would: when the page shows the id of the current version.</summary>
    private async Task PublishAnnouncedId(DemoDomain domain, CancellationToken stop)
    {
        await Until(async () => (await View(domain)).Policy is { Announced: true }, stop);
        var policy = (await View(domain)).Policy!;
        zone.Publish("_mta-sts." + domain.Name, DnsType.Txt, PolicyRecord.Write(policy.Id));
        await domains.Check(Owner, domain.Name, stop);
    }

    private async Task Put(DemoDomain domain, PolicyContent content, string reason)
    {
        if ((await policies.Put(Owner, domain.Name, content, reason, PolicyConsent.Override)).Refusal is { } refusal)
            throw new InvalidOperationException($"The policy of {domain.Name} was refused: {refusal.Message}");
    }

    private async Task<DomainView> View(DemoDomain domain) => (await queries.Find(Owner, domain.Name)).Value!;

    private async Task Deliver(CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var domain in DemoDomain.All)
            tokens[domain.Name] = (await View(domain)).Token;
        var reports = DemoDomain.All.SelectMany((domain, index) => new DemoReports(domain, today, seed: index + 1).All().Select(report => (domain.Name, report)));
        // Newest first: the charts' right edge fills first.
        await Parallel.ForEachAsync(reports.OrderByDescending(item => item.report.Start), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop }, async (item, cancel) =>
        {
            var (name, report) = item;
            var received = report.Start.AddDays(1).AddHours(4);
            var envelope = new Envelope("source.https", received < clock.GetUtcNow() ? received : clock.GetUtcNow(), Gzip(ReportWriter.Write(report)), tokens[name], null, "demo");
            if (await inbox.AcceptAsync(envelope, cancel) is not Receipt.Stored)
                LogNotStored(name);
        });
        // For the quarantine: an ordinary mail to the report address.
        var stray = "From: someone@elsewhere.example\r\nTo: reports@service.example\r\nSubject: Is this address monitored?\r\n\r\nHello?\r\n"u8.ToArray();
        await inbox.AcceptAsync(new Envelope("source.https", clock.GetUtcNow(), stray, tokens[DemoDomain.All[0].Name], null, "demo"), stop);
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(plain);
        return packed.ToArray();
    }

    private async Task Until(Func<Task<bool>> condition, CancellationToken stop)
    {
        var end = clock.GetUtcNow() + Patience;
        while (!await condition())
        {
            if (clock.GetUtcNow() > end)
                throw new TimeoutException("A demo domain did not reach its expected state in time.");
            await Task.Delay(Pause, clock, stop);
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "Demo data created: {Count} domains with their reports")]
    private partial void LogDone(int count);

    [LoggerMessage(1202, LogLevel.Error, "Demo data not created completely; the demo continues without the rest. Restart it to try again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(1203, LogLevel.Warning, "Demo report for {Domain} not stored; it is missing from the demo")]
    private partial void LogNotStored(string domain);
}
