using System.IO.Compression;
using MtaSts.Grains;
using MtaSts.Host.Bootstrap;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Host.Demo;

/// <summary>
/// Plays the owners and the senders of the demo through the same doors as real ones: claims, policies, records in the
/// DNS, and sixty days of reports through the inbox.
/// </summary>
internal sealed partial class DemoSeeder(IGrainFactory grains, DemoZone zone, IReportInbox inbox, TimeProvider clock, ILogger<DemoSeeder> logger) : BackgroundService
{
    private const string By = "demo";
    private const string Workspace = BootstrapService.WorkspaceId;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The domains first, so that the first page shows them; their lives and reports then fill in side by side.
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
        var claimed = await grains.Workspace(Workspace).ClaimDomain(domain.Name, By);
        var view = claimed.Value ?? throw new InvalidOperationException(claimed.Refusal?.Message);
        zone.Publish(domain.Name, DnsType.Mx, FirstMx(domain));
        zone.Publish("_smtp._tls." + domain.Name, DnsType.Txt, ReportingRecord.Write([$"mailto:{view.ReportAddress}"]));
        if (domain.Story == DemoStory.RefusedByCaa)
            zone.Publish(domain.Name, DnsType.Caa, "0 issue \"digicert.com\"");
        if (domain.Story is not (DemoStory.AwaitingCname or DemoStory.Monitored))
            zone.Publish("mta-sts." + domain.Name, DnsType.Cname, view.CnameTarget);
    }

    /// <summary>The MX hosts a story begins with.</summary>
    private static string[] FirstMx(DemoDomain domain) => domain.Story == DemoStory.StaleId ? ["mx1.brightwater-books.example", domain.Mx[1]] : domain.Mx;

    private async Task Live(DemoDomain domain, CancellationToken stop)
    {
        var grain = grains.Domain(domain.Name);
        if (domain.Story == DemoStory.Monitored)
        {
            await grains.Probe().Check(domain.Name);
            return;
        }
        var mx = FirstMx(domain);
        await grain.PutPolicy(Workspace, new PolicyContent(PolicyMode.Testing, mx, 86_400), By, "Begin carefully", isOverridden: false);
        await grains.Workspace(Workspace).EnableHosting(domain.Name, By);
        await grains.Probe().Check(domain.Name);
        if (domain.Story is DemoStory.AwaitingCname or DemoStory.RefusedByCaa)
            return;
        await Until(async () => (await grain.GetView(Workspace))!.Hosting.State == HostingState.Live, stop);
        if (domain.Mode == PolicyMode.Enforce)
            await grain.PutPolicy(Workspace, new PolicyContent(PolicyMode.Enforce, mx, domain.MaxAge), By, "Two quiet weeks of testing", isOverridden: false);
        await PublishAnnouncedId(domain, grain, stop);
        if (domain.Story == DemoStory.StaleId)
        {
            zone.Publish(domain.Name, DnsType.Mx, domain.Mx);
            await grains.Probe().Check(domain.Name);
            await grain.PutPolicy(Workspace, new PolicyContent(PolicyMode.Enforce, domain.Mx, domain.MaxAge), By, "mx1 is now mx-new", isOverridden: false);
        }
        if (domain.Story == DemoStory.Retiring)
        {
            await grain.DisableHosting(Workspace, By);
            await PublishAnnouncedId(domain, grain, stop);
        }
        await grains.Probe().Check(domain.Name);
    }

    /// <summary>Publishes the policy record as the owner would: when the page shows the id of the current version.</summary>
    private async Task PublishAnnouncedId(DemoDomain domain, IDomainGrain grain, CancellationToken stop)
    {
        await Until(async () => (await grain.GetView(Workspace))!.Policy is { Announced: true }, stop);
        var policy = (await grain.GetView(Workspace))!.Policy!;
        zone.Publish("_mta-sts." + domain.Name, DnsType.Txt, PolicyRecord.Write(policy.Id));
        await grains.Probe().Check(domain.Name);
    }

    private async Task Deliver(CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var domain in DemoDomain.All)
            tokens[domain.Name] = (await grains.Domain(domain.Name).GetView(Workspace))!.Token;
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
        // Something for the quarantine: an ordinary mail somebody sent to the report address.
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
                throw new TimeoutException("A demo domain did not come to the state it is to show.");
            await Task.Delay(Pause, clock, stop);
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "The demo's {Count} domains and their reports are in place")]
    private partial void LogDone(int count);

    [LoggerMessage(1202, LogLevel.Error, "The demo could not be filled")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(1203, LogLevel.Warning, "A demo report for {Domain} was not stored")]
    private partial void LogNotStored(string domain);
}
